package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DefaultRetention;
import dev.bulwark.api.s3.GetObjectLegalHoldOutput;
import dev.bulwark.api.s3.GetObjectLegalHoldRequest;
import dev.bulwark.api.s3.GetObjectLockConfigurationOutput;
import dev.bulwark.api.s3.GetObjectLockConfigurationRequest;
import dev.bulwark.api.s3.GetObjectRetentionOutput;
import dev.bulwark.api.s3.GetObjectRetentionRequest;
import dev.bulwark.api.s3.ObjectLockConfiguration;
import dev.bulwark.api.s3.ObjectLockLegalHold;
import dev.bulwark.api.s3.ObjectLockRetention;
import dev.bulwark.api.s3.ObjectLockRule;
import dev.bulwark.api.s3.PutObjectLegalHoldOutput;
import dev.bulwark.api.s3.PutObjectLegalHoldRequest;
import dev.bulwark.api.s3.PutObjectLockConfigurationOutput;
import dev.bulwark.api.s3.PutObjectLockConfigurationRequest;
import dev.bulwark.api.s3.PutObjectRetentionOutput;
import dev.bulwark.api.s3.PutObjectRetentionRequest;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Object lock: versions that cannot be deleted until a time, or while a legal hold is on them.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html">Locking
 *     objects with Object Lock</a>
 */
final class ObjectLocks {
  private static final int MOST_DAYS = 36_500;
  private static final int MOST_YEARS = 100;

  private final Buckets buckets;
  private final ObjectReads reads;
  private final ObjectChanges changes;
  private final S3Permissions permissions;

  ObjectLocks(
      Buckets buckets, ObjectReads reads, ObjectChanges changes, S3Permissions permissions) {
    this.buckets = buckets;
    this.reads = reads;
    this.changes = changes;
    this.permissions = permissions;
  }

  /**
   * Refuses to delete a version that is held.
   *
   * @param bypass whether governance is no obstacle to the caller; nothing helps against compliance
   *     and legal holds
   */
  static void requireFree(ObjectRecord version, boolean bypass, Instant now) {
    var extras = version.extras();
    var retention = extras.retention();
    boolean retained =
        retention != null && retention.isActive(now) && (retention.compliance() || !bypass);
    if (extras.isHeld() || retained) {
      throw LockErrors.locked();
    }
  }

  /** Whether a caller bypasses governance: it says so, and may. */
  static boolean bypasses(
      @Nullable Boolean wanted,
      LoadedBucket bucket,
      String key,
      S3Permissions permissions,
      Call call) {
    if (!Boolean.TRUE.equals(wanted) || bucket.record().rules().lock() == null) {
      return false;
    }
    try {
      return call.may(permissions.onObject("s3:BypassGovernanceRetention", bucket, key, call));
    } catch (ApiException e) {
      // The access point does not let the caller do it.
      return false;
    }
  }

  // The bucket's configuration

  GetObjectLockConfigurationOutput get(GetObjectLockConfigurationRequest in, Call call) {
    var lock = buckets.require(in.bucket(), call).record().rules().lock();
    if (lock == null) {
      throw S3Errors.notConfigured(
          "ObjectLockConfigurationNotFoundError",
          "Object Lock configuration does not exist for this bucket",
          in.bucket());
    }
    var view = ObjectLockConfiguration.builder().objectLockEnabled("Enabled");
    if (lock.mode() != null) {
      view.rule(
          ObjectLockRule.builder()
              .defaultRetention(
                  DefaultRetention.builder()
                      .mode(lock.mode())
                      .days(lock.days() == 0 ? null : lock.days())
                      .years(lock.years() == 0 ? null : lock.years())
                      .build())
              .build());
    }
    return GetObjectLockConfigurationOutput.builder().objectLockConfiguration(view.build()).build();
  }

  PutObjectLockConfigurationOutput put(PutObjectLockConfigurationRequest in, Call call) {
    var wanted = in.objectLockConfiguration();
    if (wanted == null || !"Enabled".equals(wanted.objectLockEnabled())) {
      throw S3Errors.malformedXml();
    }
    var lock = rule(wanted.rule());
    buckets.change(
        in.bucket(),
        call,
        bucket -> {
          if (bucket.rules().versioning() != Versioning.ENABLED) {
            throw LockErrors.invalidBucketState(
                "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
          }
          return bucket.withRules(bucket.rules().withLock(lock));
        });
    return PutObjectLockConfigurationOutput.builder().build();
  }

  private static LockRule rule(@Nullable ObjectLockRule rule) {
    if (rule == null) {
      return LockRule.WITHOUT_DEFAULT;
    }
    var retention = rule.defaultRetention();
    if (retention == null
        || retention.mode() == null
        || (retention.days() == null) == (retention.years() == null)) {
      throw S3Errors.malformedXml();
    }
    int days = Objects.requireNonNullElse(retention.days(), 0);
    int years = Objects.requireNonNullElse(retention.years(), 0);
    if (days < 0 || years < 0 || days + years == 0) {
      throw S3Errors.invalidRequest("Default retention period must be a positive integer value.");
    }
    if (days > MOST_DAYS || years > MOST_YEARS) {
      throw S3Errors.invalidRequest("Default retention period too large.");
    }
    return new LockRule(retention.mode(), days, years);
  }

  // Retention

  GetObjectRetentionOutput getRetention(GetObjectRetentionRequest in, Call call) {
    var retention = require(in.bucket(), in.key(), in.versionId(), call).extras().retention();
    if (retention == null) {
      throw LockErrors.noLockOnObject();
    }
    return GetObjectRetentionOutput.builder()
        .retention(
            ObjectLockRetention.builder()
                .mode(retention.mode())
                .retainUntilDate(retention.untilTime())
                .build())
        .build();
  }

  private ObjectRecord require(String name, String key, @Nullable String versionId, Call call) {
    var bucket = buckets.require(name, call);
    ObjectRequests.checkKey(key);
    VersionIds.check(versionId);
    ObjectTerms.requireLock(bucket.record());
    ObjectRows.concerns(call, bucket.record(), key);
    return reads.require(bucket, key, versionId, call).record();
  }

  PutObjectRetentionOutput putRetention(PutObjectRetentionRequest in, Call call) {
    Integrity.checkContent(call.http());
    var object = require(in.bucket(), in.key(), in.versionId(), call);
    var bucket = buckets.require(in.bucket(), call);
    var wanted = wanted(in, call.time());
    boolean bypass = bypasses(in.bypassGovernanceRetention(), bucket, in.key(), permissions, call);
    return changes.change(
        bucket.record(),
        in.key(),
        object.versionName(),
        call,
        current -> {
          requireLonger(current.extras().retention(), wanted, bypass, call.time());
          return current.withExtras(current.extras().withRetention(wanted));
        },
        changed -> PutObjectRetentionOutput.builder().build());
  }

  /** What a request wants; null to take the retention off. */
  private static @Nullable Retention wanted(PutObjectRetentionRequest in, Instant now) {
    var retention = in.retention();
    if (retention == null) {
      throw S3Errors.malformedXml();
    }
    if (retention.mode() == null && retention.retainUntilDate() == null) {
      return null;
    }
    if (retention.mode() == null || retention.retainUntilDate() == null) {
      throw S3Errors.malformedXml();
    }
    return ObjectTerms.retention(retention.mode(), retention.retainUntilDate(), now);
  }

  /** A retention may get longer or stricter; all else takes the bypass, or cannot be. */
  private static void requireLonger(
      @Nullable Retention before, @Nullable Retention after, boolean bypass, Instant now) {
    if (before == null || !before.isActive(now)) {
      return;
    }
    boolean weaker =
        after == null
            || after.until() < before.until()
            || (before.compliance() && !after.compliance());
    // Governance that becomes compliance of the same time is not weaker, and still a change of
    // mode.
    boolean otherMode = after != null && after.compliance() != before.compliance();
    if ((weaker || otherMode) && (before.compliance() || !bypass)) {
      throw LockErrors.locked();
    }
  }

  // Legal holds

  GetObjectLegalHoldOutput getLegalHold(GetObjectLegalHoldRequest in, Call call) {
    var object = require(in.bucket(), in.key(), in.versionId(), call);
    if (object.extras().legalHold() == null) {
      throw LockErrors.noLockOnObject();
    }
    return GetObjectLegalHoldOutput.builder()
        .legalHold(
            ObjectLockLegalHold.builder().status(object.extras().isHeld() ? "ON" : "OFF").build())
        .build();
  }

  PutObjectLegalHoldOutput putLegalHold(PutObjectLegalHoldRequest in, Call call) {
    Integrity.checkContent(call.http());
    if (in.legalHold() == null || in.legalHold().status() == null) {
      throw S3Errors.malformedXml();
    }
    boolean held = ObjectTerms.isOn(in.legalHold().status());
    var object = require(in.bucket(), in.key(), in.versionId(), call);
    return changes.change(
        buckets.require(in.bucket(), call).record(),
        in.key(),
        object.versionName(),
        call,
        current -> current.withExtras(current.extras().withLegalHold(held)),
        changed -> PutObjectLegalHoldOutput.builder().build());
  }
}
