package dev.bulwark.policy;

/** The part that a policy plays in a decision; its name in messages is AWS's. */
public enum PolicyType {
  IDENTITY_BASED("identity-based policy", "an identity-based policy"),
  RESOURCE_BASED("resource-based policy", "a resource-based policy"),
  PERMISSIONS_BOUNDARY("permissions boundary", "a permissions boundary"),
  SESSION("session policy", "a session policy"),
  SERVICE_CONTROL("service control policy", "a service control policy"),
  RESOURCE_CONTROL("resource control policy", "a resource control policy"),
  VPC_ENDPOINT("VPC endpoint policy", "a VPC endpoint policy"),
  ROLE_TRUST("role trust policy", "the role trust policy");

  private final String noun;
  private final String withArticle;

  PolicyType(String noun, String withArticle) {
    this.noun = noun;
    this.withArticle = withArticle;
  }

  /** AWS's name for this type of policy in messages, as in {@code identity-based policy}. */
  public String noun() {
    return noun;
  }

  String withArticle() {
    return withArticle;
  }
}
