package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteObjectOutput;
import dev.bulwark.api.s3.DeleteObjectRequest;
import dev.bulwark.api.s3.PutObjectOutput;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.service.Call;
import java.util.ArrayList;

/** Objects: written and deleted. */
final class ObjectWrites {
  /** How every object is encrypted at rest. */
  static final String ENCRYPTION = "AES256";

  private final Buckets buckets;
  private final ObjectRows rows;
  private final Receiver receiver;
  private final Blobs blobs;

  ObjectWrites(Buckets buckets, ObjectRows rows, Receiver receiver, Blobs blobs) {
    this.buckets = buckets;
    this.rows = rows;
    this.receiver = receiver;
    this.blobs = blobs;
  }

  PutObjectOutput put(PutObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    var http = call.http().headers();
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkBuilt(http);
    Preconditions.checkWriteSyntax(in.ifNoneMatch());
    var headers = ObjectRequests.headers(in);
    var tags = TagSets.ofHeader(in.tagging());
    var integrity = Integrity.of(http, ChecksumAlgorithm.CRC64NVME);
    ObjectRows.concerns(call, bucket, in.key());
    var orphans = new ArrayList<String>(0);
    try (var received = receiver.object(in.body(), integrity)) {
      var object =
          new ObjectRecord(
              received.size(),
              received.md5(),
              0,
              call.time().toEpochMilli(),
              received.content(),
              received.checksum(),
              headers,
              tags);
      var content =
          rows.attach(
              bucket.name(), in.key(), blobs.seal(bucket.name(), in.key(), received.inline()));
      var output = stored(object);
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

  private static PutObjectOutput stored(ObjectRecord object) {
    var output = PutObjectOutput.builder().eTag(object.eTag()).serverSideEncryption(ENCRYPTION);
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

  DeleteObjectOutput delete(DeleteObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkVersion(in.versionId());
    if (in.ifMatchLastModifiedTime() != null || in.ifMatchSize() != null) {
      throw S3Errors.headerNotBuilt(
          in.ifMatchSize() != null ? "x-amz-if-match-size" : "x-amz-if-match-last-modified-time");
    }
    ObjectRows.concerns(call, bucket, in.key());
    var orphans = new ArrayList<String>(0);
    var output = DeleteObjectOutput.builder().build();
    call.write(
        output,
        tx -> {
          orphans.clear();
          buckets.requireSame(tx, bucket);
          var existing = rows.find(tx, bucket.name(), in.key());
          Preconditions.checkDelete(existing, in.ifMatch());
          if (existing != null) {
            rows.delete(tx, bucket.name(), in.key(), existing, orphans);
          }
        });
    blobs.delete(orphans);
    return output;
  }
}
