package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * A version that is to be brought to another bucket, as the rule said when it was written.
 *
 * @param version its id
 * @param rule the id of the rule
 * @param requested when it was written, in milliseconds of the epoch
 * @param attempts how often that was tried in vain
 * @param due when it may be tried again, in milliseconds of the epoch
 * @param late whether it was told that it takes longer than the rule promises
 */
record ReplicationTask(
    String bucket,
    String key,
    String version,
    Kind kind,
    String rule,
    Target target,
    long requested,
    int attempts,
    long due,
    boolean late) {

  /** What is to be brought there. */
  enum Kind {
    OBJECT,
    MARKER,

    /** What is known of an object that is there already: its tags, grants and locks. */
    CHANGE
  }

  /**
   * Where to, and how.
   *
   * @param role as whom S3 does it
   * @param bucket the name of the destination
   * @param account that is to own the destination; null for any
   * @param storageClass null for the one that the source has
   * @param kmsKey for objects under keys of KMS
   * @param ownedByBucket whether replicas belong to the owner of the destination
   * @param timed whether the rule promises replication within 15 minutes
   */
  record Target(
      String role,
      String bucket,
      @Nullable String account,
      @Nullable String storageClass,
      @Nullable String kmsKey,
      boolean ownedByBucket,
      boolean timed) {

    String arn() {
      return "arn:aws:s3:::" + bucket;
    }
  }

  ReplicationTask again(long at) {
    return new ReplicationTask(
        bucket, key, version, kind, rule, target, requested, attempts + 1, at, late);
  }

  ReplicationTask toldLate() {
    return new ReplicationTask(
        bucket, key, version, kind, rule, target, requested, attempts, due, true);
  }
}
