package dev.bulwark.policy;

import dev.bulwark.policy.Principals.Principal;
import java.util.List;

/**
 * A permission that stands beside policies, as a grant on a KMS key does: where it names the
 * requester, the resource's policy need not allow. Nor need the requester's identity-based policies
 * where resource or issuer are of its own account; another account cannot speak for these. Explicit
 * denies, SCPs and RCPs bind all the same. Which actions a grant is about, and under what
 * constraints, is for the service to know: it hands over only grants that cover the request.
 *
 * @param name the ARN or id, for the decision
 * @param grantee whom it is made to
 * @param issuer the account whose principal made it
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/grants.html">Grants in AWS
 *     KMS</a>
 */
public record Grant(String name, Principal grantee, String issuer) {

  /**
   * How directly the grant reaches the requester: a role's sessions by their role, everybody of an
   * account by that account.
   */
  Reach reach(Query query) {
    return PrincipalMatcher.of(
            new Principals(false, List.of(grantee)), Effect.ALLOW, PolicyKind.RESOURCE)
        .reach(query);
  }
}
