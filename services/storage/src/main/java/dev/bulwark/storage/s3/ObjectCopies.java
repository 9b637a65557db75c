package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CopyObjectOutput;
import dev.bulwark.api.s3.CopyObjectRequest;
import dev.bulwark.api.s3.CopyObjectResult;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** CopyObject: the bytes of one object become another's, or the same one's with other headers. */
final class ObjectCopies {

  /** The source of a copy, opened. */
  record Source(ObjectRecord object, Body body) implements AutoCloseable {
    @Override
    public void close() {
      try {
        body.stream().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Buckets buckets;
  private final ObjectRows rows;
  private final ContentReader contents;
  private final Receiver receiver;
  private final Blobs blobs;

  ObjectCopies(
      Buckets buckets, ObjectRows rows, ContentReader contents, Receiver receiver, Blobs blobs) {
    this.buckets = buckets;
    this.rows = rows;
    this.contents = contents;
    this.receiver = receiver;
    this.blobs = blobs;
  }

  CopyObjectOutput copy(CopyObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkBuilt(call.http().headers());
    Preconditions.checkWriteSyntax(in.ifNoneMatch());
    boolean replacesHeaders = directive(in.metadataDirective(), "metadata");
    boolean replacesTags = directive(in.taggingDirective(), "tagging");
    var from = CopySource.parse(in.copySource());
    checkChange(in, from, replacesHeaders);
    var wanted = algorithm(in.checksumAlgorithm());
    var given = ObjectRequests.headers(in);
    var tags = replacesTags ? TagSets.ofHeader(in.tagging()) : null;
    ObjectRows.concerns(call, bucket, in.key());
    var conditions =
        new Preconditions(
            in.copySourceIfMatch(),
            in.copySourceIfNoneMatch(),
            in.copySourceIfModifiedSince(),
            in.copySourceIfUnmodifiedSince());
    var orphans = new ArrayList<String>(0);
    try (var source = open(from, in.expectedSourceBucketOwner(), conditions, null, call);
        var received = receive(source, wanted)) {
      var headers =
          replacesHeaders
              ? given
              : source
                  .object()
                  .headers()
                  .with(given.storageClass(), given.websiteRedirectLocation());
      var object =
          new ObjectRecord(
              received.size(),
              received.md5(),
              0,
              call.time().toEpochMilli(),
              received.content(),
              received.checksum(),
              headers,
              tags == null ? source.object().tags() : tags);
      var content =
          rows.attach(
              bucket.name(), in.key(), blobs.seal(bucket.name(), in.key(), received.inline()));
      var output =
          CopyObjectOutput.builder()
              .copyObjectResult(result(object))
              .serverSideEncryption(ObjectWrites.ENCRYPTION)
              .build();
      call.write(
          output,
          tx -> {
            orphans.clear();
            buckets.requireSame(tx, bucket);
            var existing = rows.find(tx, bucket.name(), in.key());
            Preconditions.checkWrite(existing, in.key(), in.ifMatch(), in.ifNoneMatch());
            rows.put(tx, bucket.name(), in.key(), existing, object, content, orphans);
          });
      received.keep();
      blobs.delete(orphans);
      return output;
    }
  }

  /**
   * Finds the source of a copy, checks its conditions and opens its bytes.
   *
   * @param range of the source to open; null for all of it
   */
  Source open(
      CopySource from,
      @Nullable String expectedOwner,
      Preconditions conditions,
      @Nullable ByteRange range,
      Call call) {
    ObjectRequests.checkVersion(from.versionId());
    var bucket = buckets.find(from.bucket(), expectedOwner);
    while (true) {
      var found = rows.findWithContent(from.bucket(), from.key());
      if (found == null) {
        throw ObjectReads.missing(bucket, from.key(), call);
      }
      conditions.checkCopySource(found.record());
      long size = found.record().size();
      var slice = range == null ? new ByteRange.Slice(0, size) : within(range, size);
      if (slice.length() > Limits.PUT_BYTES) {
        throw S3Errors.copySourceTooLarge();
      }
      var body = contents.open(from.bucket(), from.key(), found, slice.offset(), slice.length());
      if (body != null) {
        return new Source(found.record(), body);
      }
    }
  }

  private static ByteRange.Slice within(ByteRange range, long size) {
    if (range.first() < 0 || range.last() < 0 || range.last() >= size) {
      throw S3Errors.copyRangeOutside(range, size);
    }
    return Objects.requireNonNull(range.within(size));
  }

  private Received receive(Source source, @Nullable ChecksumAlgorithm wanted) {
    var before = source.object().checksum();
    var algorithm =
        wanted != null ? wanted : before != null ? before.algorithm() : ChecksumAlgorithm.CRC64NVME;
    return receiver.object(source.body(), new Integrity(null, algorithm, null, false));
  }

  private static boolean directive(@Nullable String value, String kind) {
    if (value == null || value.equals("COPY")) {
      return false;
    }
    if (!value.equals("REPLACE")) {
      throw S3Errors.invalidArgument(
          "Unknown " + kind + " directive.", "x-amz-" + kind + "-directive", value);
    }
    return true;
  }

  private static void checkChange(CopyObjectRequest in, CopySource from, boolean replaces) {
    boolean changes =
        replaces
            || in.storageClass() != null
            || in.websiteRedirectLocation() != null
            || in.serverSideEncryption() != null
            || in.checksumAlgorithm() != null;
    if (!changes && from.bucket().equals(in.bucket()) && from.key().equals(in.key())) {
      throw S3Errors.copyToItself();
    }
  }

  static @Nullable ChecksumAlgorithm algorithm(@Nullable String name) {
    if (name == null) {
      return null;
    }
    var algorithm = ChecksumAlgorithm.named(name);
    if (algorithm == null) {
      throw S3Errors.unknownChecksumAlgorithm();
    }
    return algorithm;
  }

  private static CopyObjectResult result(ObjectRecord object) {
    var result =
        CopyObjectResult.builder().eTag(object.eTag()).lastModified(object.lastModifiedTime());
    var checksum = object.checksum();
    if (checksum != null) {
      result.checksumType(checksum.type());
      checksum.send(
          result::checksumCRC32,
          result::checksumCRC32C,
          result::checksumCRC64NVME,
          result::checksumSHA1,
          result::checksumSHA256);
    }
    return result.build();
  }
}
