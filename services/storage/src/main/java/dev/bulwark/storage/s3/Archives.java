package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.RestoreObjectOutput;
import dev.bulwark.api.s3.RestoreObjectRequest;
import dev.bulwark.api.s3.RestoreRequest;
import dev.bulwark.service.Call;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Archived objects, which cannot be read until they were asked back and their time has come.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html">Restoring
 *     an archived object</a>
 */
final class Archives {
  private static final String GLACIER = "GLACIER";
  private static final String DEEP_ARCHIVE = "DEEP_ARCHIVE";
  private static final Set<String> CLASSES = Set.of(GLACIER, DEEP_ARCHIVE);
  private static final String STANDARD = "Standard";

  /** By storage class and tier, the longest that AWS says it takes. */
  private static final Map<String, Duration> TIMES =
      Map.of(
          GLACIER + "Expedited", Duration.ofMinutes(5),
          GLACIER + STANDARD, Duration.ofHours(5),
          GLACIER + "Bulk", Duration.ofHours(12),
          DEEP_ARCHIVE + STANDARD, Duration.ofHours(12),
          DEEP_ARCHIVE + "Bulk", Duration.ofHours(48));

  private final Buckets buckets;
  private final ObjectReads reads;
  private final ObjectChanges changes;

  Archives(Buckets buckets, ObjectReads reads, ObjectChanges changes) {
    this.buckets = buckets;
    this.reads = reads;
    this.changes = changes;
  }

  private static boolean isArchived(ObjectRecord object, Instant now) {
    var storageClass = object.headers().storageClass();
    if (storageClass == null) {
      return false;
    }
    var tier = AccessTier.of(object, now);
    return tier == null ? CLASSES.contains(storageClass) : tier.isArchive();
  }

  /** Whether a restore is still worth a word: not when its copy is gone again. */
  static boolean tellsOf(Restore restore, Instant now) {
    return restore.isOngoing(now) || restore.isReadable(now);
  }

  /** Refuses to read what is in an archive, and was not brought back. */
  static void requireReadable(ObjectRecord object, Instant now) {
    if (isArchived(object, now)) {
      var restore = object.extras().restore();
      if (restore == null || !restore.isReadable(now)) {
        var tier = AccessTier.of(object, now);
        throw S3Errors.invalidObjectState(
            object.headers().storageClassName(), tier == null ? null : tier.apiName());
      }
    }
  }

  RestoreObjectOutput restore(RestoreObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    ObjectRequests.checkKey(in.key());
    VersionIds.check(in.versionId());
    var wanted = in.restoreRequest();
    if (wanted == null) {
      throw S3Errors.malformedXml();
    }
    if (wanted.type() != null || wanted.selectParameters() != null) {
      throw S3Errors.notBuilt("Select requests are not implemented");
    }
    Integrity.checkContent(call.http());
    ObjectRows.concerns(call, bucket.record(), in.key());
    var object = reads.require(bucket, in.key(), in.versionId(), call).record();
    if (!isArchived(object, call.time())) {
      throw S3Errors.restoreOfReadable(object.headers().storageClassName());
    }
    var archive = AccessTier.of(object, call.time());
    checkDays(wanted, archive != null);
    var tier = tier(wanted);
    var time = TIMES.get(storage(object, archive) + tier);
    if (time == null) {
      throw S3Errors.invalidArgument(
          "Retrieval option is not supported by this storage class", "Tier", tier);
    }
    return changes.change(
        bucket.record(),
        in.key(),
        object.versionName(),
        call,
        current ->
            current.withExtras(
                current.extras().withRestore(next(current, time, wanted.days(), call.time()))),
        changed -> RestoreObjectOutput.builder().build());
  }

  /**
   * For how long a copy is to stay is said for copies alone: from the archives of
   * Intelligent-Tiering the object itself comes back. In which words AWS refuses days there is not
   * known.
   */
  private static void checkDays(RestoreRequest wanted, boolean comesBack) {
    if (comesBack && wanted.days() != null) {
      throw S3Errors.invalidArgument(
          "Days cannot be specified for objects in the INTELLIGENT_TIERING storage class",
          "Days",
          wanted.days().toString());
    }
    if (!comesBack && (wanted.days() == null || wanted.days() < 1)) {
      throw S3Errors.malformedXml();
    }
  }

  /** The storage class whose times a restore takes. */
  private static String storage(ObjectRecord object, @Nullable AccessTier archive) {
    return archive == null
        ? object.headers().storageClassName()
        : archive == AccessTier.ARCHIVE ? GLACIER : DEEP_ARCHIVE;
  }

  private static String tier(RestoreRequest wanted) {
    var parameters = wanted.glacierJobParameters();
    @Nullable String inner = parameters == null ? null : parameters.tier();
    return Objects.requireNonNullElse(inner, Objects.requireNonNullElse(wanted.tier(), STANDARD));
  }

  /** What is back already stays longer; what is on its way cannot be asked for twice. */
  private static Restore next(
      ObjectRecord object, Duration time, @Nullable Integer days, Instant now) {
    var before = object.extras().restore();
    if (before != null && before.isOngoing(now)) {
      throw S3Errors.restoreInProgress();
    }
    var there = before != null && before.isReadable(now) ? before : null;
    long ready = there != null ? there.ready() : now.plus(time).toEpochMilli();
    if (days == null) {
      return new Restore(ready, Restore.NEVER);
    }
    var from = there != null ? now : Instant.ofEpochMilli(ready);
    // Copies leave at midnight after their last day.
    var expires =
        from.plus(days + 1L, ChronoUnit.DAYS).atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS);
    return new Restore(ready, expires.toInstant().toEpochMilli());
  }
}
