package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.events.BusEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ArchiveStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.IntelligentTieringAccessTier;
import software.amazon.awssdk.services.s3.model.IntelligentTieringConfiguration;
import software.amazon.awssdk.services.s3.model.IntelligentTieringStatus;
import software.amazon.awssdk.services.s3.model.InvalidObjectStateException;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.Tiering;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

final class IntelligentTieringTest {
  private static final int SIZE = 128 * 1024;
  private static final double BYTES = SIZE;

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

  private void put(String key, int size) {
    s3.putObject(
        b -> b.bucket("shelf").key(key).storageClass(StorageClass.INTELLIGENT_TIERING),
        RequestBody.fromBytes(new byte[size]));
  }

  private void read(String key) {
    s3.getObjectAsBytes(b -> b.bucket("shelf").key(key));
    lab.store.flush();
  }

  private void passDays(int days) {
    lab.pass(Duration.ofDays(days));
  }

  private static Tiering tiering(IntelligentTieringAccessTier tier, int days) {
    return Tiering.builder().accessTier(tier).days(days).build();
  }

  private static IntelligentTieringConfiguration.Builder configuration(String id) {
    return IntelligentTieringConfiguration.builder()
        .id(id)
        .status(IntelligentTieringStatus.ENABLED)
        .tierings(
            tiering(IntelligentTieringAccessTier.ARCHIVE_ACCESS, 90),
            tiering(IntelligentTieringAccessTier.DEEP_ARCHIVE_ACCESS, 180));
  }

  private void configure(IntelligentTieringConfiguration configuration) {
    s3.putBucketIntelligentTieringConfiguration(
        b ->
            b.bucket("shelf")
                .id(configuration.id())
                .intelligentTieringConfiguration(configuration));
  }

  @Test
  void unreadObjectsGoDownAndComeBackWhenTheyAreRead() {
    put("large", SIZE);
    put("small", SIZE - 1);
    passDays(29);
    assertThat(lab.metrics.sizes("shelf"))
        .containsExactly(Map.entry("IntelligentTieringFAStorage", 2 * BYTES - 1));
    passDays(2);
    assertThat(lab.metrics.sizes("shelf"))
        .containsEntry("IntelligentTieringFAStorage", BYTES - 1)
        .containsEntry("IntelligentTieringIAStorage", BYTES);
    read("large");
    passDays(1);
    assertThat(lab.metrics.sizes("shelf")).containsOnlyKeys("IntelligentTieringFAStorage");
    passDays(90);
    assertThat(lab.metrics.sizes("shelf"))
        .containsEntry("IntelligentTieringAIAStorage", BYTES)
        .containsEntry("IntelligentTieringFAStorage", BYTES - 1);
    // That was no read.
    s3.headObject(b -> b.bucket("shelf").key("large"));
    passDays(100);
    assertThat(lab.metrics.sizes("shelf")).containsKey("IntelligentTieringAIAStorage");
    // A copy is one.
    s3.copyObject(
        b ->
            b.sourceBucket("shelf")
                .sourceKey("large")
                .destinationBucket("shelf")
                .destinationKey("copy"));
    lab.store.flush();
    passDays(1);
    assertThat(lab.metrics.sizes("shelf"))
        .containsOnlyKeys("IntelligentTieringFAStorage", "StandardStorage");
  }

  @Test
  void numbersOfObjectsAreToldOnceADay() {
    put("a", 1);
    put("b", 1);
    passDays(1);
    assertThat(lab.metrics.take())
        .contains(
            new TestMetrics.Sample(
                Lab.ACCOUNT, "AWS/S3/NumberOfObjects", "shelf", "AllStorageTypes", 2));
    lab.restart();
    lab.pass(Duration.ofSeconds(1));
    assertThat(lab.metrics.take()).isEmpty();
  }

  @Test
  void archivesHaveToBeAskedBack() {
    put("in/old", SIZE);
    put("out/old", SIZE);
    configure(configuration("all").filter(f -> f.prefix("in/")).build());
    passDays(91);
    assertThat(s3.headObject(b -> b.bucket("shelf").key("out/old")).archiveStatus()).isNull();
    assertThat(s3.headObject(b -> b.bucket("shelf").key("in/old")).archiveStatus())
        .isEqualTo(ArchiveStatus.ARCHIVE_ACCESS);
    assertThatThrownBy(() -> read("in/old"))
        .isInstanceOfSatisfying(
            InvalidObjectStateException.class,
            e -> {
              assertThat(e.storageClassAsString()).isEqualTo("INTELLIGENT_TIERING");
              assertThat(e.accessTierAsString()).isEqualTo("ARCHIVE_ACCESS");
            });
    assertCode(
        "InvalidArgument",
        () ->
            s3.restoreObject(b -> b.bucket("shelf").key("in/old").restoreRequest(r -> r.days(3))));
    assertCode(
        "InvalidObjectState",
        () -> s3.restoreObject(b -> b.bucket("shelf").key("out/old").restoreRequest(r -> {})));
    s3.restoreObject(b -> b.bucket("shelf").key("in/old").restoreRequest(r -> {}));
    var underway = s3.headObject(b -> b.bucket("shelf").key("in/old"));
    assertThat(underway.restore()).isEqualTo("ongoing-request=\"true\"");
    assertThat(underway.archiveStatus()).isEqualTo(ArchiveStatus.ARCHIVE_ACCESS);
    assertCode(
        "RestoreAlreadyInProgress",
        () -> s3.restoreObject(b -> b.bucket("shelf").key("in/old").restoreRequest(r -> {})));
    lab.pass(Duration.ofHours(5));
    var back = s3.headObject(b -> b.bucket("shelf").key("in/old"));
    assertThat(back.restore()).isEqualTo("ongoing-request=\"false\"");
    assertThat(back.archiveStatus()).isNull();
    read("in/old");
    passDays(1);
    assertThat(lab.metrics.sizes("shelf"))
        .containsEntry("IntelligentTieringFAStorage", BYTES)
        .containsEntry("IntelligentTieringAIAStorage", BYTES);
    passDays(181);
    assertThat(s3.headObject(b -> b.bucket("shelf").key("in/old")).archiveStatus())
        .isEqualTo(ArchiveStatus.DEEP_ARCHIVE_ACCESS);
    assertThat(lab.metrics.sizes("shelf")).containsEntry("IntelligentTieringDAAStorage", BYTES);
    // There is nothing quick about the deep archive.
    assertCode(
        "InvalidArgument",
        () ->
            s3.restoreObject(
                b ->
                    b.bucket("shelf")
                        .key("in/old")
                        .restoreRequest(r -> r.glacierJobParameters(g -> g.tier("Expedited")))));
  }

  @Test
  void queuesHearOfArchives() {
    s3.putBucketNotificationConfiguration(
        b ->
            b.bucket("shelf")
                .notificationConfiguration(
                    c ->
                        c.eventBridgeConfiguration(e -> {})
                            .queueConfigurations(
                                QueueConfiguration.builder()
                                    .queueArn("arn:aws:sqs:us-east-1:123456789012:news")
                                    .eventsWithStrings("s3:IntelligentTiering")
                                    .build())));
    lab.delivered();
    put("old", SIZE);
    configure(configuration("all").build());
    passDays(91);
    assertThat(lab.delivered())
        .singleElement()
        .asString()
        .contains("\"eventVersion\":\"2.3\"")
        .contains("\"eventName\":\"IntelligentTiering\"")
        .contains("\"key\":\"old\"")
        .contains("\"intelligentTieringEventData\":{\"destinationAccessTier\":\"ARCHIVE_ACCESS\"}");
    assertThat(lab.busEvents())
        .extracting(BusEvent::detailType)
        .contains("Object Access Tier Changed");
    assertThat(lab.busEvents().getLast().detail())
        .contains("\"destination-access-tier\":\"ARCHIVE_ACCESS\"");
  }

  @Test
  void lifecycleRulesMoveObjectsInAndStartTheClock() {
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromBytes(new byte[SIZE]));
    s3.putBucketLifecycleConfiguration(
        b ->
            b.bucket("shelf")
                .lifecycleConfiguration(
                    c ->
                        c.rules(
                            r ->
                                r.status(ExpirationStatus.ENABLED)
                                    .filter(f -> f.prefix(""))
                                    .transitions(
                                        t ->
                                            t.days(60)
                                                .storageClass(
                                                    TransitionStorageClass.INTELLIGENT_TIERING)))));
    passDays(62);
    assertThat(lab.metrics.sizes("shelf")).containsOnlyKeys("IntelligentTieringFAStorage");
    passDays(31);
    assertThat(lab.metrics.sizes("shelf")).containsOnlyKeys("IntelligentTieringIAStorage");
  }

  @Test
  void configurationsArePutListedAndDeleted() {
    var wanted =
        configuration("one")
            .filter(f -> f.and(a -> a.prefix("p").tags(t -> t.key("k").value("v"))))
            .build();
    configure(wanted);
    configure(configuration("two").build());
    assertThat(
            s3.getBucketIntelligentTieringConfiguration(b -> b.bucket("shelf").id("one"))
                .intelligentTieringConfiguration())
        .isEqualTo(wanted);
    var list = s3.listBucketIntelligentTieringConfigurations(b -> b.bucket("shelf"));
    assertThat(list.isTruncated()).isFalse();
    assertThat(list.intelligentTieringConfigurationList())
        .extracting(IntelligentTieringConfiguration::id)
        .containsExactly("one", "two");
    s3.deleteBucketIntelligentTieringConfiguration(b -> b.bucket("shelf").id("one"));
    assertCode(
        "NoSuchConfiguration",
        () -> s3.getBucketIntelligentTieringConfiguration(b -> b.bucket("shelf").id("one")));
    assertCode(
        "NoSuchConfiguration",
        () -> s3.deleteBucketIntelligentTieringConfiguration(b -> b.bucket("shelf").id("one")));
    assertCode(
        "MalformedContinuationToken",
        () ->
            s3.listBucketIntelligentTieringConfigurations(
                b -> b.bucket("shelf").continuationToken("?")));
    try (var user = lab.user(Lab.ACCOUNT, "u", Lab.allow("s3:GetObject", "*"))) {
      assertCode(
          "AccessDenied",
          () -> user.listBucketIntelligentTieringConfigurations(b -> b.bucket("shelf")));
    }
  }

  @Test
  void manyAreListedInPages() {
    for (int i = 0; i < 101; i++) {
      configure(configuration("c%03d".formatted(i)).build());
    }
    var first = s3.listBucketIntelligentTieringConfigurations(b -> b.bucket("shelf"));
    assertThat(first.intelligentTieringConfigurationList()).hasSize(100);
    assertThat(first.isTruncated()).isTrue();
    assertThat(
            s3.listBucketIntelligentTieringConfigurations(
                    b -> b.bucket("shelf").continuationToken(first.nextContinuationToken()))
                .intelligentTieringConfigurationList())
        .extracting(IntelligentTieringConfiguration::id)
        .containsExactly("c100");
  }

  @Test
  void badConfigurationsAreRefused() {
    List<Consumer<IntelligentTieringConfiguration.Builder>> bad =
        List.of(
            c -> c.tierings(tiering(IntelligentTieringAccessTier.ARCHIVE_ACCESS, 89)),
            c -> c.tierings(tiering(IntelligentTieringAccessTier.DEEP_ARCHIVE_ACCESS, 179)),
            c ->
                c.tierings(
                    tiering(IntelligentTieringAccessTier.ARCHIVE_ACCESS, 300),
                    tiering(IntelligentTieringAccessTier.DEEP_ARCHIVE_ACCESS, 200)),
            c -> c.tierings(tiering(IntelligentTieringAccessTier.ARCHIVE_ACCESS, 731)));
    for (var change : bad) {
      var configuration = configuration("bad");
      change.accept(configuration);
      assertCode("InvalidArgument", () -> configure(configuration.build()));
    }
    assertCode("MalformedXML", () -> configure(configuration("bad").status("Perhaps").build()));
    assertCode(
        "InvalidArgument",
        () ->
            s3.putBucketIntelligentTieringConfiguration(
                b ->
                    b.bucket("shelf")
                        .id("other")
                        .intelligentTieringConfiguration(configuration("bad").build())));
    assertThat(
            s3.listBucketIntelligentTieringConfigurations(b -> b.bucket("shelf"))
                .intelligentTieringConfigurationList())
        .isEmpty();
  }
}
