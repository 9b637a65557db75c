package dev.bulwark.storage.s3;

/**
 * Where a version stands on its way to other buckets, as {@code x-amz-replication-status} tells it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html">Getting
 *     replication status information</a>
 */
enum ReplicationStatus {
  PENDING,
  COMPLETED,
  FAILED,

  /** It came from another bucket. */
  REPLICA
}
