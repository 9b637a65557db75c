package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.NotificationConfiguration;
import dev.bulwark.base.Ids;
import dev.bulwark.events.EventStreams;
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
 * left in the transaction of the change, and sent after it. EventBridge takes its own from there.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Event
 *     message structure</a>
 */
final class Notifications {
  private static final String SERVICE = "s3.amazonaws.com";
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final String RESTORE = "s3:ObjectRestore:Post";
  private static final String RESTORED = "s3:ObjectRestore:Completed";

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
          "RestoreObject", RESTORE);

  /**
   * Who changed something.
   *
   * @param operation empty where no request did
   * @param requester the account, or the service
   */
  private record Cause(
      String operation,
      String principal,
      String requester,
      String address,
      String requestId,
      Instant time) {}

  private final S3Tables tables;
  private final EventStreams events;
  private final Configurations<NotificationConfiguration> configurations;
  private final StoreCache<NotificationRules> rules;
  private final NotificationWorker worker;
  private final AtomicLong last = new AtomicLong();

  Notifications(
      S3Tables tables,
      EventStreams events,
      Configurations<NotificationConfiguration> configurations,
      NotificationWorker worker) {
    this.tables = tables;
    this.events = events;
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
                requester(call.principal()),
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
            bucket, found, new Cause("", SERVICE, SERVICE, SERVICE, Ids.s3RequestId(), now));
  }

  /** Who is to be told of what becomes of a bucket's objects on their way to others. */
  @Nullable Telling ofReplication(BucketRecord bucket, Instant now) {
    return ofLifecycle(bucket, now);
  }

  /** Who is to be told of what a role brings to a bucket. */
  @Nullable Telling ofReplica(BucketRecord bucket, Principal role, Instant now) {
    var found = rules.get(configurations.row(bucket.name()));
    return found == null
        ? null
        : new Telling(
            bucket,
            found,
            new Cause(
                "PutObject",
                "AWS:" + role.userId(),
                requester(role),
                SERVICE,
                Ids.s3RequestId(),
                now));
  }

  private static String requester(Principal principal) {
    return principal instanceof Principal.ServicePrincipal service
        ? service.service()
        : principal.accountId();
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
    private final @Nullable Instant due;

    private Telling(BucketRecord bucket, NotificationRules found, Cause cause) {
      this(bucket, found, cause, null);
    }

    /**
     * Tells of what comes later.
     *
     * @param due when; null for now
     */
    private Telling(
        BucketRecord bucket, NotificationRules found, Cause cause, @Nullable Instant due) {
      this.bucket = bucket;
      this.found = found;
      this.cause = cause;
      this.due = due;
    }

    /** What the operation did to an object that is there. */
    void changed(WriteTx tx, String key, ObjectRecord object) {
      var event = EVENTS.get(cause.operation());
      if (event != null) {
        tell(tx, event, key, object, shown(object.extras().versionId()));
      }
      var restore = object.extras().restore();
      if (RESTORE.equals(event) && restore != null && restore.isOngoing(cause.time())) {
        var ready = Instant.ofEpochMilli(restore.ready());
        new Telling(
                bucket,
                found,
                new Cause("", SERVICE, SERVICE, SERVICE, cause.requestId(), ready),
                ready)
            .tell(tx, RESTORED, key, object, shown(object.extras().versionId()));
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

    /** What became of an object on its way to another bucket. */
    void replication(
        WriteTx tx,
        String event,
        ReplicationTask task,
        @Nullable ObjectRecord object,
        @Nullable String reason) {
      tell(
          tx,
          event,
          task.key(),
          object,
          task.version(),
          out ->
              out.begin("replicationEventData")
                  .put("replicationRuleId", task.rule())
                  .put("destinationBucket", task.target().arn())
                  // AWS documents this one; of the others it does not tell the names.
                  .put("s3Operation", "OBJECT_PUT")
                  .put("requestTime", TIME.format(Instant.ofEpochMilli(task.requested())))
                  .put("failureReason", reason)
                  .end());
    }

    /** Something else. */
    void tell(
        WriteTx tx,
        String event,
        String key,
        @Nullable ObjectRecord object,
        @Nullable String versionId) {
      tell(tx, event, key, object, versionId, EventData.of(event, object));
    }

    private void tell(
        WriteTx tx,
        String event,
        String key,
        @Nullable ObjectRecord object,
        @Nullable String versionId,
        Consumer<JsonText> more) {
      var sequencer =
          HexFormat.of()
              .withUpperCase()
              .toHexDigits(next(due == null ? cause.time() : Instant.EPOCH));
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
                  },
                  more);
          leave(tx, target.arn(), message, null);
        }
      }
      var kind = found.onBus() ? BusMessages.kind(event) : null;
      if (kind != null) {
        var detail =
            BusMessages.detail(
                kind,
                bucket.name(),
                key,
                object,
                versionId,
                sequencer,
                cause.requestId(),
                cause.requester(),
                cause.address().equals(SERVICE) ? null : cause.address());
        if (due == null) {
          events.append(
              tx,
              BusMessages.event(
                  bucket.accountId(),
                  bucket.region(),
                  cause.time(),
                  kind.type(),
                  bucket.arn(),
                  detail));
        } else {
          leave(tx, busArn(), detail, kind.type());
        }
      }
    }

    private String busArn() {
      return "arn:aws:events:" + bucket.region() + ':' + bucket.accountId() + ":event-bus/default";
    }

    private void leave(WriteTx tx, String target, String message, @Nullable String type) {
      var notice =
          new Notice(
              bucket.accountId(),
              bucket.arn(),
              target,
              message,
              type,
              cause.time().toEpochMilli(),
              0);
      var number = HexFormat.of().toHexDigits(next(due == null ? cause.time() : Instant.EPOCH));
      if (due == null) {
        tables.notices.put(tx, number, notice);
      } else {
        DelayedNotices.put(tx, tables, due, number, notice);
      }
    }

    private @Nullable String shown(@Nullable String versionId) {
      return bucket.rules().versioning().isKept() ? versionId : null;
    }

    private String message(
        String event, String id, Consumer<JsonText> object, Consumer<JsonText> more) {
      var out = new JsonText(1024).begin().beginArray("Records").begin();
      out.put("eventVersion", EventData.version(event))
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
      out.end().end();
      more.accept(out);
      return out.end().endArray().end().toString();
    }
  }

  /** Numbers that only grow, also over restarts: those of later changes are larger. */
  private long next(Instant time) {
    long micros = time.toEpochMilli() * 1000;
    return last.updateAndGet(before -> Math.max(before + 1, micros));
  }
}
