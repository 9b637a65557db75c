package dev.bulwark.storage.s3;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.DecisionLog;
import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.DeleteObjectsOutput;
import dev.bulwark.api.s3.DeleteObjectsRequest;
import dev.bulwark.api.s3.GetObjectOutput;
import dev.bulwark.api.s3.HeadObjectOutput;
import dev.bulwark.api.s3.LoggingEnabled;
import dev.bulwark.base.Ids;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.AnswerObserver.Served;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreCache;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of server access logs: of every request to a bucket with logging, and of what
 * its lifecycle rules do.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html">Amazon S3
 *     server access log format</a>
 */
final class AccessLogs implements RequestListener {
  private static final int NANOS_IN_MILLI = 1_000_000;
  private static final int NOT_MODIFIED = 304;

  /** Something that S3 did by a lifecycle rule. */
  record Deed(String operation, String key, @Nullable String versionId, long size) {}

  private final Buckets buckets;
  private final Configurations<LoggingEnabled> configurations;
  private final StoreCache<LoggingEnabled> targets;
  private final AccessLogBuffer buffer;

  AccessLogs(
      Buckets buckets, Configurations<LoggingEnabled> configurations, AccessLogBuffer buffer) {
    this.buckets = buckets;
    this.configurations = configurations;
    this.targets = configurations.cached(target -> target);
    this.buffer = buffer;
  }

  @Override
  public boolean listens(ReadTx tx, String bucket) {
    return configurations.exists(tx, bucket);
  }

  @Override
  public boolean listens(String bucket) {
    return targets.get(configurations.row(bucket)) != null;
  }

  @Override
  public void sent(Sent sent) {
    if (!buckets.exists(sent.bucket())) {
      return;
    }
    var bucket = buckets.find(sent.bucket(), null);
    buffer.add(bucket.record(), sent.served().time(), line(bucket, sent));
    if (sent.served().input() instanceof DeleteObjectsRequest deletion) {
      deleted(bucket, sent, deletion);
    }
  }

  /** Tells of what a lifecycle rule did. */
  void did(BucketRecord bucket, List<Deed> deeds, Instant time) {
    if (deeds.isEmpty() || !listens(bucket.name())) {
      return;
    }
    for (var deed : deeds) {
      var line =
          new AccessLogLine(CanonicalUsers.idOf(bucket.accountId()), bucket.name(), time)
              .nothing(1)
              .field("AmazonS3")
              .field(Ids.s3RequestId())
              .field(deed.operation())
              .field(ObjectRequests.urlEncoded(deed.key()))
              .quoted(null)
              .nothing(3)
              .count(deed.size())
              .nothing(2)
              .quoted(null)
              .quoted(null)
              .field(deed.versionId())
              .field(Ids.s3HostId())
              .nothing(7);
      buffer.add(bucket, time, end(line));
    }
  }

  private static String line(LoadedBucket bucket, Sent sent) {
    var served = sent.served();
    var error = served.error();
    var line =
        begin(bucket, sent, AccessLogOperations.nameOf(served.operation(), sent.copySource()))
            .field(sent.key() == null ? null : ObjectRequests.urlEncoded(sent.key()))
            .quoted(requestUri(served, sent))
            .field(Integer.toString(sent.answer().status()))
            .field(error == null || error.httpStatus() == NOT_MODIFIED ? null : error.code())
            .count(sent.bytes())
            .count(objectSize(served))
            .field(Long.toString(sent.total() / NANOS_IN_MILLI))
            .field(Long.toString(sent.turnAround() / NANOS_IN_MILLI))
            .quoted(header(served, "referer"))
            .quoted(header(served, "user-agent"))
            .field(versionId(served));
    return client(line, bucket, sent);
  }

  private static AccessLogLine begin(LoadedBucket bucket, Sent sent, String operation) {
    var served = sent.served();
    return new AccessLogLine(CanonicalUsers.idOf(bucket.accountId()), bucket.name(), served.time())
        .field(isOfService(served) ? null : served.request().remoteAddress())
        .field(requester(served.caller()))
        .field(served.requestId())
        .field(operation);
  }

  /** The fields on the client's side of a request, which end its line. */
  private static String client(AccessLogLine line, LoadedBucket bucket, Sent sent) {
    var served = sent.served();
    var signature = Signature.of(served.request());
    var tls = served.request().tls();
    return end(
        line.field(sent.answer().headers().first("x-amz-id-2"))
            .field(signature == Signature.NONE ? null : signature.version)
            .field(tls == null ? null : tls.cipherSuite())
            .field(signature == Signature.NONE ? null : signature.type)
            .field(header(served, "host"))
            .field(tls == null ? null : tls.version())
            .field(sent.accessPoint())
            .field(aclRequired(bucket, served.decisions()) ? "Yes" : null));
  }

  /** The last field is the Region of AWS from whose network the request came: none. */
  private static String end(AccessLogLine line) {
    return line.nothing(1).toString();
  }

  // DeleteObjects has a line for each key, beside its own.

  private void deleted(LoadedBucket bucket, Sent sent, DeleteObjectsRequest deletion) {
    if (!(sent.served().output() instanceof DeleteObjectsOutput output)
        || deletion.delete() == null
        || deletion.delete().objects() == null) {
      return;
    }
    var errors = new HashMap<String, String>();
    if (output.errors() != null) {
      output
          .errors()
          .forEach(e -> errors.put(name(e.key(), e.versionId()), String.valueOf(e.code())));
    }
    for (var object : deletion.delete().objects()) {
      var code = errors.get(name(object.key(), object.versionId()));
      var line =
          begin(bucket, sent, "BATCH.DELETE.OBJECT")
              .field(object.key() == null ? null : ObjectRequests.urlEncoded(object.key()))
              .quoted(null)
              .field(status(code))
              .field(code)
              .nothing(4)
              .quoted(null)
              .quoted(null)
              .field(object.versionId());
      buffer.add(bucket.record(), sent.served().time(), client(line, bucket, sent));
    }
  }

  private static String name(@Nullable String key, @Nullable String versionId) {
    return key + '\n' + versionId;
  }

  private static String status(@Nullable String code) {
    return switch (code) {
      case null -> "204";
      case "AccessDenied" -> "403";
      case "InternalError" -> "500";
      case "NoSuchVersion" -> "404";
      default -> "400";
    };
  }

  // Fields

  private static boolean isOfService(Served served) {
    return served.caller() != null
        && served.caller().principal() instanceof Principal.ServicePrincipal;
  }

  /** Root users are told by the canonical id of their account, everybody else by an ARN. */
  private static @Nullable String requester(@Nullable Authentication caller) {
    return switch (caller == null ? null : caller.principal()) {
      case null -> null;
      case Principal.Anonymous nobody -> null;
      case Principal.AccountRoot root -> CanonicalUsers.idOf(root.accountId());
      case Principal.ServicePrincipal service -> "svc:" + service.service();
      case Principal other -> other.arn();
    };
  }

  private static String requestUri(Served served, Sent sent) {
    var request = served.request();
    if (isOfService(served)) {
      var key = sent.key() == null ? "" : '/' + ObjectRequests.urlEncoded(sent.key());
      return served.operation().http().method() + " /" + sent.bucket() + key + " HTTP/1.1";
    }
    var query = request.rawQuery().isEmpty() ? "" : '?' + request.rawQuery();
    return request.method() + ' ' + request.rawPath() + query + " HTTP/1.1";
  }

  private static @Nullable String header(Served served, String name) {
    return served.request().headers().first(name);
  }

  /** Of the object as a whole, whatever part of it was asked for. */
  private static long objectSize(Served served) {
    return switch (served.output()) {
      case GetObjectOutput get -> size(get.contentRange(), get.contentLength());
      case HeadObjectOutput head -> size(head.contentRange(), head.contentLength());
      case null -> 0;
      case Structure other ->
          switch (served.operation().name()) {
            case "PutObject", "UploadPart" -> sizeOf(served.request().headers());
            default -> 0;
          };
    };
  }

  private static long size(@Nullable String range, @Nullable Long length) {
    if (range != null) {
      return number(range.substring(range.indexOf('/') + 1));
    }
    return length == null ? 0 : length;
  }

  /** What a request brought with it, in bytes. */
  static long sizeOf(HttpHeaders headers) {
    var decoded = headers.first("x-amz-decoded-content-length");
    var length = decoded == null ? headers.first("content-length") : decoded;
    return length == null ? 0 : number(length);
  }

  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static @Nullable String versionId(Served served) {
    if (served.input() == null) {
      return null;
    }
    var member = served.operation().input().memberOnWire("versionId");
    return member != null && served.input().member(member.index()) instanceof String text
        ? text
        : null;
  }

  /**
   * Whether only a list granted what was asked for. What it grants is the last statement of the
   * policy by which it was decided: see {@link AclPolicies}.
   */
  private static boolean aclRequired(LoadedBucket bucket, @Nullable DecisionLog decisions) {
    if (decisions == null || !AclPolicies.countsIn(bucket)) {
      return false;
    }
    int own = bucket.policy() == null ? 0 : bucket.policy().statements().size();
    return decisions.decided().stream()
        .map(DecisionLog.Decided::decision)
        .anyMatch(
            decision ->
                decision.allowed()
                    && decision.decidedBy() == PolicyType.RESOURCE_BASED
                    && decision.statement() != null
                    && decision.statement().index() >= own);
  }

  /** How a request says that it is signed, whether or not that is true. */
  private enum Signature {
    HEADER("SigV4", "AuthHeader"),
    QUERY("SigV4", "QueryString"),
    OLD_HEADER("SigV2", "AuthHeader"),
    OLD_QUERY("SigV2", "QueryString"),
    NONE("", "");

    private static final Map<String, Signature> BY_PARAMETER =
        Map.of("X-Amz-Signature=", QUERY, "AWSAccessKeyId=", OLD_QUERY);

    private final String version;
    private final String type;

    Signature(String version, String type) {
      this.version = version;
      this.type = type;
    }

    static Signature of(HttpRequest request) {
      var header = request.headers().first("authorization");
      if (header != null) {
        return header.startsWith("AWS4-") ? HEADER : header.startsWith("AWS ") ? OLD_HEADER : NONE;
      }
      return BY_PARAMETER.entrySet().stream()
          .filter(entry -> request.rawQuery().contains(entry.getKey()))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(NONE);
    }
  }
}
