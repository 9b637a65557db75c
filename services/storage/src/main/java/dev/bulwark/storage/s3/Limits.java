package dev.bulwark.storage.s3;

/**
 * S3's limits.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html">Multipart upload
 *     limits</a>
 */
final class Limits {
  /** Of a key in UTF-8. */
  static final int KEY_BYTES = 1024;

  /** Of the names and values of user metadata together. */
  static final int METADATA_BYTES = 2048;

  /** Of one PutObject, UploadPart, or copy. */
  static final long PUT_BYTES = 5L * 1024 * 1024 * 1024;

  /** Of each part but the last. */
  static final long SMALLEST_PART_BYTES = 5L * 1024 * 1024;

  static final int PARTS = 10_000;
  static final int OBJECT_TAGS = 10;
  static final int BUCKET_TAGS = 50;
  static final int PAGE = 1000;
  static final int DELETES = 1000;
  static final int BUCKETS_PER_ACCOUNT = 10_000;
  static final int POLICY_BYTES = 20 * 1024;

  /** The largest object that shares a file with others. */
  static final int INLINE_BYTES = 64 * 1024;

  private Limits() {}
}
