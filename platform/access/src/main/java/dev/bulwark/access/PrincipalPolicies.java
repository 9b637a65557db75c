package dev.bulwark.access;

import dev.bulwark.policy.PolicyBundle;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policies that bear on what a principal does, whatever the resource.
 *
 * @param identity of the user and its groups, or of the role
 * @param boundary the permissions boundary, null for none
 * @param session the session policies, null where none were passed
 * @param serviceControl the SCPs of the principal's account: a bundle for each level of the
 *     organization; empty outside of one, and for its management account, which AWS's do not bind
 * @param tags of the user or role ({@code aws:PrincipalTag/*}); session tags stand before them
 */
public record PrincipalPolicies(
    PolicyBundle identity,
    @Nullable PolicyBundle boundary,
    @Nullable PolicyBundle session,
    List<PolicyBundle> serviceControl,
    Map<String, String> tags) {

  /** No policy at all: allows nothing, but for the root of an account. */
  public static final PrincipalPolicies NONE =
      new PrincipalPolicies(PolicyBundle.EMPTY, null, null, List.of(), Map.of());

  public PrincipalPolicies {
    serviceControl = List.copyOf(serviceControl);
    tags = Map.copyOf(tags);
  }

  /** Identity-based policies only. */
  public static PrincipalPolicies of(PolicyBundle identity) {
    return new PrincipalPolicies(identity, null, null, List.of(), Map.of());
  }
}
