package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.TransitionDefaultMinimumObjectSize;

final class LifecycleTest {
  private static final int LARGE = 200_000;

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

  private static LifecycleRule.Builder rule(String prefix) {
    return LifecycleRule.builder()
        .id("rule of " + prefix)
        .status("Enabled")
        .filter(f -> f.prefix(prefix));
  }

  private void configure(LifecycleRule... rules) {
    s3.putBucketLifecycleConfiguration(
        b -> b.bucket("shelf").lifecycleConfiguration(c -> c.rules(rules)));
  }

  private void put(String key, int size) {
    s3.putObject(b -> b.bucket("shelf").key(key), RequestBody.fromBytes(new byte[size]));
  }

  private List<String> keys() {
    return s3.listObjectsV2(b -> b.bucket("shelf")).contents().stream().map(S3Object::key).toList();
  }

  private String storageClass(String key) {
    return s3.listObjectsV2(b -> b.bucket("shelf").prefix(key))
        .contents()
        .getFirst()
        .storageClassAsString();
  }

  private void version() {
    s3.putBucketVersioning(
        b -> b.bucket("shelf").versioningConfiguration(c -> c.status("Enabled")));
  }

  @Test
  void whatWasPutComesBackUntilItIsDeleted() {
    assertCode(
        "NoSuchLifecycleConfiguration",
        () -> s3.getBucketLifecycleConfiguration(b -> b.bucket("shelf")));
    var midnight = Instant.now().truncatedTo(ChronoUnit.DAYS);
    var rule =
        rule("logs/")
            .expiration(e -> e.date(midnight))
            .transitions(t -> t.date(midnight).storageClass("GLACIER"))
            .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(7))
            .build();
    configure(rule);
    var found = s3.getBucketLifecycleConfiguration(b -> b.bucket("shelf"));
    assertThat(found.rules()).containsExactly(rule);
    assertThat(found.transitionDefaultMinimumObjectSize())
        .isEqualTo(TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K);
    configure(
        LifecycleRule.builder()
            .status("Disabled")
            .filter(f -> f.prefix(""))
            .expiration(e -> e.days(1))
            .build());
    var named = s3.getBucketLifecycleConfiguration(b -> b.bucket("shelf")).rules();
    assertThat(named.getFirst().id()).isNotBlank();
    s3.deleteBucketLifecycle(b -> b.bucket("shelf"));
    assertCode(
        "NoSuchLifecycleConfiguration",
        () -> s3.getBucketLifecycleConfiguration(b -> b.bucket("shelf")));
  }

  @Test
  void objectsGoAtTheMidnightAfterTheirDays() {
    configure(
        rule("old/").expiration(e -> e.days(3)).build(),
        rule("kept/").status("Disabled").expiration(e -> e.days(1)).build());
    put("old/a", 1);
    put("kept/a", 1);
    put("other", 1);
    var told = s3.headObject(b -> b.bucket("shelf").key("old/a")).expiration();
    assertThat(told)
        .startsWith("expiry-date=\"")
        .contains(" 00:00:00 GMT\"")
        .endsWith(", rule-id=\"rule%20of%20old%2F\"");
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("old/a")).response().expiration())
        .isEqualTo(told);
    assertThat(s3.headObject(b -> b.bucket("shelf").key("other")).expiration()).isNull();
    lab.pass(Duration.ofDays(2));
    assertThat(keys()).contains("old/a");
    lab.pass(Duration.ofDays(2));
    assertThat(keys()).containsExactly("kept/a", "other");
  }

  @Test
  void largeBucketsAreGoneOverToTheirEnd() {
    configure(rule("k").expiration(e -> e.days(1)).build());
    for (int i = 0; i < 620; i++) {
      put("k" + i, 1);
    }
    put("z", 1);
    lab.pass(Duration.ofDays(2));
    assertThat(keys()).containsExactly("z");
  }

  @Test
  void filtersTellTagsAndSizes() {
    configure(
        LifecycleRule.builder()
            .status("Enabled")
            .filter(f -> f.tag(t -> t.key("kind").value("scratch")))
            .expiration(e -> e.days(1))
            .build(),
        LifecycleRule.builder()
            .status("Enabled")
            .filter(
                f ->
                    f.and(a -> a.prefix("big/").objectSizeGreaterThan(10L).objectSizeLessThan(20L)))
            .expiration(e -> e.days(1))
            .build());
    s3.putObject(b -> b.bucket("shelf").key("a").tagging("kind=scratch"), RequestBody.empty());
    s3.putObject(b -> b.bucket("shelf").key("b").tagging("kind=good"), RequestBody.empty());
    put("big/10", 10);
    put("big/11", 11);
    put("big/20", 20);
    lab.pass(Duration.ofDays(2));
    assertThat(keys()).containsExactly("b", "big/10", "big/20");
  }

  @Test
  void objectsMoveDownAndNeverUp() {
    configure(
        rule("")
            .transitions(
                t -> t.days(30).storageClass("STANDARD_IA"),
                t -> t.days(60).storageClass("GLACIER"))
            .build());
    put("large", LARGE);
    put("small", 10);
    s3.putObject(
        b -> b.bucket("shelf").key("deep").storageClass("DEEP_ARCHIVE"),
        RequestBody.fromBytes(new byte[LARGE]));
    lab.pass(Duration.ofDays(31));
    assertThat(storageClass("large")).isEqualTo("STANDARD_IA");
    lab.pass(Duration.ofDays(30));
    assertThat(storageClass("large")).isEqualTo("GLACIER");
    assertCode(
        "InvalidObjectState", () -> s3.getObjectAsBytes(b -> b.bucket("shelf").key("large")));
    assertThat(storageClass("deep")).isEqualTo("DEEP_ARCHIVE");
    assertThat(storageClass("small")).isEqualTo("STANDARD");
    s3.putBucketLifecycleConfiguration(
        b ->
            b.bucket("shelf")
                .transitionDefaultMinimumObjectSize("varies_by_storage_class")
                .lifecycleConfiguration(
                    c ->
                        c.rules(
                            rule("").transitions(t -> t.days(0).storageClass("GLACIER")).build())));
    lab.pass(Duration.ZERO);
    assertThat(storageClass("small")).isEqualTo("GLACIER");
  }

  @Test
  void versionsGoSomeDaysAfterTheyWereFollowed() {
    version();
    configure(
        rule("")
            .expiration(e -> e.days(10))
            .noncurrentVersionExpiration(e -> e.noncurrentDays(2).newerNoncurrentVersions(1))
            .build());
    put("k", 1);
    put("k", 2);
    put("k", 3);
    lab.pass(Duration.ofDays(1));
    assertThat(versions()).hasSize(3);
    lab.pass(Duration.ofDays(2));
    assertThat(versions()).containsExactly(3L, 2L);
    lab.pass(Duration.ofDays(8));
    assertThat(keys()).isEmpty();
    assertThat(s3.listObjectVersions(b -> b.bucket("shelf")).deleteMarkers()).hasSize(1);
    // The third is now the one that is kept.
    lab.pass(Duration.ofDays(1));
    assertThat(versions()).containsExactly(3L);
  }

  private List<Long> versions() {
    return s3.listObjectVersions(b -> b.bucket("shelf")).versions().stream()
        .map(v -> v.size())
        .toList();
  }

  @Test
  void markersWithNothingBehindThemGo() {
    version();
    configure(
        rule("")
            .expiration(e -> e.expiredObjectDeleteMarker(true))
            .noncurrentVersionExpiration(e -> e.noncurrentDays(1))
            .build());
    put("k", 1);
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
    lab.pass(Duration.ZERO);
    assertThat(s3.listObjectVersions(b -> b.bucket("shelf")).deleteMarkers()).hasSize(1);
    lab.pass(Duration.ofDays(2));
    lab.pass(Duration.ofDays(1));
    var left = s3.listObjectVersions(b -> b.bucket("shelf"));
    assertThat(left.versions()).isEmpty();
    assertThat(left.deleteMarkers()).isEmpty();
  }

  @Test
  void movesGoBeforeDeleteMarkersAndDeletionBeforeMoves() {
    configure(
        rule("")
            .expiration(e -> e.days(2))
            .transitions(t -> t.days(1).storageClass("GLACIER"))
            .build());
    put("gone", LARGE);
    lab.pass(Duration.ofDays(4));
    assertThat(keys()).isEmpty();
    version();
    put("kept", LARGE);
    lab.pass(Duration.ofDays(4));
    assertThat(storageClass("kept")).isEqualTo("GLACIER");
    lab.pass(Duration.ofDays(1));
    assertThat(keys()).isEmpty();
  }

  @Test
  void keysWithManyVersionsAreGoneOverInSteps() {
    version();
    configure(rule("").noncurrentVersionExpiration(e -> e.noncurrentDays(1)).build());
    for (int i = 0; i < 1010; i++) {
      put("k", 1);
    }
    lab.pass(Duration.ofDays(3));
    assertThat(versions()).hasSize(1);
  }

  @Test
  void lockedVersionsStay() {
    s3.createBucket(b -> b.bucket("vault").objectLockEnabledForBucket(true));
    s3.putBucketLifecycleConfiguration(
        b ->
            b.bucket("vault")
                .lifecycleConfiguration(
                    c ->
                        c.rules(
                            rule("")
                                .noncurrentVersionExpiration(e -> e.noncurrentDays(1))
                                .build())));
    s3.putObject(
        b -> b.bucket("vault").key("k").objectLockLegalHoldStatus("ON"),
        RequestBody.fromString("held"));
    s3.putObject(b -> b.bucket("vault").key("k"), RequestBody.fromString("next"));
    lab.pass(Duration.ofDays(3));
    assertThat(s3.listObjectVersions(b -> b.bucket("vault")).versions()).hasSize(2);
  }

  @Test
  void uploadsThatNobodyCompletedGo() {
    configure(rule("tmp/").abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(1)).build());
    for (var key : List.of("tmp/a", "other")) {
      var id = s3.createMultipartUpload(b -> b.bucket("shelf").key(key)).uploadId();
      s3.uploadPart(
          b -> b.bucket("shelf").key(key).uploadId(id).partNumber(1),
          RequestBody.fromBytes(new byte[LARGE]));
    }
    lab.pass(Duration.ofDays(2));
    assertThat(s3.listMultipartUploads(b -> b.bucket("shelf")).uploads())
        .extracting(upload -> upload.key())
        .containsExactly("other");
    assertThat(lab.blobFiles()).isEqualTo(1);
  }

  private void refuses(String message, Consumer<LifecycleRule.Builder> change) {
    var rule = rule("p");
    change.accept(rule);
    assertThatThrownBy(() -> configure(rule.build())).hasMessageContaining(message);
  }

  @Test
  void configurationsThatMakeNoSenseAreRefused() {
    refuses("At least one action needs to be specified in a rule", r -> {});
    refuses(
        "'Days' for Expiration action must be a positive integer",
        r -> r.expiration(e -> e.days(0)));
    refuses(
        "'Date' must be at midnight GMT",
        r -> r.expiration(e -> e.date(Instant.parse("2030-01-01T10:00:00Z"))));
    refuses(
        "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
        r -> r.transitions(t -> t.days(29).storageClass("STANDARD_IA")));
    refuses(
        "'Days' in the Expiration action for filter '(prefix=p)' must be greater than 'Days' in the Transition action",
        r -> r.expiration(e -> e.days(5)).transitions(t -> t.days(5).storageClass("GLACIER")));
    refuses(
        "Found mixed 'Date' and 'Days' based Expiration and Transition actions",
        r ->
            r.expiration(e -> e.days(5))
                .transitions(
                    t -> t.date(Instant.parse("2030-01-01T00:00:00Z")).storageClass("GLACIER")));
    refuses(
        "'StorageClass' must be different for 'Transition' actions in same 'Rule'",
        r ->
            r.transitions(
                t -> t.days(1).storageClass("GLACIER"), t -> t.days(2).storageClass("GLACIER")));
    refuses("did not validate", r -> r.transitions(t -> t.days(1).storageClass("STANDARD")));
    refuses("did not validate", r -> r.prefix("p").expiration(e -> e.days(1)));
    refuses("did not validate", r -> r.status("on").expiration(e -> e.days(1)));
    refuses(
        "ID length should not exceed allowed limit of 255",
        r -> r.id("i".repeat(256)).expiration(e -> e.days(1)));
    var same = rule("p").expiration(e -> e.days(1)).build();
    assertThatThrownBy(() -> configure(same, same))
        .hasMessageContaining("Rule ID must be unique. Found same ID for more than one rule");
    refuses(
        "AbortIncompleteMultipartUpload cannot be specified with Tags.",
        r ->
            r.filter(f -> f.tag(t -> t.key("a").value("b")))
                .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(1)));
  }

  @Test
  void takesAPermission() {
    var reader =
        lab.user(
            Lab.ACCOUNT, "reader", Lab.allow("s3:GetLifecycleConfiguration", "arn:aws:s3:::shelf"));
    configure(rule("").expiration(e -> e.days(1)).build());
    assertThat(reader.getBucketLifecycleConfiguration(b -> b.bucket("shelf")).rules()).hasSize(1);
    assertCode("AccessDenied", () -> reader.deleteBucketLifecycle(b -> b.bucket("shelf")));
  }
}
