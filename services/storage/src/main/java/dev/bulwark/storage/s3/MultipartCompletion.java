package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CompleteMultipartUploadOutput;
import dev.bulwark.api.s3.CompleteMultipartUploadRequest;
import dev.bulwark.api.s3.CompletedPart;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.WriteTx;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CompleteMultipartUpload: parts become an object, without their bytes being touched. */
final class MultipartCompletion {
  private final Store store;
  private final S3Tables tables;
  private final Buckets buckets;
  private final ObjectKeys keys;
  private final ObjectCommits commits;
  private final ConditionalWrites conditions;

  MultipartCompletion(
      Store store,
      S3Tables tables,
      Buckets buckets,
      ObjectKeys keys,
      ObjectCommits commits,
      ConditionalWrites conditions) {
    this.store = store;
    this.tables = tables;
    this.buckets = buckets;
    this.keys = keys;
    this.commits = commits;
    this.conditions = conditions;
  }

  CompleteMultipartUploadOutput complete(CompleteMultipartUploadRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkBuilt(call.http().headers());
    Preconditions.checkWriteSyntax(in.ifMatch(), in.ifNoneMatch());
    var wanted = in.multipartUpload() == null ? null : in.multipartUpload().parts();
    if (wanted == null || wanted.isEmpty() || wanted.size() > Limits.PARTS) {
      throw S3Errors.malformedXml();
    }
    var uploadRow = S3Tables.uploadKey(bucket.name(), in.key(), in.uploadId());
    var upload = tables.uploads.get(uploadRow);
    if (upload == null) {
      return again(in, bucket, wanted, call);
    }
    var parts = choose(wanted, in.uploadId(), upload);
    var object = assemble(parts, upload, call);
    check(in, upload, object);
    checkKey(upload.extras().encryption(), call);
    var used = new HashSet<String>();
    parts.forEach(part -> used.add(part.blobId()));
    ObjectRows.concerns(call, bucket, in.key());
    return commits.commit(
        call,
        new NewObject(
            bucket,
            in.key(),
            object,
            null,
            new PartList(parts, in.uploadId()),
            in.ifMatch(),
            in.ifNoneMatch(),
            conditions.ofUpload(uploadRow)),
        (tx, orphans) -> {
          if (!tables.uploads.delete(tx, uploadRow)) {
            throw MultipartErrors.noSuchUpload(in.uploadId());
          }
          Preconditions.checkUnchanged(
              tables.objects.get(tx, S3Tables.key(bucket.name(), in.key())),
              in.key(),
              in.ifMatch(),
              upload.initiated());
          takeParts(tx, in.uploadId(), parts, used, orphans);
        },
        (stored, expiration) -> output(in, bucket, stored, expiration, call));
  }

  /**
   * The answer to who did not hear the first one: the same without the checksum, as long as the
   * object that came of the upload is there.
   */
  private CompleteMultipartUploadOutput again(
      CompleteMultipartUploadRequest in,
      BucketRecord bucket,
      List<CompletedPart> wanted,
      Call call) {
    ObjectRows.concerns(call, bucket, in.key());
    var row = S3Tables.key(bucket.name(), in.key());
    var made =
        store
            .read(tx -> made(tx, row, in.uploadId(), wanted))
            .orElseThrow(() -> MultipartErrors.noSuchUpload(in.uploadId()));
    return output(in, bucket, made.withoutChecksum(), null, call);
  }

  private Optional<ObjectRecord> made(
      ReadTx tx, String row, String uploadId, List<CompletedPart> wanted) {
    var object = tables.objects.get(tx, row);
    if (object == null || !(object.content() instanceof Content.Parts)) {
      return Optional.empty();
    }
    var list = tables.contents.get(tx, row);
    return list != null && isOf(uploadId, wanted, PartList.ofBytes(list))
        ? Optional.of(object)
        : Optional.empty();
  }

  private static boolean isOf(String uploadId, List<CompletedPart> wanted, PartList made) {
    if (!uploadId.equals(made.uploadId()) || wanted.size() != made.parts().size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      var item = wanted.get(i);
      var part = made.parts().get(i);
      if (item.partNumber() == null
          || item.partNumber() != part.number()
          || item.eTag() == null
          || !Preconditions.unquoted(item.eTag()).equals(unquoted(part))) {
        return false;
      }
    }
    return true;
  }

  /** A client may leave its key off here; one that it brings has to be the upload's. */
  private void checkKey(Encryption encryption, Call call) {
    var customer = CustomerKey.of(call.http().headers(), CustomerKey.OBJECT);
    if (customer != null) {
      keys.checkCustomer(encryption, customer);
    }
  }

  /** The parts that the request names, which must be there and as it says. */
  private List<PartRecord> choose(
      List<CompletedPart> wanted, String uploadId, UploadRecord upload) {
    var uploaded = new HashMap<Integer, PartRecord>();
    for (var entry : store.read(tx -> parts(tx, uploadId))) {
      uploaded.put(entry.value().number(), entry.value());
    }
    var chosen = new ArrayList<PartRecord>(wanted.size());
    int before = 0;
    for (var item : wanted) {
      if (item.partNumber() == null || item.eTag() == null) {
        throw S3Errors.malformedXml();
      }
      int number = item.partNumber();
      if (number <= before) {
        throw MultipartErrors.invalidPartOrder(uploadId);
      }
      before = number;
      chosen.add(match(item, uploaded, uploadId, upload));
    }
    for (var part : chosen.subList(0, chosen.size() - 1)) {
      if (part.size() < Limits.SMALLEST_PART_BYTES) {
        throw MultipartErrors.entityTooSmall(part.size(), part.number(), unquoted(part));
      }
    }
    return chosen;
  }

  private static PartRecord match(
      CompletedPart item, Map<Integer, PartRecord> uploaded, String uploadId, UploadRecord upload) {
    int number = item.partNumber();
    var eTag = Preconditions.unquoted(item.eTag());
    var part = uploaded.get(number);
    if (part == null || !eTag.equals(unquoted(part))) {
      throw MultipartErrors.invalidPart(uploadId, number, eTag);
    }
    var algorithm = upload.algorithm();
    if (algorithm != null) {
      var given = checksumOf(item, algorithm);
      if (given == null && upload.composite()) {
        throw MultipartErrors.partChecksumMissing(algorithm, number);
      }
      if (given != null && (part.checksum() == null || !given.equals(part.checksum().text()))) {
        throw MultipartErrors.invalidPart(uploadId, number, eTag);
      }
    }
    return part;
  }

  private static String unquoted(PartRecord part) {
    return Preconditions.unquoted(part.eTag());
  }

  private static @Nullable String checksumOf(CompletedPart part, ChecksumAlgorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> part.checksumCRC32();
      case CRC32C -> part.checksumCRC32C();
      case CRC64NVME -> part.checksumCRC64NVME();
      case SHA1 -> part.checksumSHA1();
      case SHA256 -> part.checksumSHA256();
    };
  }

  /**
   * The object is as old as its completion. S3's would be as old as its upload, and give way to
   * what was written since: but a completion that is answered shall be there, and what it follows
   * shall count as followed from now on.
   */
  private static ObjectRecord assemble(List<PartRecord> parts, UploadRecord upload, Call call) {
    var md5 = ChecksumAlgorithm.messageDigest("MD5");
    long size = 0;
    for (var part : parts) {
      md5.update(part.md5());
      size += part.size();
    }
    return new ObjectRecord(
        size,
        md5.digest(),
        parts.size(),
        call.time().toEpochMilli(),
        Content.Parts.INSTANCE,
        upload.composite() ? composite(parts, upload) : combined(parts),
        upload.headers(),
        upload.tags(),
        upload.extras());
  }

  /** The checksum of the parts' checksums. */
  private static @Nullable Checksum composite(List<PartRecord> parts, UploadRecord upload) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      if (part.checksum() == null) {
        return null;
      }
      all.writeBytes(part.checksum().value());
    }
    var algorithm = upload.algorithm();
    return algorithm == null
        ? null
        : new Checksum(algorithm, algorithm.of(all.toByteArray()), parts.size());
  }

  /**
   * The checksum of the whole, from those of its parts; null where they are not of one kind that
   * combines.
   */
  private static @Nullable Checksum combined(List<PartRecord> parts) {
    var first = parts.getFirst().checksum();
    if (first == null || !first.algorithm().combines()) {
      return null;
    }
    var algorithm = first.algorithm();
    var value = first.value();
    for (var part : parts.subList(1, parts.size())) {
      var next = part.checksum();
      if (next == null || next.algorithm() != algorithm) {
        return null;
      }
      value = algorithm.combine(value, next.value(), part.size());
    }
    return Checksum.full(algorithm, value);
  }

  private static void check(
      CompleteMultipartUploadRequest in, UploadRecord upload, ObjectRecord object) {
    if (in.mpuObjectSize() != null && in.mpuObjectSize() != object.size()) {
      throw MultipartErrors.mpuObjectSizeMismatch(in.mpuObjectSize(), object.size());
    }
    var type = in.checksumType();
    if (type != null && upload.algorithm() != null && !type.equals(upload.checksumType())) {
      throw MultipartErrors.completedTypeMismatch(upload.checksumType(), type);
    }
    var computed = object.checksum();
    for (var algorithm : ChecksumAlgorithm.values()) {
      var given = checksumOf(in, algorithm);
      if (given == null) {
        continue;
      }
      boolean same =
          computed != null
              && computed.algorithm() == algorithm
              && (given.equals(computed.text())
                  || Arrays.equals(algorithm.parse(given), computed.value()));
      if (!same) {
        throw S3Errors.badChecksum(algorithm);
      }
    }
  }

  private static @Nullable String checksumOf(
      CompleteMultipartUploadRequest in, ChecksumAlgorithm algorithm) {
    return switch (algorithm) {
      case CRC32 -> in.checksumCRC32();
      case CRC32C -> in.checksumCRC32C();
      case CRC64NVME -> in.checksumCRC64NVME();
      case SHA1 -> in.checksumSHA1();
      case SHA256 -> in.checksumSHA256();
    };
  }

  /** Moves the parts out of the upload; those that the object has no use for are dropped. */
  private void takeParts(
      WriteTx tx,
      String uploadId,
      List<PartRecord> chosen,
      Set<String> used,
      List<String> orphans) {
    int found = 0;
    for (var entry : parts(tx, uploadId)) {
      var blob = entry.value().blobId();
      if (used.contains(blob)) {
        found++;
      } else {
        tables.blobs.delete(tx, blob);
        orphans.add(blob);
      }
    }
    if (found < chosen.size()) {
      // A part was uploaded anew after it was chosen.
      var part = chosen.getFirst();
      throw MultipartErrors.invalidPart(uploadId, part.number(), unquoted(part));
    }
    tables.parts.deleteAll(tx, Key.prefix(uploadId));
  }

  private List<Entry<PartRecord>> parts(ReadTx tx, String uploadId) {
    return tables.parts.scan(tx, Scan.prefix(Key.prefix(uploadId)));
  }

  private static CompleteMultipartUploadOutput output(
      CompleteMultipartUploadRequest in,
      BucketRecord bucket,
      ObjectRecord object,
      @Nullable String expiration,
      Call call) {
    var output =
        CompleteMultipartUploadOutput.builder()
            .location(ObjectRequests.location(in.bucket(), in.key(), call))
            .bucket(bucket.name())
            .key(in.key())
            .eTag(object.eTag())
            .expiration(expiration)
            .versionId(object.extras().versionId());
    new EncryptionAnswer(object.encryption(), null)
        .send(output::serverSideEncryption, output::ssekmsKeyId, output::bucketKeyEnabled);
    var checksum = object.checksum();
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
}
