package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.AbortMultipartUploadOutput;
import dev.bulwark.api.s3.AbortMultipartUploadRequest;
import dev.bulwark.api.s3.CopyPartResult;
import dev.bulwark.api.s3.CreateMultipartUploadOutput;
import dev.bulwark.api.s3.CreateMultipartUploadRequest;
import dev.bulwark.api.s3.UploadPartCopyOutput;
import dev.bulwark.api.s3.UploadPartCopyRequest;
import dev.bulwark.api.s3.UploadPartOutput;
import dev.bulwark.api.s3.UploadPartRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multipart uploads: begun, fed with parts, and given up.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html">Multipart
 *     upload</a>
 */
final class MultipartUploads {
  private static final int ID_BYTES = 48;

  private final S3Tables tables;
  private final Buckets buckets;
  private final ObjectCopies copies;
  private final Receiver receiver;
  private final ObjectKeys keys;
  private final Blobs blobs;

  MultipartUploads(
      S3Tables tables,
      Buckets buckets,
      ObjectCopies copies,
      Receiver receiver,
      ObjectKeys keys,
      Blobs blobs) {
    this.tables = tables;
    this.buckets = buckets;
    this.copies = copies;
    this.receiver = receiver;
    this.keys = keys;
    this.blobs = blobs;
  }

  // CreateMultipartUpload

  CreateMultipartUploadOutput create(CreateMultipartUploadRequest in, Call call) {
    var loaded = buckets.require(in.bucket(), call);
    var bucket = loaded.record();
    ObjectRequests.checkKey(in.key());
    var http = call.http().headers();
    ObjectRequests.checkBuilt(http);
    var algorithm = ObjectCopies.algorithm(in.checksumAlgorithm());
    var wish = EncryptionWish.of(http, bucket.rules().encryption());
    var encryption = keys.forNew(wish, bucket, in.key(), call).encryption();
    var upload =
        new UploadRecord(
            call.time().toEpochMilli(),
            initiator(call),
            algorithm,
            isComposite(algorithm, in.checksumType()),
            ObjectRequests.headers(in),
            TagSets.ofHeader(in.tagging()),
            ObjectTerms.of(loaded, in.key(), http, encryption, call),
            false);
    // The time first, so that uploads of a key are listed in the order in which they began.
    var id = HexFormat.of().toHexDigits(upload.initiated(), 12) + Ids.token(ID_BYTES);
    ObjectRows.concerns(call, bucket, in.key());
    return call.write(
        tx -> {
          buckets.current(tx, bucket);
          tables.uploads.insert(tx, S3Tables.uploadKey(bucket.name(), in.key(), id), upload);
          return created(bucket, in.key(), id, upload, wish.customer());
        });
  }

  private static CreateMultipartUploadOutput created(
      BucketRecord bucket,
      String key,
      String id,
      UploadRecord upload,
      @Nullable CustomerKey customer) {
    var algorithm = upload.algorithm();
    var output =
        CreateMultipartUploadOutput.builder()
            .bucket(bucket.name())
            .key(key)
            .uploadId(id)
            .checksumAlgorithm(algorithm == null ? null : algorithm.name())
            .checksumType(algorithm == null ? null : upload.checksumType());
    new EncryptionAnswer(upload.extras().encryption(), customer)
        .send(
            output::serverSideEncryption,
            output::ssekmsKeyId,
            output::bucketKeyEnabled,
            output::sseCustomerAlgorithm,
            output::sseCustomerKeyMD5);
    return output.build();
  }

  private static String initiator(Call call) {
    return switch (call.principal()) {
      case Principal.AccountRoot root -> CanonicalUsers.idOf(root.accountId());
      case Principal other -> other.arn();
    };
  }

  private static boolean isComposite(@Nullable ChecksumAlgorithm algorithm, @Nullable String type) {
    if (type != null && !type.equals("COMPOSITE") && !type.equals("FULL_OBJECT")) {
      throw S3Errors.invalidChecksumHeader("x-amz-checksum-type");
    }
    if (algorithm == null) {
      if (type != null) {
        throw S3Errors.invalidRequest(
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
      }
      return false;
    }
    boolean composite =
        type == null ? algorithm != ChecksumAlgorithm.CRC64NVME : type.equals("COMPOSITE");
    if (composite ? algorithm == ChecksumAlgorithm.CRC64NVME : !algorithm.combines()) {
      throw MultipartErrors.checksumTypeUnusable(
          composite ? "COMPOSITE" : "FULL_OBJECT", algorithm);
    }
    return composite;
  }

  // UploadPart, UploadPartCopy

  UploadPartOutput upload(UploadPartRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    var target = target(bucket, in.key(), in.uploadId(), in.partNumber());
    ObjectRequests.checkBuilt(call.http().headers());
    var upload = require(target);
    var integrity = integrity(upload, call);
    var customer = CustomerKey.of(call.http().headers(), CustomerKey.OBJECT);
    var encryption = upload.extras().encryption();
    var seal = keys.of(encryption, bucket.arn(), in.key(), customer, call);
    ObjectRows.concerns(call, bucket, in.key());
    try (var received = receiver.part(ObjectRequests.measured(in.body()), integrity, seal)) {
      var part = part(target.number(), received, encryption, call);
      var output = uploaded(part, new EncryptionAnswer(encryption, customer));
      store(bucket, target, part, call, output);
      received.keep();
      return output;
    }
  }

  private static Integrity integrity(UploadRecord upload, Call call) {
    var expected = upload.algorithm();
    var integrity =
        Integrity.of(
            call.http().headers(), expected == null ? ChecksumAlgorithm.CRC64NVME : expected);
    if (expected == null) {
      return integrity;
    }
    boolean given = integrity.expected() != null || integrity.trailing();
    if (upload.composite() && !given) {
      throw MultipartErrors.checksumTypeMismatch(expected, "null");
    }
    if (integrity.algorithm() != null && integrity.algorithm() != expected) {
      throw MultipartErrors.checksumTypeMismatch(expected, integrity.algorithm().lowerCaseName());
    }
    return integrity;
  }

  private static UploadPartOutput uploaded(PartRecord part, EncryptionAnswer encryption) {
    var output = UploadPartOutput.builder().eTag(part.eTag());
    encryption.send(
        output::serverSideEncryption,
        output::ssekmsKeyId,
        output::bucketKeyEnabled,
        output::sseCustomerAlgorithm,
        output::sseCustomerKeyMD5);
    var checksum = part.checksum();
    if (checksum != null) {
      checksum.send(
          output::checksumCRC32,
          output::checksumCRC32C,
          output::checksumCRC64NVME,
          output::checksumSHA1,
          output::checksumSHA256);
    }
    return output.build();
  }

  UploadPartCopyOutput copy(UploadPartCopyRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    var target = target(bucket, in.key(), in.uploadId(), in.partNumber());
    ObjectRequests.checkBuilt(call.http().headers());
    var upload = require(target);
    var algorithm = upload.algorithm() == null ? ChecksumAlgorithm.CRC64NVME : upload.algorithm();
    var conditions =
        new Preconditions(
            in.copySourceIfMatch(),
            in.copySourceIfNoneMatch(),
            in.copySourceIfModifiedSince(),
            in.copySourceIfUnmodifiedSince());
    var from = CopySource.parse(in.copySource());
    var customer = CustomerKey.of(call.http().headers(), CustomerKey.OBJECT);
    var encryption = upload.extras().encryption();
    var seal = keys.of(encryption, bucket.arn(), in.key(), customer, call);
    ObjectRows.concerns(call, bucket, in.key());
    try (var source =
            copies.open(
                from,
                in.expectedSourceBucketOwner(),
                conditions,
                range(in.copySourceRange()),
                call);
        var received =
            receiver.part(source.body(), new Integrity(null, algorithm, null, false), seal)) {
      var part = part(target.number(), received, encryption, call);
      var output = copied(part, source, new EncryptionAnswer(encryption, customer));
      store(bucket, target, part, call, output);
      received.keep();
      return output;
    }
  }

  private static @Nullable ByteRange range(@Nullable String header) {
    if (header == null) {
      return null;
    }
    var range = ByteRange.parse(header);
    if (range == null || range.first() < 0 || range.last() < 0) {
      throw MultipartErrors.invalidCopyRange(header);
    }
    return range;
  }

  private static UploadPartCopyOutput copied(
      PartRecord part, ObjectCopies.Source source, EncryptionAnswer encryption) {
    var result =
        CopyPartResult.builder()
            .eTag(part.eTag())
            .lastModified(Instant.ofEpochMilli(part.lastModified()));
    var checksum = part.checksum();
    if (checksum != null) {
      checksum.send(
          result::checksumCRC32,
          result::checksumCRC32C,
          result::checksumCRC64NVME,
          result::checksumSHA1,
          result::checksumSHA256);
    }
    var output =
        UploadPartCopyOutput.builder()
            .copyPartResult(result.build())
            .copySourceVersionId(source.versionId());
    encryption.send(
        output::serverSideEncryption,
        output::ssekmsKeyId,
        output::bucketKeyEnabled,
        output::sseCustomerAlgorithm,
        output::sseCustomerKeyMD5);
    return output.build();
  }

  private static PartRecord part(int number, Received received, Encryption encryption, Call call) {
    return new PartRecord(
        number,
        received.size(),
        ObjectWrites.eTagBytes(encryption, received.md5()),
        received.checksum(),
        received.blobId(),
        call.time().toEpochMilli(),
        null);
  }

  /** Puts a part in the place of the one that had its number. */
  private void store(
      BucketRecord bucket, Target target, PartRecord part, Call call, Structure output) {
    var orphans = new ArrayList<String>(1);
    var key = S3Tables.partKey(target.uploadId(), part.number());
    call.write(
        output,
        tx -> {
          orphans.clear();
          buckets.current(tx, bucket);
          if (!tables.uploads.contains(tx, target.row())) {
            throw MultipartErrors.noSuchUpload(target.uploadId());
          }
          var before = tables.parts.get(tx, key);
          if (before != null) {
            tables.blobs.delete(tx, before.blobId());
            orphans.add(before.blobId());
          }
          tables.parts.put(tx, key, part);
          tables.blobs.put(tx, part.blobId(), key);
        });
    blobs.delete(orphans);
  }

  // AbortMultipartUpload

  AbortMultipartUploadOutput abort(AbortMultipartUploadRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    if (in.ifMatchInitiatedTime() != null) {
      throw S3Errors.headerNotBuilt("x-amz-if-match-initiated-time");
    }
    var row = S3Tables.uploadKey(bucket.name(), in.key(), in.uploadId());
    ObjectRows.concerns(call, bucket, in.key());
    var orphans = new ArrayList<String>();
    var output =
        call.write(
            tx -> {
              orphans.clear();
              buckets.current(tx, bucket);
              if (!tables.uploads.delete(tx, row)) {
                throw MultipartErrors.noSuchUpload(in.uploadId());
              }
              dropParts(tx, tables, in.uploadId(), orphans);
              return AbortMultipartUploadOutput.builder().build();
            });
    blobs.delete(orphans);
    return output;
  }

  /** Gives up all parts of an upload. */
  static void dropParts(WriteTx tx, S3Tables tables, String uploadId, List<String> orphans) {
    var prefix = Key.prefix(uploadId);
    for (var part : tables.parts.scan(tx, Scan.prefix(prefix))) {
      tables.blobs.delete(tx, part.value().blobId());
      orphans.add(part.value().blobId());
    }
    tables.parts.deleteAll(tx, prefix);
  }

  /** A part's place: which number of which upload. */
  private record Target(String row, String uploadId, int number) {}

  private static Target target(
      BucketRecord bucket, String key, String uploadId, @Nullable Integer number) {
    ObjectRequests.checkKey(key);
    if (number == null || number < 1 || number > Limits.PARTS) {
      throw MultipartErrors.partNumberOutOfRange(number);
    }
    return new Target(S3Tables.uploadKey(bucket.name(), key, uploadId), uploadId, number);
  }

  private UploadRecord require(Target target) {
    var upload = tables.uploads.get(target.row());
    if (upload == null) {
      throw MultipartErrors.noSuchUpload(target.uploadId());
    }
    return upload;
  }
}
