package dev.bulwark.service;

import dev.bulwark.policy.Grant;
import dev.bulwark.policy.Policy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an action is authorized against.
 *
 * @param arn the resource's ARN, or {@code *} for actions without a resource
 * @param accountId the account that owns it; null where that is the caller's own
 * @param policy its resource-based policy, where it has one
 * @param policyMustAllow whether that policy has to allow by itself even within the account, as
 *     role trust and key policies do
 * @param tags its tags, for {@code aws:ResourceTag/*}
 * @param grants grants on it that cover the request
 */
public record Resource(
    String arn,
    @Nullable String accountId,
    @Nullable Policy policy,
    boolean policyMustAllow,
    Map<String, String> tags,
    List<Grant> grants) {

  /** A resource without grants. */
  public Resource(
      String arn,
      @Nullable String accountId,
      @Nullable Policy policy,
      boolean policyMustAllow,
      Map<String, String> tags) {
    this(arn, accountId, policy, policyMustAllow, tags, List.of());
  }

  /** For actions that name no resource. */
  public static final Resource ANY = of("*");

  /** A resource of the caller's own account, without policy and tags. */
  public static Resource of(String arn) {
    return new Resource(arn, null, null, false, Map.of());
  }

  /** The same resource, owned by that account. */
  public Resource ownedBy(String owner) {
    return new Resource(arn, owner, policy, policyMustAllow, tags, grants);
  }

  /** The same resource with a resource-based policy. */
  public Resource withPolicy(@Nullable Policy resourcePolicy) {
    return new Resource(arn, accountId, resourcePolicy, policyMustAllow, tags, grants);
  }

  /** The same resource with a policy that has to allow by itself. */
  public Resource withDecisivePolicy(Policy resourcePolicy) {
    return new Resource(arn, accountId, resourcePolicy, true, tags, grants);
  }

  /** The same resource with its tags. */
  public Resource withTags(Map<String, String> resourceTags) {
    return new Resource(arn, accountId, policy, policyMustAllow, resourceTags, grants);
  }

  /** The same resource with the grants on it that cover the request, whomever they are made to. */
  public Resource withGrants(List<Grant> covering) {
    return new Resource(arn, accountId, policy, policyMustAllow, tags, covering);
  }
}
