package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.NotificationConfiguration;
import dev.bulwark.base.Ids;
import dev.bulwark.service.Call;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.WriteTx;
import dev.bulwark.wire.JsonText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the targets of a bucket's notifications what happened to its objects: a message a target,
 * left in the transaction of the change, and sent after it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Event
 *     message structure</a>
 */
final class Notifications {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** What operations' changes are called. */
  private static final Map<String, String> EVENTS =
      Map.of(
          "PutObject", "s3:ObjectCreated:Put",
          "PostObject", "s3:ObjectCreated:Post",
          "CopyObject", "s3:ObjectCreated:Copy",
          "CompleteMultipartUpload", "s3:ObjectCreated:CompleteMultipartUpload",
          "PutObjectTagging", "s3:ObjectTagging:Put",
          "DeleteObjectTagging", "s3:ObjectTagging:Delete",
          "PutObjectAcl", "s3:ObjectAcl:Put",
          "RestoreObject", "s3:ObjectRestore:Post");

  /**
   * Who changed something.
   *
   * @param operation empty where no request did
   */
  private record Cause(
      String operation, String principal, String address, String requestId, Instant time) {}

  private final S3Tables tables;
  private final Configurations<NotificationConfiguration> configurations;
  private final StoreCache<NotificationRules> rules;
  private final NotificationWorker worker;
  private final AtomicLong last = new AtomicLong();

  Notifications(
      S3Tables tables,
      Configurations<NotificationConfiguration> configurations,
      NotificationWorker worker) {
    this.tables = tables;
    this.configurations = configurations;
    this.rules = configurations.cached(NotificationRules::of);
    this.worker = worker;
  }

  /** Who is to be told of a call's changes to a bucket; null for nobody. Costs nothing then. */
  @Nullable Telling of(BucketRecord bucket, Call call) {
    var found = rules.get(configurations.row(bucket.name()));
    return found == null
        ? null
        : new Telling(
            bucket,
            found,
            new Cause(
                call.operation().name(),
                "AWS:" + call.principal().userId(),
                call.http().remoteAddress(),
                call.requestId(),
                call.time()));
  }

  /** Who is to be told of what S3 itself does in a bucket; null for nobody. */
  @Nullable Telling ofLifecycle(BucketRecord bucket, Instant now) {
    var found = rules.get(configurations.row(bucket.name()));
    return found == null
        ? null
        : new Telling(
            bucket,
            found,
            new Cause("", "s3.amazonaws.com", "s3.amazonaws.com", Ids.s3RequestId(), now));
  }

  /** Has what was told sent, where anything was: after the commit. */
  void sent(@Nullable Telling telling) {
    if (telling != null) {
      worker.wake();
    }
  }

  /** Tells in the transactions of changes. */
  final class Telling {
    private final BucketRecord bucket;
    private final NotificationRules found;
    private final Cause cause;

    private Telling(BucketRecord bucket, NotificationRules found, Cause cause) {
      this.bucket = bucket;
      this.found = found;
      this.cause = cause;
    }

    /** What the operation did to an object that is there. */
    void changed(WriteTx tx, String key, ObjectRecord object) {
      var event = EVENTS.get(cause.operation());
      if (event != null) {
        tell(tx, event, key, object, shown(object.extras().versionId()));
      }
    }

    /** What a delete came to. */
    void removed(WriteTx tx, String key, Versions.Deleted deleted, boolean marker) {
      tell(
          tx,
          marker ? "s3:ObjectRemoved:DeleteMarkerCreated" : "s3:ObjectRemoved:Delete",
          key,
          null,
          shown(deleted.versionId()));
    }

    /** Something else. */
    void tell(
        WriteTx tx,
        String event,
        String key,
        @Nullable ObjectRecord object,
        @Nullable String versionId) {
      var sequencer = HexFormat.of().withUpperCase().toHexDigits(next(cause.time()));
      for (var target : found.targets()) {
        if (target.wants(event, key)) {
          var message =
              message(
                  event,
                  target.id(),
                  out -> {
                    out.put("key", URLEncoder.encode(key, StandardCharsets.UTF_8));
                    if (object != null) {
                      out.key("size").addJson(Long.toString(object.size()));
                      out.put("eTag", Preconditions.unquoted(object.eTag()));
                    }
                    out.put("versionId", versionId).put("sequencer", sequencer);
                  });
          tables.notices.put(
              tx,
              HexFormat.of().toHexDigits(next(cause.time())),
              new Notice(bucket.accountId(), bucket.arn(), target.arn(), message));
        }
      }
    }

    private @Nullable String shown(@Nullable String versionId) {
      return bucket.rules().versioning().isKept() ? versionId : null;
    }

    private String message(String event, String id, Consumer<JsonText> object) {
      var out = new JsonText(1024).begin().beginArray("Records").begin();
      out.put("eventVersion", "2.1")
          .put("eventSource", "aws:s3")
          .put("awsRegion", bucket.region())
          .put("eventTime", TIME.format(cause.time()))
          .put("eventName", event.substring("s3:".length()));
      out.begin("userIdentity").put("principalId", cause.principal()).end();
      out.begin("requestParameters").put("sourceIPAddress", cause.address()).end();
      out.begin("responseElements")
          .put("x-amz-request-id", cause.requestId())
          .put("x-amz-id-2", Ids.s3HostId())
          .end();
      out.begin("s3").put("s3SchemaVersion", "1.0").put("configurationId", id);
      out.begin("bucket").put("name", bucket.name());
      out.begin("ownerIdentity").put("principalId", CanonicalUsers.idOf(bucket.accountId())).end();
      out.put("arn", bucket.arn()).end();
      out.begin("object");
      object.accept(out);
      out.end();
      return out.end().end().endArray().end().toString();
    }
  }

  /** Numbers that only grow, also over restarts: those of later changes are larger. */
  private long next(Instant time) {
    long micros = time.toEpochMilli() * 1000;
    return last.updateAndGet(before -> Math.max(before + 1, micros));
  }
}
