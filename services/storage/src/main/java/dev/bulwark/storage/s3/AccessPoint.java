package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Resource;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An access point with its policy compiled.
 *
 * @param isPublic whether its policy grants something to everybody
 */
record AccessPoint(AccessPointRecord record, @Nullable Policy policy, boolean isPublic) {

  static AccessPoint of(AccessPointRecord record) {
    if (record.policy() == null) {
      return new AccessPoint(record, null, false);
    }
    try {
      var policy = Policy.parse(record.policy(), PolicyKind.RESOURCE);
      return new AccessPoint(record, policy, PublicPolicies.isPublic(policy));
    } catch (PolicyException e) {
      throw new IllegalStateException("the stored policy of " + record.arn(), e);
    }
  }

  /**
   * What a request through it names.
   *
   * @param key of an object; null for the bucket
   * @param block what it, its bucket and their account block of public access
   */
  Resource resource(
      @Nullable String key, Principal caller, Supplier<BucketRecord.PublicAccessBlock> block) {
    var arn = key == null ? record.arn() : record.arn() + "/object/" + key;
    return Resource.of(arn)
        .ownedBy(record.accountId())
        .withPolicy(effectivePolicy(caller, block))
        .withTags(record.tags());
  }

  /** As of a bucket, RestrictPublicBuckets takes a public policy from everybody outside. */
  private @Nullable Policy effectivePolicy(
      Principal caller, Supplier<BucketRecord.PublicAccessBlock> block) {
    return isPublic
            && !(caller instanceof Principal.ServicePrincipal)
            && !caller.accountId().equals(record.accountId())
            && block.get().restrictPublicBuckets()
        ? null
        : policy;
  }

  /** What clients call it by. */
  Stream<String> names() {
    return Stream.of(record.arn(), record.alias(), record.hostLabel());
  }

  /** A condition key that tells of it; null where the key is another. */
  static @Nullable ContextValue key(AccessPointRecord point, String key) {
    return switch (key) {
      case "s3:dataaccesspointarn" -> ContextValue.of(point.arn());
      case "s3:dataaccesspointaccount" -> ContextValue.of(point.accountId());
      case "s3:accesspointnetworkorigin" -> ContextValue.of(point.networkOrigin());
      default -> null;
    };
  }
}
