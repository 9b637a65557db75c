/**
 * The accounts that live side by side in one installation, and AWS Account Management.
 *
 * <p>{@link dev.bulwark.identity.account.AccountDirectory} knows which accounts there are; {@link
 * dev.bulwark.identity.account.AccountService} is the table of operations.
 */
@NullMarked
package dev.bulwark.identity.account;

import org.jspecify.annotations.NullMarked;
