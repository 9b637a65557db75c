package dev.bulwark.identity.iam;

/**
 * How much of everything an account may have. Sizes are in characters without white space.
 *
 * @param userPolicySize of all inline policies of a user together; likewise for groups and roles
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM and
 *     STS quotas</a>
 */
public record IamQuotas(
    int users,
    int groups,
    int roles,
    int instanceProfiles,
    int policies,
    int groupsPerUser,
    int accessKeysPerUser,
    int policiesPerUser,
    int policiesPerGroup,
    int policiesPerRole,
    int versionsPerPolicy,
    int policySize,
    int userPolicySize,
    int groupPolicySize,
    int rolePolicySize,
    int trustPolicySize,
    int tags) {

  /** What AWS gives a new account. */
  public static final IamQuotas AWS =
      new IamQuotas(
          5000, 300, 1000, 1000, 1500, 10, 2, 10, 10, 10, 5, 6144, 2048, 5120, 10240, 2048, 50);

  /** These quotas with room for more users. */
  public IamQuotas withUsers(int most) {
    return new IamQuotas(
        most,
        groups,
        roles,
        instanceProfiles,
        policies,
        groupsPerUser,
        accessKeysPerUser,
        policiesPerUser,
        policiesPerGroup,
        policiesPerRole,
        versionsPerPolicy,
        policySize,
        userPolicySize,
        groupPolicySize,
        rolePolicySize,
        trustPolicySize,
        tags);
  }

  /** These quotas with room for more roles and customer-managed policies. */
  public IamQuotas withRolesAndPolicies(int mostRoles, int mostPolicies) {
    return new IamQuotas(
        users,
        groups,
        mostRoles,
        instanceProfiles,
        mostPolicies,
        groupsPerUser,
        accessKeysPerUser,
        policiesPerUser,
        policiesPerGroup,
        policiesPerRole,
        versionsPerPolicy,
        policySize,
        userPolicySize,
        groupPolicySize,
        rolePolicySize,
        trustPolicySize,
        tags);
  }
}
