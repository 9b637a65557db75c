package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.BucketLifecycleConfiguration;
import dev.bulwark.api.s3.DeleteBucketLifecycleRequest;
import dev.bulwark.api.s3.GetBucketLifecycleConfigurationOutput;
import dev.bulwark.api.s3.GetBucketLifecycleConfigurationRequest;
import dev.bulwark.api.s3.LifecycleRule;
import dev.bulwark.api.s3.PutBucketLifecycleConfigurationOutput;
import dev.bulwark.api.s3.PutBucketLifecycleConfigurationRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lifecycle configurations of buckets; {@link LifecycleWorker} does what they say. */
final class BucketLifecycle {
  private static final int ID_BYTES = 36;

  private final Buckets buckets;
  private final Configurations<LifecyclePolicy> configurations;

  BucketLifecycle(Buckets buckets, S3Tables tables) {
    this.buckets = buckets;
    this.configurations =
        new Configurations<>(
            buckets,
            tables,
            LifecyclePolicy.KIND,
            LifecyclePolicy.CODEC,
            LifecyclePolicy::configuration);
  }

  GetBucketLifecycleConfigurationOutput get(GetBucketLifecycleConfigurationRequest in, Call call) {
    buckets.require(in.bucket(), call);
    var found = configurations.find(in.bucket());
    if (found == null) {
      throw ConfigurationErrors.noLifecycle(in.bucket());
    }
    return GetBucketLifecycleConfigurationOutput.builder()
        .rules(found.configuration().rules())
        .transitionDefaultMinimumObjectSize(found.defaultMinimumSize())
        .build();
  }

  PutBucketLifecycleConfigurationOutput put(PutBucketLifecycleConfigurationRequest in, Call call) {
    Integrity.checkContent(call.http());
    var wanted = in.lifecycleConfiguration();
    LifecycleChecks.check(wanted);
    var rules =
        Objects.requireNonNull(wanted).rules().stream().map(BucketLifecycle::named).toList();
    var policy =
        new LifecyclePolicy(
            BucketLifecycleConfiguration.builder().rules(rules).build(),
            smallToArchives(in.transitionDefaultMinimumObjectSize()));
    return configurations.put(
        in.bucket(),
        call,
        policy,
        PutBucketLifecycleConfigurationOutput.builder()
            .transitionDefaultMinimumObjectSize(policy.defaultMinimumSize())
            .build());
  }

  private static LifecycleRule named(LifecycleRule rule) {
    return rule.id() == null || rule.id().isEmpty()
        ? rule.toBuilder().id(Ids.token(ID_BYTES)).build()
        : rule;
  }

  private static boolean smallToArchives(@Nullable String minimumSize) {
    return switch (minimumSize) {
      case null -> false;
      case LifecyclePolicy.ALL_SIZES_ALIKE -> false;
      case LifecyclePolicy.BY_STORAGE_CLASS -> true;
      default -> throw ConfigurationErrors.defaultMinimumSize(minimumSize);
    };
  }

  Unit delete(DeleteBucketLifecycleRequest in, Call call) {
    return configurations.delete(in.bucket(), call);
  }
}
