package dev.bulwark.identity.sts;

import dev.bulwark.access.OrganizationPlace;
import dev.bulwark.access.PolicySource;
import dev.bulwark.access.Principal;
import dev.bulwark.access.PrincipalPolicies;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policies of every principal: IAM's for users, roles and their sessions, and beside them those
 * that come with the kind of session.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html">Compare
 *     AWS STS credentials</a>
 */
public final class IdentityPolicies implements PolicySource {
  /**
   * The root user may do everything in its account, and so may whom it lends that to, within the
   * session policy.
   */
  private static final PolicyBundle EVERYTHING =
      bundle("root user", PolicyType.IDENTITY_BASED, allowAll());

  private final IamPolicies iam;

  /** IAM's policies, and those of sessions. */
  public IdentityPolicies(IamPolicies iam) {
    this.iam = iam;
  }

  @Override
  public PrincipalPolicies find(Principal principal) {
    var found = iam.find(principal);
    if (principal instanceof Principal.FederatedUser federated
        && federated.issuer() instanceof Principal.AccountRoot) {
      return new PrincipalPolicies(
          EVERYTHING, null, found.session(), found.serviceControl(), found.tags());
    }
    return found;
  }

  @Override
  public List<PolicyBundle> resourceControl(String accountId) {
    return iam.resourceControl(accountId);
  }

  @Override
  public Map<String, String> roleTags(String roleArn) {
    return iam.roleTags(roleArn);
  }

  @Override
  public @Nullable OrganizationPlace place(String accountId) {
    return iam.place(accountId);
  }

  private static String allowAll() {
    return """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}""";
  }

  private static PolicyBundle bundle(String name, PolicyType type, String document) {
    try {
      return PolicyBundle.of(Policy.parse(document, PolicyKind.IDENTITY).attachedAs(name, type));
    } catch (PolicyException e) {
      throw new IllegalStateException("a built-in policy is malformed", e);
    }
  }
}
