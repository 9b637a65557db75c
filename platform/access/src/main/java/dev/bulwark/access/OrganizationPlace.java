package dev.bulwark.access;

/**
 * Where an account stands in its organization.
 *
 * @param organizationId {@code o-…} ({@code aws:PrincipalOrgID} and its likes)
 * @param path of ids from the organization to what holds the account, with a slash at its end:
 *     {@code o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/} ({@code aws:PrincipalOrgPaths} and its likes)
 */
public record OrganizationPlace(String organizationId, String path) {}
