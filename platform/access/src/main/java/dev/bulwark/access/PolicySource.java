package dev.bulwark.access;

import dev.bulwark.policy.PolicyBundle;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows the policies of principals. Called for every decision, so it answers from memory.
 * Thread-safe.
 */
@FunctionalInterface
public interface PolicySource {

  /** Never null: a principal that is gone since has {@link PrincipalPolicies#NONE}. */
  PrincipalPolicies find(Principal principal);

  /**
   * The RCPs that bear on an account's resources: a bundle for each level of its organization;
   * empty outside of one, and for its management account, which AWS's do not bind.
   *
   * @param accountId of the resource's owner
   */
  default List<PolicyBundle> resourceControl(String accountId) {
    return List.of();
  }

  /** The tags of a role, which policies on passing it ask for; none where it is not there. */
  default Map<String, String> roleTags(String roleArn) {
    return Map.of();
  }

  /** Where an account stands in an organization; null outside of one. */
  default @Nullable OrganizationPlace place(String accountId) {
    return null;
  }
}
