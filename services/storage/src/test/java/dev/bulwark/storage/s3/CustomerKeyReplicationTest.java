package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncryptionType;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ReplicationStatus;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Replicas of objects under keys that only clients have. */
final class CustomerKeyReplicationTest {
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int PART = 5 * 1024 * 1024;

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBuckets() {
    for (var name : new String[] {"shelf", "annex"}) {
      s3.createBucket(b -> b.bucket(name));
      s3.putBucketVersioning(b -> b.bucket(name).versioningConfiguration(c -> c.status("Enabled")));
    }
    // What AWS asks for in addition where keys are of KMS is not needed.
    var role =
        lab.role(
            "copier",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":[
              "s3:GetObjectVersionForReplication","s3:GetObjectVersionAcl","s3:ReplicateObject"]}]}""");
    s3.putBucketReplication(
        b ->
            b.bucket("shelf")
                .replicationConfiguration(
                    c ->
                        c.role(role)
                            .rules(
                                r ->
                                    r.id("all")
                                        .priority(1)
                                        .status("Enabled")
                                        .filter(f -> f.prefix(""))
                                        .deleteMarkerReplication(m -> m.status("Disabled"))
                                        .destination(d -> d.bucket("arn:aws:s3:::annex")))));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static String encoded(byte[] key) {
    return Base64.getEncoder().encodeToString(key);
  }

  private static String md5(byte[] key) {
    return encoded(ChecksumAlgorithm.messageDigest("MD5").digest(key));
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private void put(byte[] content) {
    s3.putObject(
        b ->
            b.bucket("shelf")
                .key("k")
                .sseCustomerAlgorithm("AES256")
                .sseCustomerKey(encoded(KEY))
                .sseCustomerKeyMD5(md5(KEY)),
        RequestBody.fromBytes(content));
  }

  private static GetObjectRequest.Builder get(GetObjectRequest.Builder b, byte[] key) {
    return b.bucket("annex")
        .key("k")
        .sseCustomerAlgorithm("AES256")
        .sseCustomerKey(encoded(key))
        .sseCustomerKeyMD5(md5(key));
  }

  private byte[] replica() {
    return s3.getObjectAsBytes(b -> get(b, KEY)).asByteArray();
  }

  private ReplicationStatus status() {
    return s3.headObject(
            b ->
                b.bucket("shelf")
                    .key("k")
                    .sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(encoded(KEY))
                    .sseCustomerKeyMD5(md5(KEY)))
        .replicationStatus();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 65_536, 300_000})
  void replicasOpenWithTheSameKeyAlone(int size) {
    var content = random(size);
    put(content);
    lab.replicate();
    assertThat(status()).isEqualTo(ReplicationStatus.COMPLETED);
    assertThat(replica()).isEqualTo(content);
    assertCode("InvalidRequest", () -> s3.getObject(b -> b.bucket("annex").key("k")));
    var other = KEY.clone();
    other[0]++;
    assertCode("AccessDenied", () -> s3.getObject(b -> get(b, other)));
    // The replica is on its own, whatever becomes of its source.
    var version = s3.listObjectVersions(b -> b.bucket("shelf")).versions().getFirst().versionId();
    s3.deleteObject(b -> b.bucket("shelf").key("k").versionId(version));
    lab.restart();
    assertThat(replica()).isEqualTo(content);
    // Another object before it, and a copy of it.
    s3.putObject(b -> b.bucket("annex").key("k"), RequestBody.fromString("newer"));
    s3.copyObject(
        b ->
            b.copySource("annex/k?versionId=" + version)
                .copySourceSSECustomerAlgorithm("AES256")
                .copySourceSSECustomerKey(encoded(KEY))
                .copySourceSSECustomerKeyMD5(md5(KEY))
                .destinationBucket("shelf")
                .destinationKey("copy"));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("copy")).asByteArray())
        .isEqualTo(content);
  }

  @Test
  void objectsInPartsStayInParts() {
    var content = random(PART + 100_000);
    var id =
        s3.createMultipartUpload(
                b ->
                    b.bucket("shelf")
                        .key("k")
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(encoded(KEY))
                        .sseCustomerKeyMD5(md5(KEY)))
            .uploadId();
    var first = part(id, 1, Arrays.copyOf(content, PART));
    var second = part(id, 2, Arrays.copyOfRange(content, PART, content.length));
    s3.completeMultipartUpload(
        b -> b.bucket("shelf").key("k").uploadId(id).multipartUpload(m -> m.parts(first, second)));
    lab.replicate();
    assertThat(status()).isEqualTo(ReplicationStatus.COMPLETED);
    lab.restart();
    assertThat(replica()).isEqualTo(content);
    assertThat(
            s3.getObjectAsBytes(b -> get(b, KEY).range("bytes=" + (PART - 10) + '-' + (PART + 9)))
                .asByteArray())
        .isEqualTo(Arrays.copyOfRange(content, PART - 10, PART + 10));
    assertThat(s3.getObjectAsBytes(b -> get(b, KEY).partNumber(2)).asByteArray()).hasSize(100_000);
    assertThat(lab.blobFiles()).isEqualTo(4);
  }

  private CompletedPart part(String id, int number, byte[] content) {
    var eTag =
        s3.uploadPart(
                b ->
                    b.bucket("shelf")
                        .key("k")
                        .uploadId(id)
                        .partNumber(number)
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(encoded(KEY))
                        .sseCustomerKeyMD5(md5(KEY)),
                RequestBody.fromBytes(content))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(eTag).build();
  }

  @Test
  void bucketsThatBlockSuchKeysGetNoReplicas() {
    s3.putBucketEncryption(
        b ->
            b.bucket("annex")
                .serverSideEncryptionConfiguration(
                    c ->
                        c.rules(
                            r ->
                                r.applyServerSideEncryptionByDefault(
                                        d -> d.sseAlgorithm(ServerSideEncryption.AES256))
                                    .blockedEncryptionTypes(
                                        t -> t.encryptionType(EncryptionType.SSE_C)))));
    put(random(10));
    lab.replicate();
    assertThat(status()).isEqualTo(ReplicationStatus.FAILED);
    assertThat(s3.listObjectsV2(b -> b.bucket("annex")).contents()).isEmpty();
  }
}
