package dev.bulwark.audit.cloudtrail;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query of CloudTrail Lake.
 *
 * @param storeArns of the event data stores that it reads; it belongs to the first
 * @param millis how long it took; 0 before its end
 * @param rows of its result
 * @param blob where its result is kept; null without one
 * @param pages where the pages of the result begin
 * @param delivery where its result is delivered to; null where it is not
 */
record QueryRecord(
    String accountId,
    String region,
    String id,
    List<String> storeArns,
    String statement,
    Status status,
    Instant created,
    int millis,
    long rows,
    long scanned,
    long bytesScanned,
    @Nullable String error,
    @Nullable String blob,
    List<Page> pages,
    @Nullable String delivery,
    @Nullable String deliveryStatus) {

  /** For how long queries and their results are kept. */
  static final Duration KEPT = Duration.ofDays(7);

  /** States; names as AWS has them. */
  enum Status {
    QUEUED,
    RUNNING,
    FINISHED,
    FAILED,
    CANCELLED,
    TIMED_OUT;

    boolean isEnd() {
      return this != QUEUED && this != RUNNING;
    }
  }

  /**
   * A page of a result.
   *
   * @param first the number of its first row, from 0
   */
  record Page(long first, long offset, int length) {}

  QueryRecord {
    storeArns = List.copyOf(storeArns);
    pages = pages == null ? List.of() : List.copyOf(pages);
  }

  boolean isGone(Instant now) {
    return created.plus(KEPT).isBefore(now);
  }

  QueryRecord with(Status changed) {
    return ended(changed, millis, error);
  }

  /** Without a result. */
  QueryRecord ended(Status changed, int took, @Nullable String message) {
    return new QueryRecord(
        accountId,
        region,
        id,
        storeArns,
        statement,
        changed,
        created,
        took,
        0,
        0,
        0,
        message,
        null,
        List.of(),
        delivery,
        delivery == null || !changed.isEnd()
            ? deliveryStatus
            : changed == Status.CANCELLED ? "CANCELLED" : "FAILED");
  }

  QueryRecord finished(
      int took, long found, long events, long bytes, String result, List<Page> where) {
    return new QueryRecord(
        accountId,
        region,
        id,
        storeArns,
        statement,
        Status.FINISHED,
        created,
        took,
        found,
        events,
        bytes,
        null,
        result,
        where,
        delivery,
        deliveryStatus);
  }

  QueryRecord delivered(String outcome) {
    return new QueryRecord(
        accountId,
        region,
        id,
        storeArns,
        statement,
        status,
        created,
        millis,
        rows,
        scanned,
        bytesScanned,
        error,
        blob,
        pages,
        delivery,
        outcome);
  }
}
