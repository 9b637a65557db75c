package dev.bulwark.storage.s3;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Why a version does not get to another bucket, whatever is tried.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html#replication-failure-codes">Amazon
 *     S3 replication failure reasons</a>
 */
final class ReplicationFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String reason;

  ReplicationFailure(String reason) {
    this(reason, null);
  }

  ReplicationFailure(String reason, @Nullable Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** As S3's events name it. */
  String reason() {
    return reason;
  }
}
