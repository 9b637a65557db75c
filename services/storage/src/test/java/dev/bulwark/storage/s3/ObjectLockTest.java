package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;

final class ObjectLockTest {
  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final Instant tomorrow =
      lab.clock.instant().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("vault").objectLockEnabledForBucket(true));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String put() {
    return s3.putObject(b -> b.bucket("vault").key("k"), RequestBody.fromString("1")).versionId();
  }

  private void retain(String version, String mode, Instant until, boolean bypass) {
    s3.putObjectRetention(
        b ->
            b.bucket("vault")
                .key("k")
                .versionId(version)
                .bypassGovernanceRetention(bypass)
                .retention(r -> r.mode(mode).retainUntilDate(until)));
  }

  private void delete(S3Client client, String version, boolean bypass) {
    client.deleteObject(
        b -> b.bucket("vault").key("k").versionId(version).bypassGovernanceRetention(bypass));
  }

  @Test
  void aLockedBucketKeepsVersions() {
    assertThat(s3.getBucketVersioning(b -> b.bucket("vault")).statusAsString())
        .isEqualTo("Enabled");
    assertCode(
        "InvalidBucketState",
        () ->
            s3.putBucketVersioning(
                b -> b.bucket("vault").versioningConfiguration(v -> v.status("Suspended"))));
    s3.createBucket(b -> b.bucket("plain"));
    assertCode(
        "ObjectLockConfigurationNotFoundError",
        () -> s3.getObjectLockConfiguration(b -> b.bucket("plain")));
    assertCode(
        "InvalidBucketState",
        () ->
            s3.putObjectLockConfiguration(
                b ->
                    b.bucket("plain")
                        .objectLockConfiguration(c -> c.objectLockEnabled("Enabled"))));
    assertCode(
        "InvalidRequest",
        () ->
            s3.putObject(
                b ->
                    b.bucket("plain")
                        .key("k")
                        .objectLockMode("GOVERNANCE")
                        .objectLockRetainUntilDate(tomorrow),
                RequestBody.empty()));
  }

  @Test
  void nobodyBreaksCompliance() {
    var version = put();
    retain(version, "COMPLIANCE", tomorrow, false);
    assertThatThrownBy(() -> delete(s3, version, true))
        .hasMessageContaining("object protected by object lock");
    assertCode("AccessDenied", () -> retain(version, "GOVERNANCE", tomorrow, true));
    assertCode(
        "AccessDenied",
        () -> retain(version, "COMPLIANCE", tomorrow.minus(1, ChronoUnit.HOURS), true));
    assertCode("AccessDenied", () -> retain(version, null, null, true));
    retain(version, "COMPLIANCE", tomorrow.plus(1, ChronoUnit.DAYS), false);
    // A marker hides it; it stays.
    s3.deleteObject(b -> b.bucket("vault").key("k"));
    var errors =
        s3.deleteObjects(
                b ->
                    b.bucket("vault")
                        .bypassGovernanceRetention(true)
                        .delete(
                            d ->
                                d.objects(
                                    ObjectIdentifier.builder()
                                        .key("k")
                                        .versionId(version)
                                        .build())))
            .errors();
    assertThat(errors).singleElement().matches(e -> e.code().equals("AccessDenied"));
    lab.clock.advance(Duration.ofDays(3));
    delete(s3, version, false);
  }

  @Test
  void governanceGivesWayToThoseWhoMayBypassIt() {
    var version = put();
    retain(version, "GOVERNANCE", tomorrow, false);
    assertCode("AccessDenied", () -> delete(s3, version, false));
    var user = lab.user(Lab.ACCOUNT, "deleter", Lab.allow("s3:DeleteObjectVersion", "*"));
    assertCode("AccessDenied", () -> delete(user, version, true));
    assertCode(
        "AccessDenied",
        () -> retain(version, "GOVERNANCE", tomorrow.minus(1, ChronoUnit.HOURS), false));
    retain(version, "GOVERNANCE", tomorrow.minus(1, ChronoUnit.HOURS), true);
    var retention =
        s3.getObjectRetention(b -> b.bucket("vault").key("k").versionId(version)).retention();
    assertThat(retention.modeAsString()).isEqualTo("GOVERNANCE");
    assertThat(retention.retainUntilDate()).isEqualTo(tomorrow.minus(1, ChronoUnit.HOURS));
    delete(s3, version, true);
  }

  @Test
  void aLegalHoldHoldsUntilItIsTakenOff() {
    var version = put();
    hold(version, ObjectLockLegalHoldStatus.ON);
    assertThat(s3.headObject(b -> b.bucket("vault").key("k")).objectLockLegalHoldStatusAsString())
        .isEqualTo("ON");
    assertCode("AccessDenied", () -> delete(s3, version, true));
    hold(version, ObjectLockLegalHoldStatus.OFF);
    assertThat(s3.getObjectLegalHold(b -> b.bucket("vault").key("k")).legalHold().statusAsString())
        .isEqualTo("OFF");
    delete(s3, version, false);
  }

  private void hold(String version, ObjectLockLegalHoldStatus status) {
    s3.putObjectLegalHold(
        b -> b.bucket("vault").key("k").versionId(version).legalHold(h -> h.status(status)));
  }

  @Test
  void newObjectsAreHeldByDefault() {
    s3.putObjectLockConfiguration(
        b ->
            b.bucket("vault")
                .objectLockConfiguration(
                    c ->
                        c.objectLockEnabled("Enabled")
                            .rule(r -> r.defaultRetention(d -> d.mode("COMPLIANCE").days(30)))));
    var version = put();
    var head = s3.headObject(b -> b.bucket("vault").key("k"));
    assertThat(head.objectLockModeAsString()).isEqualTo("COMPLIANCE");
    assertThat(head.objectLockRetainUntilDate())
        .isBetween(
            lab.clock.instant().plus(29, ChronoUnit.DAYS),
            lab.clock.instant().plus(31, ChronoUnit.DAYS));
    assertCode("AccessDenied", () -> delete(s3, version, true));
    assertCode(
        "MalformedXML",
        () ->
            s3.putObjectLockConfiguration(
                b ->
                    b.bucket("vault")
                        .objectLockConfiguration(
                            c ->
                                c.objectLockEnabled("Enabled")
                                    .rule(
                                        r ->
                                            r.defaultRetention(
                                                d -> d.mode("COMPLIANCE").days(1).years(1))))));
    var other =
        s3.putObject(
                b ->
                    b.bucket("vault")
                        .key("k")
                        .objectLockMode("GOVERNANCE")
                        .objectLockRetainUntilDate(tomorrow)
                        .objectLockLegalHoldStatus("OFF"),
                RequestBody.fromString("2"))
            .versionId();
    delete(s3, other, true);
  }

  @Test
  void retentionInThePastIsRefused() {
    var version = put();
    assertCode(
        "InvalidArgument",
        () -> retain(version, "GOVERNANCE", tomorrow.minus(2, ChronoUnit.DAYS), false));
    assertCode(
        "NoSuchObjectLockConfiguration",
        () -> s3.getObjectRetention(b -> b.bucket("vault").key("k")));
  }
}
