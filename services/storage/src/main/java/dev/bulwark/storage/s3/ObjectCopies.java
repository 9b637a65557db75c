package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CopyObjectOutput;
import dev.bulwark.api.s3.CopyObjectRequest;
import dev.bulwark.api.s3.CopyObjectResult;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** CopyObject: the bytes of one object become another's, or the same one's with other headers. */
final class ObjectCopies {

  /**
   * The source of a copy, opened.
   *
   * @param versionId to be told; null where its bucket keeps no versions
   */
  record Source(ObjectRecord object, Body body, @Nullable String versionId)
      implements AutoCloseable {
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
  private final ObjectReads reads;
  private final ObjectWrites writes;
  private final ContentReader contents;
  private final ObjectKeys keys;

  ObjectCopies(
      Buckets buckets,
      ObjectReads reads,
      ObjectWrites writes,
      ContentReader contents,
      ObjectKeys keys) {
    this.buckets = buckets;
    this.reads = reads;
    this.writes = writes;
    this.contents = contents;
    this.keys = keys;
  }

  CopyObjectOutput copy(CopyObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var http = call.http().headers();
    ObjectRequests.checkNoPart(call.http());
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkBuilt(http);
    Preconditions.checkWriteSyntax(in.ifMatch(), in.ifNoneMatch());
    boolean replacesHeaders = directive(in.metadataDirective(), "metadata");
    boolean replacesTags = directive(in.taggingDirective(), "tagging");
    var from = CopySource.parse(in.copySource());
    checkChange(in, from, bucket.record(), replacesHeaders);
    var wanted = algorithm(in.checksumAlgorithm());
    var given = ObjectRequests.headers(in);
    var tags = replacesTags ? TagSets.ofHeader(in.tagging()) : null;
    var customer = CustomerKey.of(http, CustomerKey.OBJECT);
    var conditions =
        new Preconditions(
            in.copySourceIfMatch(),
            in.copySourceIfNoneMatch(),
            in.copySourceIfModifiedSince(),
            in.copySourceIfUnmodifiedSince());
    try (var source = open(from, in.expectedSourceBucketOwner(), conditions, null, call)) {
      var before = source.object();
      var headers =
          replacesHeaders
              ? given
              : before.headers().with(given.storageClass(), given.websiteRedirectLocation());
      var incoming =
          new ObjectWrites.Incoming(
              bucket,
              in.key(),
              http,
              new Integrity(null, algorithm(before, wanted), null, false),
              source.body(),
              headers,
              tags == null ? before.tags() : tags,
              in.ifMatch(),
              in.ifNoneMatch());
      return writes.take(
          incoming, call, (object, expiration) -> copied(object, source, customer, expiration));
    }
  }

  private static ChecksumAlgorithm algorithm(
      ObjectRecord source, @Nullable ChecksumAlgorithm wanted) {
    var before = source.checksum();
    return wanted != null
        ? wanted
        : before != null ? before.algorithm() : ChecksumAlgorithm.CRC64NVME;
  }

  private static CopyObjectOutput copied(
      ObjectRecord object,
      Source source,
      @Nullable CustomerKey customer,
      @Nullable String expiration) {
    var output =
        CopyObjectOutput.builder()
            .copyObjectResult(result(object))
            .expiration(expiration)
            .versionId(object.extras().versionId())
            .copySourceVersionId(source.versionId());
    new EncryptionAnswer(object.encryption(), customer)
        .send(
            output::serverSideEncryption,
            output::ssekmsKeyId,
            output::bucketKeyEnabled,
            output::sseCustomerAlgorithm,
            output::sseCustomerKeyMD5);
    return output.build();
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
    VersionIds.check(from.versionId());
    var bucket = buckets.find(from.bucket(), expectedOwner);
    var customer = CustomerKey.of(call.http().headers(), CustomerKey.COPY_SOURCE);
    while (true) {
      var found = reads.requireCopySource(bucket, from, call);
      var object = found.record();
      conditions.checkCopySource(object, call.time());
      Archives.requireReadable(object, call.time());
      long size = object.size();
      var slice = range == null ? new ByteRange.Slice(0, size) : within(range, size);
      if (slice.length() > Limits.PUT_BYTES) {
        throw S3Errors.copySourceTooLarge();
      }
      var seal = keys.of(object.encryption(), bucket.record().arn(), from.key(), customer, call);
      var body =
          contents.open(bucket.name(), from.key(), found, seal, slice.offset(), slice.length());
      if (body != null) {
        reads.copied(bucket.name(), from.key(), object, call);
        return new Source(object, body, Versions.shown(bucket.record(), object));
      }
    }
  }

  private static ByteRange.Slice within(ByteRange range, long size) {
    if (range.first() >= size) {
      throw S3Errors.copyRangeBehind();
    }
    if (range.first() < 0 || range.last() < 0 || range.last() >= size) {
      throw S3Errors.copyRangeOutside(range, size);
    }
    return Objects.requireNonNull(range.within(size));
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

  private void checkChange(
      CopyObjectRequest in, CopySource from, BucketRecord target, boolean replaces) {
    boolean changes =
        replaces
            || in.storageClass() != null
            || in.websiteRedirectLocation() != null
            || in.serverSideEncryption() != null
            || in.sseCustomerAlgorithm() != null
            || in.copySourceSSECustomerAlgorithm() != null
            || from.versionId() != null
            || in.checksumAlgorithm() != null;
    if (!changes
        && from.key().equals(in.key())
        && buckets.find(from.bucket(), null).name().equals(target.name())) {
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
