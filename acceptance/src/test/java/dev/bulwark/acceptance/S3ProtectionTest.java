package dev.bulwark.acceptance;

import static dev.bulwark.acceptance.S3ObjectsTest.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;

/** What protects objects, with KMS in the same installation. */
class S3ProtectionTest {
  private final RunningServer server = RunningServer.shared();
  private final S3Client s3 = server.s3(RunningServer.ROOT);
  private final KmsClient kms = server.client(KmsClient.builder(), RunningServer.ROOT);
  private final String bucket = "guarded-" + UUID.randomUUID().toString().substring(0, 8);

  @Test
  void anObjectIsAsReadableAsItsKeyIsUsable() {
    s3.createBucket(b -> b.bucket(bucket));
    var key = kms.createKey().keyMetadata().arn();
    for (var bucketKey : new boolean[] {false, true}) {
      var put =
          s3.putObject(
              b ->
                  b.bucket(bucket)
                      .key("k")
                      .serverSideEncryption("aws:kms")
                      .ssekmsKeyId(key)
                      .bucketKeyEnabled(bucketKey),
              RequestBody.fromString("secret"));
      assertThat(put.ssekmsKeyId()).isEqualTo(key);
      assertThat(get()).isEqualTo("secret");
      kms.disableKey(b -> b.keyId(key));
      assertThatThrownBy(this::get).satisfies(failing(400, "KMS.DisabledException"));
      kms.enableKey(b -> b.keyId(key));
      assertThat(get()).isEqualTo("secret");
    }
    kms.scheduleKeyDeletion(b -> b.keyId(key).pendingWindowInDays(7));
    assertThatThrownBy(this::get).satisfies(failing(400, "KMS.KMSInvalidStateException"));
  }

  private String get() {
    return s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asUtf8String();
  }

  @Test
  void theAccountsKeyForS3ComesWithItsFirstUse() {
    s3.createBucket(b -> b.bucket(bucket));
    var put =
        s3.putObject(
            b -> b.bucket(bucket).key("k").serverSideEncryption("aws:kms"),
            RequestBody.fromString("secret"));
    assertThat(put.ssekmsKeyId()).startsWith("arn:aws:kms:");
    assertThat(get()).isEqualTo("secret");
    assertThat(kms.describeKey(b -> b.keyId("alias/aws/s3")).keyMetadata().keyManagerAsString())
        .isEqualTo("AWS");
    assertThatThrownBy(
            () ->
                s3.putObject(
                    b ->
                        b.bucket(bucket)
                            .key("k")
                            .serverSideEncryption("aws:kms")
                            .ssekmsKeyId("11111111-2222-3333-4444-555555555555"),
                    RequestBody.empty()))
        .satisfies(failing(400, "KMS.NotFoundException"));
  }
}
