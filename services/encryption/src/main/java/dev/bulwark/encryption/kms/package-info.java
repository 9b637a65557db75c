/**
 * AWS KMS. {@link dev.bulwark.encryption.kms.KmsService} is the table of its operations; {@link
 * dev.bulwark.encryption.kms.KeyService} is what other services encrypt with.
 */
@NullMarked
package dev.bulwark.encryption.kms;

import org.jspecify.annotations.NullMarked;
