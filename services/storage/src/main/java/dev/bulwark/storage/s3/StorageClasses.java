package dev.bulwark.storage.s3;

import java.util.List;

/**
 * How objects may move between storage classes: down alone.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html">Transitioning
 *     objects using Amazon S3 Lifecycle</a>
 */
final class StorageClasses {
  /** From the top to the bottom. */
  private static final List<String> WATERFALL =
      List.of(
          "STANDARD",
          "STANDARD_IA",
          "INTELLIGENT_TIERING",
          "ONEZONE_IA",
          "GLACIER_IR",
          "GLACIER",
          "DEEP_ARCHIVE");

  /** Smaller ones cost more elsewhere than they save. */
  private static final int SMALL_BYTES = 128 * 1024;

  private static final int DAYS_BEFORE_INFREQUENT_ACCESS = 30;

  private StorageClasses() {}

  /** Whether rules may move objects there. */
  static boolean isTarget(String storageClass) {
    return WATERFALL.indexOf(storageClass) > 0;
  }

  /** Whether an object may move from one class to the other. */
  static boolean isDown(String from, String to) {
    int start = WATERFALL.indexOf(from);
    return start >= 0 && WATERFALL.indexOf(to) > start;
  }

  /** For how many days objects stay where they are before they may move there. */
  static int leastDays(String storageClass) {
    return storageClass.equals("STANDARD_IA") || storageClass.equals("ONEZONE_IA")
        ? DAYS_BEFORE_INFREQUENT_ACCESS
        : 0;
  }

  /** Whether an object is too small to move there unless a rule speaks of sizes. */
  static boolean isTooSmall(long size, String storageClass, boolean smallToArchives) {
    boolean archive = storageClass.equals("GLACIER") || storageClass.equals("DEEP_ARCHIVE");
    return size < SMALL_BYTES && !(archive && smallToArchives);
  }
}
