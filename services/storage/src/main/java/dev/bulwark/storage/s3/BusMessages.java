package dev.bulwark.storage.s3;

import dev.bulwark.events.BusEvent;
import dev.bulwark.wire.JsonText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What S3 tells EventBridge of the events that queues and topics know by other names.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html">EventBridge
 *     event message structure</a>
 */
final class BusMessages {
  private static final String SOURCE = "aws.s3";
  private static final String EVENT_VERSION = "1.0";
  private static final String LIFECYCLE = "Lifecycle Expiration";
  private static final String PERMANENT = "Permanently Deleted";
  private static final String MARKER = "Delete Marker Created";

  /**
   * An event as EventBridge names it.
   *
   * @param reason what led to it; null where that is not told
   * @param deletion how an object was deleted; null where none was
   */
  record Kind(String type, @Nullable String reason, @Nullable String deletion) {}

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          created("s3:ObjectCreated:Put", "PutObject"),
          created("s3:ObjectCreated:Post", "POST Object"),
          created("s3:ObjectCreated:Copy", "CopyObject"),
          created("s3:ObjectCreated:CompleteMultipartUpload", "CompleteMultipartUpload"),
          deleted("s3:ObjectRemoved:Delete", "DeleteObject", PERMANENT),
          deleted("s3:ObjectRemoved:DeleteMarkerCreated", "DeleteObject", MARKER),
          deleted("s3:LifecycleExpiration:Delete", LIFECYCLE, PERMANENT),
          deleted("s3:LifecycleExpiration:DeleteMarkerCreated", LIFECYCLE, MARKER),
          other("s3:ObjectRestore:Post", "Object Restore Initiated"),
          other("s3:ObjectRestore:Completed", "Object Restore Completed"),
          other("s3:ObjectRestore:Delete", "Object Restore Expired"),
          other("s3:LifecycleTransition", "Object Storage Class Changed"),
          other("s3:IntelligentTiering", "Object Access Tier Changed"),
          other("s3:ObjectAcl:Put", "Object ACL Updated"),
          other("s3:ObjectTagging:Put", "Object Tags Added"),
          other("s3:ObjectTagging:Delete", "Object Tags Deleted"));

  private BusMessages() {}

  /** An event for the default bus of a bucket's owner. */
  static BusEvent event(
      String accountId,
      String region,
      Instant time,
      String detailType,
      String bucketArn,
      String detail) {
    return new BusEvent(accountId, region, time, SOURCE, detailType, List.of(bucketArn), detail);
  }

  private static Map.Entry<String, Kind> created(String event, String reason) {
    return Map.entry(event, new Kind("Object Created", reason, null));
  }

  private static Map.Entry<String, Kind> deleted(String event, String reason, String deletion) {
    return Map.entry(event, new Kind("Object Deleted", reason, deletion));
  }

  private static Map.Entry<String, Kind> other(String event, String type) {
    return Map.entry(event, new Kind(type, null, null));
  }

  /** What an event is to EventBridge; null where it is nothing, as replication is. */
  static @Nullable Kind kind(String event) {
    return KINDS.get(event);
  }

  /**
   * The detail of an event.
   *
   * @param address of the client; null where S3 itself did it
   */
  static String detail(
      Kind kind,
      String bucket,
      String key,
      @Nullable ObjectRecord object,
      @Nullable String versionId,
      String sequencer,
      String requestId,
      String requester,
      @Nullable String address) {
    var out = new JsonText(512).begin();
    out.put("version", "0").put("event-version", EVENT_VERSION);
    out.begin("bucket").put("name", bucket).end();
    out.begin("object").put("key", key);
    if (object != null) {
      out.key("size").addJson(Long.toString(object.size()));
      out.put("etag", Preconditions.unquoted(object.eTag()));
    }
    out.put("version-id", versionId).put("sequencer", sequencer).end();
    out.put("request-id", requestId).put("requester", requester);
    out.put("source-ip-address", address);
    out.put("reason", kind.reason()).put("deletion-type", kind.deletion());
    if (object != null && kind.type().equals("Object Storage Class Changed")) {
      out.put("destination-storage-class", object.headers().storageClassName());
    }
    if (object != null && kind.type().equals("Object Access Tier Changed")) {
      out.put("destination-access-tier", AccessTier.archiveOf(object));
    }
    if (object != null && kind.type().startsWith("Object Restore")) {
      var restore = object.extras().restore();
      if (restore != null && kind.type().equals("Object Restore Completed")) {
        out.put("restore-expiry-time", Instant.ofEpochMilli(restore.expires()).toString());
      }
      out.put("source-storage-class", object.headers().storageClassName());
    }
    return out.end().toString();
  }
}
