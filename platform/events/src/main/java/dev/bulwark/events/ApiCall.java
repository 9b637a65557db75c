package dev.bulwark.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An API call that has happened, with whatever outcome. The fields are those by which consumers
 * select; all else is in the record.
 *
 * @param sequence its place in the stream, growing; 0 before it is appended
 * @param management false for data events
 * @param decisions what was decided on the call's permissions, as JSON in UTF-8; empty where
 *     nothing was. It belongs to no record that an account sees
 * @param record the event in CloudTrail's record format, as JSON in UTF-8
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
public record ApiCall(
    long sequence,
    String eventId,
    Instant time,
    String accountId,
    String region,
    String eventSource,
    String eventName,
    boolean readOnly,
    boolean management,
    @Nullable String userName,
    @Nullable String accessKeyId,
    @Nullable String errorCode,
    List<ResourceName> resources,
    byte[] decisions,
    byte[] record) {

  private static final byte[] NONE = {};

  /** A call without decisions. */
  public ApiCall(
      long sequence,
      String eventId,
      Instant time,
      String accountId,
      String region,
      String eventSource,
      String eventName,
      boolean readOnly,
      boolean management,
      @Nullable String userName,
      @Nullable String accessKeyId,
      @Nullable String errorCode,
      List<ResourceName> resources,
      byte[] record) {
    this(
        sequence,
        eventId,
        time,
        accountId,
        region,
        eventSource,
        eventName,
        readOnly,
        management,
        userName,
        accessKeyId,
        errorCode,
        resources,
        NONE,
        record);
  }

  /** The fields alone. */
  ApiCall withoutContents() {
    return new ApiCall(
        sequence,
        eventId,
        time,
        accountId,
        region,
        eventSource,
        eventName,
        readOnly,
        management,
        userName,
        accessKeyId,
        errorCode,
        resources,
        NONE);
  }
}
