package dev.bulwark.analysis.validate;

import dev.bulwark.policy.Policy;
import java.util.List;

/**
 * Whether a policy is larger than its kind can be.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html">IAM
 *     quotas</a>
 */
final class SizeChecks implements PolicyValidator.Check {
  private static final int MANAGED_POLICY = 6_144;
  private static final int BUCKET_POLICY = 20_480;
  private static final int TRUST_POLICY = 2_048;
  private static final int ORGANIZATION_POLICY = 5_120;

  @Override
  public void run(Draft policy, Findings findings) {
    int size = Policy.sizeWithoutWhitespace(policy.text());
    switch (policy.type()) {
      case IDENTITY_POLICY ->
          check(
              policy,
              size,
              MANAGED_POLICY,
              Issue.POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA,
              findings);
      case RESOURCE_POLICY -> {
        if (policy.isTrustPolicy()) {
          check(
              policy,
              size,
              TRUST_POLICY,
              Issue.POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA,
              findings);
        } else {
          check(
              policy,
              policy.text().length(),
              BUCKET_POLICY,
              Issue.POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA,
              findings);
        }
      }
      case SERVICE_CONTROL_POLICY ->
          check(
              policy,
              policy.text().length(),
              ORGANIZATION_POLICY,
              Issue.POLICY_SIZE_EXCEEDS_SCP_QUOTA,
              findings);
      case RESOURCE_CONTROL_POLICY ->
          check(
              policy,
              policy.text().length(),
              ORGANIZATION_POLICY,
              Issue.POLICY_SIZE_EXCEEDS_RCP_QUOTA,
              findings);
    }
  }

  private static void check(Draft policy, int size, int quota, Issue issue, Findings findings) {
    if (size > quota) {
      findings.add(
          issue,
          List.of(policy.whole()),
          "policySize",
          Integer.toString(size),
          "policySizeQuota",
          Integer.toString(quota));
    }
  }
}
