package dev.bulwark.identity.organizations;

import org.jspecify.annotations.Nullable;

/**
 * What an account is to its organization.
 *
 * @param administrator whether it is a delegated administrator of some service, which may read
 *     everything
 * @param delegation the organization's resource policy, by which members may manage policies
 */
record Standing(
    OrganizationRecord organization,
    MemberRecord member,
    boolean administrator,
    @Nullable ResourcePolicyRecord delegation) {

  boolean management() {
    return organization.managementAccountId().equals(member.accountId());
  }

  String organizationId() {
    return organization.id();
  }
}
