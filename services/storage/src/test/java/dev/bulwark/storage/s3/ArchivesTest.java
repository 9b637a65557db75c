package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.RequestCharged;
import software.amazon.awssdk.services.s3.model.RequestPayer;

final class ArchivesTest {
  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void put(String storageClass) {
    s3.putObject(
        b -> b.bucket("shelf").key("k").storageClass(storageClass), RequestBody.fromString("1"));
  }

  private String get() {
    return s3.getObjectAsBytes(b -> b.bucket("shelf").key("k")).asUtf8String();
  }

  private void restore(int days, String tier) {
    s3.restoreObject(
        b ->
            b.bucket("shelf")
                .key("k")
                .restoreRequest(r -> r.days(days).glacierJobParameters(p -> p.tier(tier))));
  }

  @ParameterizedTest
  @CsvSource({"GLACIER, Expedited, 5", "GLACIER, Standard, 300", "DEEP_ARCHIVE, Bulk, 2880"})
  void whatIsArchivedIsReadAfterItsTime(String storageClass, String tier, int minutes) {
    put(storageClass);
    assertCode("InvalidObjectState", this::get);
    assertCode(
        "InvalidObjectState",
        () ->
            s3.copyObject(
                b -> b.copySource("shelf/k").destinationBucket("shelf").destinationKey("copy")));
    restore(1, tier);
    assertThat(s3.headObject(b -> b.bucket("shelf").key("k")).restore())
        .isEqualTo("ongoing-request=\"true\"");
    assertCode("InvalidObjectState", this::get);
    assertCode("RestoreAlreadyInProgress", () -> restore(1, tier));
    lab.clock.advance(Duration.ofMinutes(minutes));
    assertThat(get()).isEqualTo("1");
    assertThat(s3.headObject(b -> b.bucket("shelf").key("k")).restore())
        .startsWith("ongoing-request=\"false\", expiry-date=\"");
    lab.clock.advance(Duration.ofDays(3));
    assertCode("InvalidObjectState", this::get);
    assertThat(s3.headObject(b -> b.bucket("shelf").key("k")).restore()).isNull();
  }

  @Test
  void whatIsNotArchivedNeedsNoRestore() {
    put("STANDARD_IA");
    assertThat(get()).isEqualTo("1");
    assertCode("InvalidObjectState", () -> restore(1, "Standard"));
    put("GLACIER_IR");
    assertThat(get()).isEqualTo("1");
    put("DEEP_ARCHIVE");
    assertCode("InvalidArgument", () -> restore(1, "Expedited"));
  }

  @Test
  void requestersOfOtherAccountsSayThatTheyWouldPay() {
    put("STANDARD");
    s3.putBucketPolicy(
        b ->
            b.bucket("shelf")
                .policy(
                    Lab.policy(
                        "Allow",
                        "{\"AWS\":\"" + Lab.OTHER_ACCOUNT + "\"}",
                        "s3:GetObject",
                        "arn:aws:s3:::shelf/*")));
    var other = lab.root(Lab.OTHER_ACCOUNT, Region.US_EAST_1);
    other.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
    s3.putBucketRequestPayment(
        b -> b.bucket("shelf").requestPaymentConfiguration(c -> c.payer("Requester")));
    assertThat(s3.getBucketRequestPayment(b -> b.bucket("shelf")).payerAsString())
        .isEqualTo("Requester");
    assertCode("AccessDenied", () -> other.getObjectAsBytes(b -> b.bucket("shelf").key("k")));
    assertThat(
            other
                .getObjectAsBytes(
                    b -> b.bucket("shelf").key("k").requestPayer(RequestPayer.REQUESTER))
                .response()
                .requestCharged())
        .isEqualTo(RequestCharged.REQUESTER);
    // Nobody in particular cannot pay.
    assertThat(lab.send("GET", "/shelf/k", Map.of("x-amz-request-payer", "requester")).status())
        .isEqualTo(403);
    assertThat(get()).isEqualTo("1");
  }

  @Test
  void accelerationIsASettingAlone() {
    assertThat(s3.getBucketAccelerateConfiguration(b -> b.bucket("shelf")).status()).isNull();
    s3.putBucketAccelerateConfiguration(
        b -> b.bucket("shelf").accelerateConfiguration(c -> c.status("Enabled")));
    assertThat(s3.getBucketAccelerateConfiguration(b -> b.bucket("shelf")).statusAsString())
        .isEqualTo("Enabled");
  }
}
