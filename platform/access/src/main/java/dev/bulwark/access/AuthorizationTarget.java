package dev.bulwark.access;

import dev.bulwark.policy.Context;
import dev.bulwark.policy.Grant;
import dev.bulwark.policy.Policy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done to what.
 *
 * @param action for instance {@code iam:CreateUser}
 * @param resourceArn the complete ARN, or {@code *} for an action without a resource
 * @param resourceAccount the account that owns the resource; null for the principal's own
 * @param resourcePolicy the resource's policy, null for none
 * @param resourcePolicyMustAllow whether that policy must itself allow even within an account:
 *     trust policies and key policies
 * @param resourceTags for {@code aws:ResourceTag/*}
 * @param keys condition keys of the service's own, also {@code aws:RequestTag/*} and {@code
 *     aws:TagKeys}; they stand before the global keys
 * @param grants the grants on the resource that cover the request
 */
public record AuthorizationTarget(
    String action,
    String resourceArn,
    @Nullable String resourceAccount,
    @Nullable Policy resourcePolicy,
    boolean resourcePolicyMustAllow,
    Map<String, String> resourceTags,
    Context keys,
    List<Grant> grants) {

  /** A target without grants. */
  public AuthorizationTarget(
      String action,
      String resourceArn,
      @Nullable String resourceAccount,
      @Nullable Policy resourcePolicy,
      boolean resourcePolicyMustAllow,
      Map<String, String> resourceTags,
      Context keys) {
    this(
        action,
        resourceArn,
        resourceAccount,
        resourcePolicy,
        resourcePolicyMustAllow,
        resourceTags,
        keys,
        List.of());
  }

  /** A resource of the principal's own account, without a policy. */
  public static AuthorizationTarget of(String action, String resourceArn) {
    return new AuthorizationTarget(action, resourceArn, null, null, false, Map.of(), Context.EMPTY);
  }
}
