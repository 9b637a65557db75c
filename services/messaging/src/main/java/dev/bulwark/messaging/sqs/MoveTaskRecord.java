package dev.bulwark.messaging.sqs;

import org.jspecify.annotations.Nullable;

/**
 * A task that moves messages out of a dead-letter queue, as stored. Times are in milliseconds.
 *
 * @param destinationArn null where messages go back to where they came from
 * @param rate messages a second; null for as fast as it goes
 */
record MoveTaskRecord(
    String id,
    String sourceArn,
    @Nullable String destinationArn,
    @Nullable Integer rate,
    Status status,
    long moved,
    long toMove,
    @Nullable String failure,
    long started) {

  enum Status {
    RUNNING,
    CANCELLING,
    CANCELLED,
    COMPLETED,
    FAILED
  }

  boolean isActive() {
    return status == Status.RUNNING || status == Status.CANCELLING;
  }

  MoveTaskRecord withMoved(long count) {
    return new MoveTaskRecord(
        id, sourceArn, destinationArn, rate, status, count, toMove, failure, started);
  }

  MoveTaskRecord withStatus(Status value, @Nullable String reason) {
    return new MoveTaskRecord(
        id, sourceArn, destinationArn, rate, value, moved, toMove, reason, started);
  }
}
