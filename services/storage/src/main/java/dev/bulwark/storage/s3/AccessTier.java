package dev.bulwark.storage.s3;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The access tiers of S3 Intelligent-Tiering. The first three follow from when an object was last
 * read, so nothing has to move for them; only what went into an archive is noted at the object.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html">How
 *     S3 Intelligent-Tiering works</a>
 */
enum AccessTier {
  FREQUENT("FREQUENT", "IntelligentTieringFAStorage"),
  INFREQUENT("INFREQUENT", "IntelligentTieringIAStorage"),
  ARCHIVE_INSTANT("ARCHIVE_INSTANT_ACCESS", "IntelligentTieringAIAStorage"),
  ARCHIVE("ARCHIVE", "IntelligentTieringAAStorage"),
  DEEP_ARCHIVE("DEEP_ARCHIVE", "IntelligentTieringDAAStorage");

  static final String STORAGE_CLASS = "INTELLIGENT_TIERING";

  /** Smaller objects are always at hand, and their reads are not noted. */
  private static final int LEAST_BYTES = 128 * 1024;

  private static final int DAYS_TO_INFREQUENT = 30;
  private static final int DAYS_TO_ARCHIVE_INSTANT = 90;

  private final String inventoryName;
  private final String storageType;

  AccessTier(String inventoryName, String storageType) {
    this.inventoryName = inventoryName;
    this.storageType = storageType;
  }

  /** As inventories name it. */
  String inventoryName() {
    return inventoryName;
  }

  /** As the storage metrics name it. */
  String storageType() {
    return storageType;
  }

  /** Whether objects have to be restored from it. */
  boolean isArchive() {
    return this == ARCHIVE || this == DEEP_ARCHIVE;
  }

  /** As the API names the archives; null for the others, which it does not tell of. */
  @Nullable String apiName() {
    return isArchive() ? name() + "_ACCESS" : null;
  }

  /** The archive of that name in the API; null for none. */
  static @Nullable AccessTier named(@Nullable String apiName) {
    return switch (apiName) {
      case "ARCHIVE_ACCESS" -> ARCHIVE;
      case "DEEP_ARCHIVE_ACCESS" -> DEEP_ARCHIVE;
      case null, default -> null;
    };
  }

  /** The archive in which an object is, as the API names it; null for none. */
  static @Nullable String archiveOf(ObjectRecord object) {
    var tiering = object.extras().tiering();
    return tiering == null || tiering.archive() == null ? null : tiering.archive().apiName();
  }

  /** Whether an object moves between tiers at all. */
  static boolean isMonitored(ObjectRecord object) {
    return STORAGE_CLASS.equals(object.headers().storageClass()) && object.size() >= LEAST_BYTES;
  }

  /** Where an object is; null where it is of another storage class. */
  static @Nullable AccessTier of(ObjectRecord object, Instant now) {
    if (!STORAGE_CLASS.equals(object.headers().storageClass())) {
      return null;
    }
    if (!isMonitored(object)) {
      return FREQUENT;
    }
    var tiering = object.extras().tiering();
    if (tiering != null && tiering.archive() != null && !isRestored(object, now)) {
      return tiering.archive();
    }
    long days = daysUnread(object, now);
    return days >= DAYS_TO_ARCHIVE_INSTANT
        ? ARCHIVE_INSTANT
        : days >= DAYS_TO_INFREQUENT ? INFREQUENT : FREQUENT;
  }

  /** How long ago a monitored object was read, or came into the storage class. */
  static long daysUnread(ObjectRecord object, Instant now) {
    return Duration.between(lastAccess(object, now), now).toDays();
  }

  /** When a monitored object was read as far as is noted; within the last day that may be later. */
  static Instant lastAccess(ObjectRecord object, Instant now) {
    var restore = object.extras().restore();
    if (restore != null && isRestored(object, now)) {
      return Instant.ofEpochMilli(restore.ready());
    }
    var tiering = object.extras().tiering();
    return tiering == null ? object.lastModifiedTime() : Instant.ofEpochMilli(tiering.accessed());
  }

  private static boolean isRestored(ObjectRecord object, Instant now) {
    var restore = object.extras().restore();
    return restore != null && restore.isReadable(now);
  }

  /** An object as it is when it is read: among those that are read frequently. */
  static ObjectRecord accessed(ObjectRecord object, Instant now) {
    return object.withExtras(
        object.extras().withRestore(null).withTiering(new Tiering(now.toEpochMilli(), null)));
  }

  /** An object that goes into an archive. */
  static ObjectRecord archived(ObjectRecord object, AccessTier archive, Instant now) {
    long accessed = lastAccess(object, now).toEpochMilli();
    return object.withExtras(
        object.extras().withRestore(null).withTiering(new Tiering(accessed, archive)));
  }

  /**
   * What is noted of an object that is not new in its tier.
   *
   * @param accessed when it was last read or came into the storage class, in milliseconds of the
   *     epoch
   * @param archive null where it is in none
   */
  record Tiering(long accessed, @Nullable AccessTier archive) {
    void write(RecordWriter out) {
      out.number(accessed).number(archive == null ? 0 : archive.ordinal());
    }

    static Tiering read(RecordReader in) {
      long accessed = in.number();
      int archive = in.integer();
      return new Tiering(accessed, archive == 0 ? null : AccessTier.values()[archive]);
    }
  }
}
