package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.PutObjectOutput;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.base.Randomness;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.wire.HttpHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PutObject, and what else takes an object in whole. */
final class ObjectWrites {
  private static final int MD5_BYTES = 16;

  /**
   * An object that comes in.
   *
   * @param terms the headers that say how it is to be encrypted and held, and whose it is
   */
  record Incoming(
      LoadedBucket bucket,
      String key,
      HttpHeaders terms,
      Integrity integrity,
      @Nullable Body body,
      ObjectHeaders headers,
      Map<String, String> tags,
      @Nullable String ifMatch,
      @Nullable String ifNoneMatch) {

    boolean isConditional() {
      return ifMatch != null || ifNoneMatch != null;
    }
  }

  private final Buckets buckets;
  private final ObjectRows rows;
  private final Receiver receiver;
  private final ObjectKeys keys;
  private final ObjectCommits commits;
  private final ConditionalWrites conditions;

  ObjectWrites(
      Buckets buckets,
      ObjectRows rows,
      Receiver receiver,
      ObjectKeys keys,
      ObjectCommits commits,
      ConditionalWrites conditions) {
    this.buckets = buckets;
    this.rows = rows;
    this.receiver = receiver;
    this.keys = keys;
    this.commits = commits;
    this.conditions = conditions;
  }

  PutObjectOutput put(PutObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var http = call.http().headers();
    ObjectRequests.checkNoPart(call.http());
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkBuilt(http);
    Preconditions.checkWriteSyntax(in.ifMatch(), in.ifNoneMatch());
    var incoming =
        new Incoming(
            bucket,
            in.key(),
            http,
            Integrity.of(http, ChecksumAlgorithm.CRC64NVME),
            ObjectRequests.measured(in.body()),
            ObjectRequests.headers(in),
            TagSets.ofHeader(in.tagging()),
            in.ifMatch(),
            in.ifNoneMatch());
    var customer = CustomerKey.of(http, CustomerKey.OBJECT);
    return take(incoming, call, (object, expiration) -> stored(object, expiration, customer));
  }

  /** Takes an object in, and answers. */
  <O extends Structure> O take(Incoming in, Call call, ObjectCommits.Answer<O> answer) {
    var bucket = in.bucket().record();
    var wish = EncryptionWish.of(in.terms(), bucket.rules().encryption());
    var writing = keys.forNew(wish, bucket, in.key(), call);
    var extras = ObjectTerms.of(in.bucket(), in.key(), in.terms(), writing.encryption(), call);
    ObjectRows.concerns(call, bucket, in.key());
    try (var watch = conditions.begin(bucket.name(), in.key(), in.isConditional());
        var received = receiver.object(in.body(), in.integrity(), writing.seal())) {
      var content = Versions.content(bucket, received);
      var object =
          new ObjectRecord(
              received.size(),
              eTagBytes(writing.encryption(), received.md5()),
              0,
              call.time().toEpochMilli(),
              content,
              received.checksum(),
              in.headers(),
              in.tags(),
              extras);
      var sealed = Blobs.seal(writing.seal(), bucket.name(), in.key(), received.inline());
      var attachment = rows.attach(bucket.name(), in.key(), content, sealed);
      var output =
          commits.commit(
              call,
              new NewObject(
                  bucket,
                  in.key(),
                  object,
                  attachment,
                  null,
                  in.ifMatch(),
                  in.ifNoneMatch(),
                  tx -> watch.isOvertaken()),
              answer);
      received.keep();
      return output;
    }
  }

  /** The bytes of an entity tag: their MD5, or nothing that tells of them. */
  static byte[] eTagBytes(Encryption encryption, byte[] md5) {
    return encryption.showsMd5() ? md5 : Randomness.bytes(MD5_BYTES);
  }

  private static PutObjectOutput stored(
      ObjectRecord object, @Nullable String expiration, @Nullable CustomerKey customer) {
    var output =
        PutObjectOutput.builder()
            .eTag(object.eTag())
            .expiration(expiration)
            .versionId(object.extras().versionId());
    new EncryptionAnswer(object.encryption(), customer)
        .send(
            output::serverSideEncryption,
            output::ssekmsKeyId,
            output::bucketKeyEnabled,
            output::sseCustomerAlgorithm,
            output::sseCustomerKeyMD5);
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
