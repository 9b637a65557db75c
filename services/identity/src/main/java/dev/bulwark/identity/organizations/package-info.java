/**
 * AWS Organizations: organizations of accounts, and the policies that bind them.
 *
 * <p>Start at {@link dev.bulwark.identity.organizations.OrganizationsService}, the table of
 * operations. {@link dev.bulwark.identity.organizations.OrganizationControls} answers the front
 * door on every request.
 */
@NullMarked
package dev.bulwark.identity.organizations;

import org.jspecify.annotations.NullMarked;
