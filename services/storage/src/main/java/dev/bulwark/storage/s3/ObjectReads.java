package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.GetObjectOutput;
import dev.bulwark.api.s3.GetObjectRequest;
import dev.bulwark.api.s3.HeadObjectOutput;
import dev.bulwark.api.s3.HeadObjectRequest;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Call;
import dev.bulwark.wire.HttpRequest;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects: read, whole and in ranges. */
final class ObjectReads {
  static final String DEFAULT_TYPE = "binary/octet-stream";
  private static final Set<String> OVERRIDABLE =
      Set.of(
          "response-cache-control",
          "response-content-disposition",
          "response-content-encoding",
          "response-content-language",
          "response-content-type",
          "response-expires");
  private static final int PARTIAL_CONTENT = 206;

  /**
   * What of an object is to be sent.
   *
   * @param range for the Content-Range header; null where the object is sent whole
   * @param partsCount in how many parts the object came, where one of them was asked for
   * @param part the one that was asked for
   */
  private record Selection(
      long offset,
      long length,
      @Nullable String range,
      @Nullable Integer partsCount,
      @Nullable PartRecord part) {

    @Nullable Integer status() {
      return range == null ? null : PARTIAL_CONTENT;
    }
  }

  private final Buckets buckets;
  private final ObjectRows rows;
  private final ContentReader contents;
  private final ObjectKeys keys;
  private final TierAccesses accesses;

  ObjectReads(
      Buckets buckets,
      ObjectRows rows,
      ContentReader contents,
      ObjectKeys keys,
      TierAccesses accesses) {
    this.buckets = buckets;
    this.rows = rows;
    this.contents = contents;
    this.keys = keys;
    this.accesses = accesses;
  }

  GetObjectOutput get(GetObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var http = call.http().headers();
    ObjectRequests.checkKey(in.key());
    VersionIds.check(in.versionId());
    ObjectRequests.checkRead(http);
    var customer = CustomerKey.of(http, CustomerKey.OBJECT);
    checkOverridable(call.http());
    checkOverrides(in, call);
    ObjectRows.concerns(call, bucket.record(), in.key());
    var conditions =
        new Preconditions(
            in.ifMatch(), in.ifNoneMatch(), in.ifModifiedSince(), in.ifUnmodifiedSince());
    while (true) {
      var found = require(bucket, in.key(), in.versionId(), call);
      var object = found.record();
      conditions.checkRead(object);
      Archives.requireReadable(object, call.time());
      var seal = keys.of(object.encryption(), bucket.record().arn(), in.key(), customer, call);
      var selection = select(found, in.range(), in.partNumber());
      var body =
          contents.open(
              bucket.name(), in.key(), found, seal, selection.offset(), selection.length());
      if (body != null) {
        accesses.note(bucket.name(), in.key(), object, call.time());
        return output(in, bucket.record(), object, selection, body, customer, call);
      }
      // Replaced between the look at its row and at its bytes: look again.
    }
  }

  /**
   * An object, or one version of it.
   *
   * @throws ApiException NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker
   */
  ObjectRows.Found require(LoadedBucket bucket, String key, @Nullable String versionId, Call call) {
    var found = rows.findVersion(bucket.name(), key, versionId);
    if (found == null) {
      throw missing(rows, bucket, key, versionId, call);
    }
    if (found.record().isMarker()) {
      throw S3Errors.isDeleteMarker(call.http().method(), found.record());
    }
    return found;
  }

  /**
   * The same for tags, of which a deletion that is newest is told as a delete marker, even where no
   * version is named.
   */
  ObjectRows.Found requireForTags(
      LoadedBucket bucket, String key, @Nullable String versionId, Call call) {
    var marker =
        versionId == null && bucket.record().rules().versioning().isKept()
            ? rows.currentMarker(bucket.name(), key)
            : null;
    if (marker != null) {
      S3Permissions.requireListing(bucket, call);
      throw S3Errors.isDeleteMarker(call.http().method(), marker);
    }
    return require(bucket, key, versionId, call);
  }

  /** Tells that an object is read to copy it. */
  void copied(String bucket, String key, ObjectRecord object, Call call) {
    accesses.note(bucket, key, object, call.time());
  }

  /** The source of a copy, which a delete marker is not. */
  ObjectRows.Found requireCopySource(LoadedBucket bucket, CopySource from, Call call) {
    var found = rows.findVersion(bucket.name(), from.key(), from.versionId());
    if (found == null) {
      throw missing(rows, bucket, from.key(), from.versionId(), call);
    }
    if (found.record().isMarker()) {
      throw S3Errors.invalidRequest(
          "The source of a copy request may not specifically refer to a delete marker by version id.");
    }
    return found;
  }

  private GetObjectOutput output(
      GetObjectRequest in,
      BucketRecord bucket,
      ObjectRecord object,
      Selection selection,
      Body body,
      @Nullable CustomerKey customer,
      Call call) {
    var headers = object.headers();
    var output =
        GetObjectOutput.builder()
            .body(body)
            .versionId(Versions.shown(bucket, object))
            .expiration(expiration(bucket, in.key(), in.versionId(), object))
            .acceptRanges("bytes")
            .lastModified(object.lastModifiedTime())
            .contentLength(selection.length())
            .eTag(object.eTag())
            .statusCode(selection.status())
            .contentRange(selection.range())
            .contentType(or(in.responseContentType(), or(headers.contentType(), DEFAULT_TYPE)))
            .cacheControl(or(in.responseCacheControl(), headers.cacheControl()))
            .contentDisposition(or(in.responseContentDisposition(), headers.contentDisposition()))
            .contentEncoding(or(in.responseContentEncoding(), headers.contentEncoding()))
            .contentLanguage(or(in.responseContentLanguage(), headers.contentLanguage()))
            .expires(or(in.responseExpires(), headers.expires()))
            .websiteRedirectLocation(headers.websiteRedirectLocation())
            .storageClass(headers.storageClass())
            .metadata(headers.metadata())
            .partsCount(selection.partsCount())
            .tagCount(object.tags().isEmpty() ? null : object.tags().size())
            .replicationStatus(status(object));
    new EncryptionAnswer(object.encryption(), customer)
        .send(
            output::serverSideEncryption,
            output::ssekmsKeyId,
            output::bucketKeyEnabled,
            output::sseCustomerAlgorithm,
            output::sseCustomerKeyMD5);
    new StateAnswer(object, call.time())
        .send(
            output::restore,
            output::objectLockMode,
            output::objectLockRetainUntilDate,
            output::objectLockLegalHoldStatus);
    var checksum = checksum(object, selection, in.checksumMode());
    if (checksum != null) {
      output.checksumType(checksum.type());
      checksum.send(
          output::checksumCRC32,
          output::checksumCRC32C,
          output::checksumCRC64NVME,
          output::checksumSHA1,
          output::checksumSHA256);
    }
    return output.build();
  }

  HeadObjectOutput head(HeadObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var http = call.http().headers();
    ObjectRequests.checkKey(in.key());
    VersionIds.check(in.versionId());
    ObjectRequests.checkRead(http);
    checkOverridable(call.http());
    var customer = CustomerKey.of(http, CustomerKey.OBJECT);
    ObjectRows.concerns(call, bucket.record(), in.key());
    var found = require(bucket, in.key(), in.versionId(), call);
    var object = found.record();
    new Preconditions(in.ifMatch(), in.ifNoneMatch(), in.ifModifiedSince(), in.ifUnmodifiedSince())
        .checkRead(object);
    if ("ENABLED".equals(in.checksumMode())) {
      // What tells of the content takes the key.
      keys.of(object.encryption(), bucket.record().arn(), in.key(), customer, call);
    } else {
      keys.checkCustomer(object.encryption(), customer);
    }
    var selection = select(found, in.range(), in.partNumber());
    return output(in, bucket.record(), object, selection, customer, call);
  }

  private HeadObjectOutput output(
      HeadObjectRequest in,
      BucketRecord bucket,
      ObjectRecord object,
      Selection selection,
      @Nullable CustomerKey customer,
      Call call) {
    var headers = object.headers();
    var output =
        HeadObjectOutput.builder()
            .versionId(Versions.shown(bucket, object))
            .expiration(expiration(bucket, in.key(), in.versionId(), object))
            .acceptRanges("bytes")
            .lastModified(object.lastModifiedTime())
            .contentLength(selection.length())
            .eTag(object.eTag())
            .statusCode(selection.status())
            .contentRange(selection.range())
            .contentType(or(in.responseContentType(), or(headers.contentType(), DEFAULT_TYPE)))
            .cacheControl(or(in.responseCacheControl(), headers.cacheControl()))
            .contentDisposition(or(in.responseContentDisposition(), headers.contentDisposition()))
            .contentEncoding(or(in.responseContentEncoding(), headers.contentEncoding()))
            .contentLanguage(or(in.responseContentLanguage(), headers.contentLanguage()))
            .expires(or(in.responseExpires(), headers.expires()))
            .websiteRedirectLocation(headers.websiteRedirectLocation())
            .storageClass(headers.storageClass())
            .archiveStatus(archiveStatus(object, call.time()))
            .metadata(headers.metadata())
            .partsCount(selection.partsCount())
            .tagCount(object.tags().isEmpty() ? null : object.tags().size())
            .replicationStatus(status(object));
    new EncryptionAnswer(object.encryption(), customer)
        .send(
            output::serverSideEncryption,
            output::ssekmsKeyId,
            output::bucketKeyEnabled,
            output::sseCustomerAlgorithm,
            output::sseCustomerKeyMD5);
    new StateAnswer(object, call.time())
        .send(
            output::restore,
            output::objectLockMode,
            output::objectLockRetainUntilDate,
            output::objectLockLegalHoldStatus);
    var checksum = checksum(object, selection, in.checksumMode());
    if (checksum != null) {
      output.checksumType(checksum.type());
      checksum.send(
          output::checksumCRC32,
          output::checksumCRC32C,
          output::checksumCRC64NVME,
          output::checksumSHA1,
          output::checksumSHA256);
    }
    return output.build();
  }

  private static @Nullable String archiveStatus(ObjectRecord object, Instant now) {
    var tier = AccessTier.of(object, now);
    return tier == null ? null : tier.apiName();
  }

  private static @Nullable String status(ObjectRecord object) {
    var status = object.extras().replication();
    return status == null ? null : status.name();
  }

  /** Told of current objects alone: what becomes of a version depends on those after it. */
  private @Nullable String expiration(
      BucketRecord bucket, String key, @Nullable String versionId, ObjectRecord object) {
    return versionId == null ? buckets.expiration(bucket, key, object) : null;
  }

  /**
   * Why an object is not there. Who may not list a bucket does not learn which keys it lacks.
   *
   * @param versionId as the request names it; null for the newest
   */
  static ApiException missing(
      ObjectRows rows, LoadedBucket bucket, String key, @Nullable String versionId, Call call) {
    boolean keepsVersions = bucket.record().rules().versioning().isKept();
    var marker = keepsVersions && versionId == null ? rows.currentMarker(bucket.name(), key) : null;
    S3Permissions.requireListing(bucket, call);
    if (marker != null) {
      return S3Errors.deleted(key, marker);
    }
    return versionId == null ? S3Errors.noSuchKey(key) : S3Errors.noSuchVersion(key, versionId);
  }

  private static Selection select(
      ObjectRows.Found found, @Nullable String rangeHeader, @Nullable Integer partNumber) {
    long size = found.record().size();
    if (partNumber != null) {
      if (rangeHeader != null) {
        throw S3Errors.invalidRequest(
            "Cannot specify both Range header and partNumber query parameter");
      }
      return selectPart(found, partNumber, size);
    }
    var range = rangeHeader == null ? null : ByteRange.parse(rangeHeader);
    if (range == null) {
      return new Selection(0, size, null, null, null);
    }
    var slice = range.within(size);
    if (slice == null) {
      throw S3Errors.invalidRange(Objects.requireNonNull(rangeHeader), size);
    }
    return new Selection(
        slice.offset(),
        slice.length(),
        contentRange(slice.offset(), slice.length(), size),
        null,
        null);
  }

  private static Selection selectPart(ObjectRows.Found found, int number, long size) {
    if (number < 1 || number > Limits.PARTS) {
      throw MultipartErrors.partNumberOutOfRange(number);
    }
    if (!(found.record().content() instanceof Content.Parts)) {
      if (number > 1) {
        throw S3Errors.partNotSatisfiable(number, 1);
      }
      return new Selection(0, size, size == 0 ? null : contentRange(0, size, size), null, null);
    }
    var list = found.partList();
    int count = list.parts().size();
    for (int i = 0; i < count; i++) {
      var part = list.parts().get(i);
      if (part.number() == number) {
        long offset = list.offsetOf(i);
        return new Selection(
            offset,
            part.size(),
            part.size() == 0 ? null : contentRange(offset, part.size(), size),
            count,
            part);
      }
    }
    throw S3Errors.partNotSatisfiable(number, count);
  }

  private static String contentRange(long offset, long length, long size) {
    return "bytes " + offset + '-' + (offset + length - 1) + '/' + size;
  }

  /** The checksum of what is sent, where it is asked for: of the object, or of the one part. */
  private static @Nullable Checksum checksum(
      ObjectRecord object, Selection selection, @Nullable String mode) {
    if (!"ENABLED".equals(mode)) {
      return null;
    }
    if (selection.part() != null) {
      return selection.part().checksum();
    }
    return selection.range() == null || selection.length() == object.size()
        ? object.checksum()
        : null;
  }

  /** Refuses parameters that look like headers to be overridden, and are none. */
  private static void checkOverridable(HttpRequest request) {
    if (!request.rawQuery().contains("response-")) {
      return;
    }
    for (var parameter : request.rawQuery().split("&")) {
      int equals = parameter.indexOf('=');
      var name = equals < 0 ? parameter : parameter.substring(0, equals);
      if (name.startsWith("response-") && !OVERRIDABLE.contains(name)) {
        throw S3Errors.notOverridable(name, equals < 0 ? "" : parameter.substring(equals + 1));
      }
    }
  }

  private static void checkOverrides(GetObjectRequest in, Call call) {
    boolean overrides =
        in.responseCacheControl() != null
            || in.responseContentDisposition() != null
            || in.responseContentEncoding() != null
            || in.responseContentLanguage() != null
            || in.responseContentType() != null
            || in.responseExpires() != null;
    if (overrides && call.principal() instanceof Principal.Anonymous) {
      throw S3Errors.anonymousResponseHeaders();
    }
  }

  private static @Nullable String or(@Nullable String first, @Nullable String second) {
    return first == null ? second : first;
  }
}
