package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.PolicyType;
import java.time.Duration;

/**
 * How much an organization may hold: AWS's defaults, but for the number of accounts, which AWS
 * raises from 10 on request.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html">Quotas
 *     for Organizations</a>
 */
final class OrganizationQuotas {
  static final int ACCOUNTS = 10_000;
  static final int UNITS = 2_000;
  static final int UNIT_DEPTH = 5;
  static final int POLICIES_PER_TARGET = 5;
  static final int TAGS = 50;
  static final Duration INVITATION = Duration.ofDays(15);
  static final Duration ALL_FEATURES = Duration.ofDays(90);
  static final Duration HANDSHAKE_KEPT = Duration.ofDays(30);
  static final Duration CLOSING_PERIOD = Duration.ofDays(30);

  private OrganizationQuotas() {}

  static int policies(String type) {
    return type.equals(PolicyType.SERVICE_CONTROL_POLICY.value()) ? 10_000 : 1_000;
  }

  /** Bytes of a policy's document, white space included. */
  static int policySize(String type) {
    return switch (PolicyType.fromValue(type)) {
      case SERVICE_CONTROL_POLICY -> 10_240;
      case RESOURCE_CONTROL_POLICY -> 5_120;
      case AISERVICES_OPT_OUT_POLICY -> 2_500;
      case null, default -> 10_000;
    };
  }

  /** How many of an organization's accounts may be closed in 30 days: a tenth, at least 10. */
  static int closings(int accounts) {
    return Math.clamp(accounts / 10, 10, 1_000);
  }
}
