package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Destinations that fail: it shows, nothing is lost, and nothing comes twice once they are back.
 */
class FaultsTest {
  private final TrailWorld world = new TrailWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private String error() {
    return world.trails.getTrailStatus(r -> r.name("audit")).latestDeliveryError();
  }

  private void passAnHour() {
    world.lab.clock.advance(Duration.ofHours(1));
    world.lab.cloudTrail.catchUp();
  }

  /** How often each event was delivered. */
  private List<String> ids() {
    return world.records().stream().map(record -> record.path("eventID").asString()).toList();
  }

  @Test
  void aBucketThatIsDeletedAndMadeAgainGetsWhatItMissed() {
    world.trail("audit");
    world.s3.listObjectsV2Paginator(r -> r.bucket(TrailWorld.BUCKET)).contents().stream()
        .map(S3Object::key)
        .forEach(key -> world.s3.deleteObject(r -> r.bucket(TrailWorld.BUCKET).key(key)));
    world.s3.deleteBucket(r -> r.bucket(TrailWorld.BUCKET));
    world.s3.createBucket(r -> r.bucket("made-in-between"));
    world.deliver();
    assertThat(error()).isEqualTo("NoSuchBucket");
    passAnHour();
    assertThat(error()).isEqualTo("NoSuchBucket");
    world.makeBucket(TrailWorld.BUCKET);
    passAnHour();
    passAnHour();
    assertThat(error()).isNull();
    assertThat(world.records().toString()).contains("made-in-between");
    assertThat(ids()).doesNotHaveDuplicates();
    assertThat(world.eventNames()).contains("StartLogging", "DeleteBucket");
  }

  @Test
  void aKeyThatIsDisabledHoldsFilesUp() {
    var kms = world.lab.client(KmsClient.builder());
    var key = kms.createKey().keyMetadata();
    kms.putKeyPolicy(
        r ->
            r.keyId(key.keyId())
                .policy(
                    """
                    {"Version": "2012-10-17", "Statement": [
                      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"},
                      {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": ["kms:GenerateDataKey*", "kms:DescribeKey", "kms:Decrypt"], "Resource": "*"}]}"""));
    world.trails.createTrail(
        r -> r.name("audit").s3BucketName(TrailWorld.BUCKET).kmsKeyId(key.arn()));
    world.trails.startLogging(r -> r.name("audit"));
    kms.disableKey(r -> r.keyId(key.keyId()));
    world.s3.createBucket(r -> r.bucket("while-disabled"));
    passAnHour();
    assertThat(error()).isEqualTo("KMS.DisabledException");
    assertThat(world.keys("/CloudTrail/")).isEmpty();
    kms.enableKey(r -> r.keyId(key.keyId()));
    passAnHour();
    passAnHour();
    assertThat(error()).isNull();
    assertThat(world.records().toString()).contains("while-disabled");
    assertThat(ids()).doesNotHaveDuplicates();
  }
}
