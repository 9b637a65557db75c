package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Resource;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bucket with its policy compiled.
 *
 * @param block what is blocked of public access to it now: by itself, or by its account
 * @param denials what of its policy denies; null for nothing
 * @param isPublic whether its policy grants something to everybody
 * @param through the access point by which a request has come to it; null for none
 */
record LoadedBucket(
    BucketRecord record,
    Supplier<BucketRecord.PublicAccessBlock> block,
    @Nullable Policy policy,
    @Nullable Policy denials,
    boolean isPublic,
    @Nullable AccessPoint through) {

  static LoadedBucket of(BucketRecord record, Supplier<BucketRecord.PublicAccessBlock> block) {
    if (record.policy() == null) {
      return new LoadedBucket(record, block, null, null, false, null);
    }
    try {
      var policy = Policy.parse(record.policy(), PolicyKind.RESOURCE);
      var denials = policy.only(statement -> statement.effect() == Effect.DENY);
      return new LoadedBucket(
          record,
          block,
          policy,
          denials.statements().isEmpty() ? null : denials,
          PublicPolicies.isPublic(policy),
          null);
    } catch (PolicyException e) {
      throw new IllegalStateException("the stored policy of bucket " + record.name(), e);
    }
  }

  /** The same bucket as an access point shows it, which may block more. */
  LoadedBucket through(AccessPoint point) {
    return new LoadedBucket(
        record, () -> block.get().or(point.record().block()), policy, denials, isPublic, point);
  }

  String name() {
    return record.name();
  }

  String accountId() {
    return record.accountId();
  }

  /** The bucket itself, as that caller's permissions see it. */
  Resource resource(Principal caller) {
    return resource(record.arn(), caller);
  }

  /** An object of the bucket. */
  Resource object(String key, Principal caller) {
    return resource(record.arn() + '/' + key, caller);
  }

  private Resource resource(String arn, Principal caller) {
    return new Resource(arn, record.accountId(), effectivePolicy(caller), false, Map.of());
  }

  /**
   * RestrictPublicBuckets takes what a public policy allows from everybody outside of the owner's
   * account. What it denies stays denied, since lists may allow it.
   */
  private @Nullable Policy effectivePolicy(Principal caller) {
    return isPublic
            && !(caller instanceof Principal.ServicePrincipal)
            && !caller.accountId().equals(record.accountId())
            && block.get().restrictPublicBuckets()
        ? denials
        : policy;
  }
}
