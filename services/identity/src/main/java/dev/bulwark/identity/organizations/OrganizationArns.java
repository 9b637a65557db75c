package dev.bulwark.identity.organizations;

import java.util.Locale;

/**
 * The ARNs of what belongs to an organization: they name the management account.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html">Service
 *     Authorization Reference</a>
 */
final class OrganizationArns {
  private OrganizationArns() {}

  private static String of(OrganizationRecord organization, String type, String rest) {
    return "arn:aws:organizations::%s:%s/%s%s"
        .formatted(
            organization.managementAccountId(),
            type,
            organization.id(),
            rest.isEmpty() ? "" : "/" + rest);
  }

  static String organization(OrganizationRecord organization) {
    return of(organization, "organization", "");
  }

  static String account(OrganizationRecord organization, String accountId) {
    return of(organization, "account", accountId);
  }

  static String root(OrganizationRecord organization) {
    return of(organization, "root", organization.rootId());
  }

  static String unit(OrganizationRecord organization, String unitId) {
    return of(organization, "ou", unitId);
  }

  /** The ARN of a root, unit or account, after the form of its id. */
  static String target(OrganizationRecord organization, String targetId) {
    if (targetId.startsWith("r-")) {
      return of(organization, "root", targetId);
    }
    return targetId.startsWith("ou-")
        ? unit(organization, targetId)
        : account(organization, targetId);
  }

  static String policy(OrganizationRecord organization, String type, String policyId) {
    var aws = AwsPolicies.find(policyId);
    return aws == null
        ? of(organization, "policy", type.toLowerCase(Locale.ROOT) + "/" + policyId)
        : aws.arn();
  }

  static String resourcePolicy(OrganizationRecord organization, String policyId) {
    return of(organization, "resourcepolicy", policyId);
  }

  static String handshake(HandshakeRecord handshake) {
    return "arn:aws:organizations::%s:handshake/%s/%s/%s"
        .formatted(
            handshake.managementAccountId(),
            handshake.organizationId(),
            handshake.action().toLowerCase(Locale.ROOT),
            handshake.id());
  }
}
