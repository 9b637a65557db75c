package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.GetObjectOutput;
import dev.bulwark.api.s3.GetObjectRequest;
import dev.bulwark.api.s3.HeadObjectOutput;
import dev.bulwark.api.s3.HeadObjectRequest;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Objects: read, whole and in ranges. */
final class ObjectReads {
  static final String DEFAULT_TYPE = "binary/octet-stream";
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

  ObjectReads(Buckets buckets, ObjectRows rows, ContentReader contents) {
    this.buckets = buckets;
    this.rows = rows;
    this.contents = contents;
  }

  GetObjectOutput get(GetObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkVersion(in.versionId());
    ObjectRequests.checkBuilt(call.http().headers());
    checkOverrides(in, call);
    ObjectRows.concerns(call, bucket.record(), in.key());
    var conditions =
        new Preconditions(
            in.ifMatch(), in.ifNoneMatch(), in.ifModifiedSince(), in.ifUnmodifiedSince());
    while (true) {
      var found = rows.findWithContent(bucket.name(), in.key());
      if (found == null) {
        throw missing(bucket, in.key(), call);
      }
      conditions.checkRead(found.record());
      var selection = select(found, in.range(), in.partNumber());
      var body =
          contents.open(bucket.name(), in.key(), found, selection.offset(), selection.length());
      if (body != null) {
        return output(in, found.record(), selection, body);
      }
      // Replaced between the look at its row and at its bytes: look again.
    }
  }

  private static GetObjectOutput output(
      GetObjectRequest in, ObjectRecord object, Selection selection, Body body) {
    var headers = object.headers();
    var output =
        GetObjectOutput.builder()
            .body(body)
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
            .serverSideEncryption(ObjectWrites.ENCRYPTION)
            .metadata(headers.metadata())
            .partsCount(selection.partsCount())
            .tagCount(object.tags().isEmpty() ? null : object.tags().size());
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
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkVersion(in.versionId());
    ObjectRequests.checkBuilt(call.http().headers());
    ObjectRows.concerns(call, bucket.record(), in.key());
    var found = findForHead(bucket.name(), in);
    if (found == null) {
      throw missing(bucket, in.key(), call);
    }
    new Preconditions(in.ifMatch(), in.ifNoneMatch(), in.ifModifiedSince(), in.ifUnmodifiedSince())
        .checkRead(found.record());
    return output(in, found.record(), select(found, in.range(), in.partNumber()));
  }

  private ObjectRows.@Nullable Found findForHead(String bucket, HeadObjectRequest in) {
    if (in.partNumber() != null) {
      return rows.findWithContent(bucket, in.key());
    }
    var object = rows.find(bucket, in.key());
    return object == null ? null : new ObjectRows.Found(object, null, null);
  }

  private static HeadObjectOutput output(
      HeadObjectRequest in, ObjectRecord object, Selection selection) {
    var headers = object.headers();
    var output =
        HeadObjectOutput.builder()
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
            .serverSideEncryption(ObjectWrites.ENCRYPTION)
            .metadata(headers.metadata())
            .partsCount(selection.partsCount())
            .tagCount(object.tags().isEmpty() ? null : object.tags().size());
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

  /** Who may not list a bucket does not learn which keys it lacks. */
  static ApiException missing(LoadedBucket bucket, String key, Call call) {
    call.require(Permission.of("s3:ListBucket", bucket.resource(call.principal())));
    return S3Errors.noSuchKey(key);
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
      throw S3Errors.partNumberOutOfRange(number);
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
