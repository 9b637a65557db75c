package dev.bulwark.audit.cloudtrail;

import static dev.bulwark.audit.cloudtrail.LakeWorld.isError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import dev.bulwark.base.BulwarkClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.AdvancedEventSelector;
import software.amazon.awssdk.services.cloudtrail.model.EventDataStoreStatus;
import software.amazon.awssdk.services.cloudtrail.model.Tag;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;

/** Event data stores, and what they keep. */
final class EventDataStoresTest {
  @AutoClose private final LakeWorld world = new LakeWorld(new Lab());
  private final CloudTrailClient trails = world.trails;

  @Test
  void aStoreIsMadeAndShown() {
    var made =
        trails.createEventDataStore(
            r -> r.name("audit").tagsList(Tag.builder().key("team").value("red").build()));
    assertThat(made.statusAsString()).isEqualTo("CREATED");
    assertThat(made.retentionPeriod()).isEqualTo(366);
    assertThat(made.billingModeAsString()).isEqualTo("EXTENDABLE_RETENTION_PRICING");
    assertThat(made.terminationProtectionEnabled()).isTrue();
    assertThat(made.multiRegionEnabled()).isTrue();
    assertThat(made.advancedEventSelectors().getFirst().fieldSelectors().getFirst().equalsValue())
        .containsExactly("Management");
    var arn = made.eventDataStoreArn();
    assertThat(arn)
        .matches("arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/[a-f0-9-]{36}");
    var shown = trails.getEventDataStore(r -> r.eventDataStore(LakeWorld.id(arn)));
    assertThat(shown.status()).isEqualTo(EventDataStoreStatus.ENABLED);
    assertThat(shown.federationStatusAsString()).isEqualTo("DISABLED");
    assertThat(trails.listEventDataStores(r -> {}).eventDataStores())
        .extracting(store -> store.eventDataStoreArn())
        .containsExactly(arn);
    assertThat(trails.listTags(r -> r.resourceIdList(arn)).resourceTagList().getFirst().tagsList())
        .extracting(Tag::value)
        .containsExactly("red");
    trails.addTags(
        r -> r.resourceId(arn).tagsList(Tag.builder().key("team").value("blue").build()));
    trails.removeTags(r -> r.resourceId(arn).tagsList(Tag.builder().key("none").build()));
    assertThat(trails.listTags(r -> r.resourceIdList(arn)).resourceTagList().getFirst().tagsList())
        .extracting(Tag::value)
        .containsExactly("blue");
  }

  @Test
  void whatIsWrongIsRefused() {
    var arn = world.store("audit");
    assertThatThrownBy(() -> trails.createEventDataStore(r -> r.name("audit")))
        .satisfies(isError("EventDataStoreAlreadyExistsException"));
    assertThatThrownBy(
            () ->
                trails.createEventDataStore(
                    r ->
                        r.name("fixed")
                            .billingMode("FIXED_RETENTION_PRICING")
                            .retentionPeriod(3653)))
        .satisfies(isError("InvalidParameterException"));
    assertThatThrownBy(
            () ->
                trails.createEventDataStore(
                    r -> r.name("odd").advancedEventSelectors(selector("ConfigurationItem"))))
        .satisfies(isError("InvalidEventSelectorsException"));
    assertThatThrownBy(
            () -> trails.createEventDataStore(r -> r.name("org").organizationEnabled(true)))
        .satisfies(isError("OrganizationsNotInUseException"));
    assertThatThrownBy(() -> trails.updateEventDataStore(r -> r.eventDataStore(arn)))
        .satisfies(isError("InvalidParameterException"));
    assertThatThrownBy(() -> trails.getEventDataStore(r -> r.eventDataStore("nothing")))
        .satisfies(isError("EventDataStoreARNInvalidException"));
    assertThatThrownBy(
            () ->
                trails.getEventDataStore(
                    r -> r.eventDataStore("0b2f1a9c-1111-4222-8333-444455556666")))
        .satisfies(isError("EventDataStoreNotFoundException"));
    assertThatThrownBy(
            () ->
                world
                    .lab
                    .client(CloudTrailClient.builder(), Lab.ROOT, "eu-west-1")
                    .getEventDataStore(r -> r.eventDataStore(arn)))
        .satisfies(isError("EventDataStoreNotFoundException"));
    assertThatThrownBy(() -> trails.startEventDataStoreIngestion(r -> r.eventDataStore(arn)))
        .satisfies(isError("InvalidEventDataStoreStatusException"));
    assertThatThrownBy(() -> trails.restoreEventDataStore(r -> r.eventDataStore(arn)))
        .satisfies(isError("InvalidEventDataStoreStatusException"));
    for (int i = 0; i < 9; i++) {
      world.store("more" + i);
    }
    assertThatThrownBy(() -> world.store("toomany"))
        .satisfies(isError("EventDataStoreMaxLimitExceededException"));
  }

  private static AdvancedEventSelector selector(String category) {
    return AdvancedEventSelector.builder()
        .fieldSelectors(f -> f.field("eventCategory").equalsValue(category))
        .build();
  }

  @Test
  void deletionWaitsAWeek() {
    var arn = world.store("audit");
    assertThatThrownBy(() -> trails.deleteEventDataStore(r -> r.eventDataStore(arn)))
        .satisfies(isError("EventDataStoreTerminationProtectedException"));
    trails.updateEventDataStore(r -> r.eventDataStore(arn).terminationProtectionEnabled(false));
    trails.deleteEventDataStore(r -> r.eventDataStore(arn));
    assertThat(trails.getEventDataStore(r -> r.eventDataStore(arn)).status())
        .isEqualTo(EventDataStoreStatus.PENDING_DELETION);
    assertThatThrownBy(() -> trails.listQueries(r -> r.eventDataStore(arn)))
        .satisfies(isError("InactiveEventDataStoreException"));
    trails.restoreEventDataStore(r -> r.eventDataStore(arn));
    assertThat(trails.getEventDataStore(r -> r.eventDataStore(arn)).status())
        .isEqualTo(EventDataStoreStatus.ENABLED);
    trails.deleteEventDataStore(r -> r.eventDataStore(arn));
    world.lab.clock.advance(Duration.ofDays(7));
    world.lab.cloudTrail.catchUp();
    assertThatThrownBy(() -> trails.restoreEventDataStore(r -> r.eventDataStore(arn)))
        .satisfies(isError("EventDataStoreNotFoundException"));
  }

  @Test
  void policiesDecide() {
    var arn = world.store("audit");
    var iam = world.lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("alice"));
    var key = iam.createAccessKey(r -> r.userName("alice")).accessKey();
    var alice =
        world.lab.client(
            CloudTrailClient.builder(),
            AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()),
            "us-east-1");
    assertThatThrownBy(() -> alice.getEventDataStore(r -> r.eventDataStore(arn)))
        .satisfies(isError("AccessDeniedException"));
    assertThatThrownBy(() -> trails.getResourcePolicy(r -> r.resourceArn(arn)))
        .satisfies(isError("ResourcePolicyNotFoundException"));
    assertThatThrownBy(() -> trails.putResourcePolicy(r -> r.resourceArn(arn).resourcePolicy("{")))
        .satisfies(isError("ResourcePolicyNotValidException"));
    trails.putResourcePolicy(
        r ->
            r.resourceArn(arn)
                .resourcePolicy(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                      "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"},
                      "Action": "cloudtrail:GetEventDataStore", "Resource": "%s"}]}\
                    """
                        .formatted(arn)));
    assertThat(alice.getEventDataStore(r -> r.eventDataStore(arn)).name()).isEqualTo("audit");
    assertThat(trails.getResourcePolicy(r -> r.resourceArn(arn)).resourcePolicy())
        .contains("GetEventDataStore");
    trails.deleteResourcePolicy(r -> r.resourceArn(arn));
    assertThatThrownBy(() -> alice.getEventDataStore(r -> r.eventDataStore(arn)))
        .satisfies(isError("AccessDeniedException"));
  }

  @Test
  void selectorsAndIngestionDecideWhatIsKept() {
    var arn =
        trails
            .createEventDataStore(
                r ->
                    r.name("changes")
                        .advancedEventSelectors(
                            AdvancedEventSelector.builder()
                                .fieldSelectors(
                                    f -> f.field("eventCategory").equalsValue("Management"),
                                    f -> f.field("readOnly").equalsValue("false"))
                                .build()))
            .eventDataStoreArn();
    var iam = world.lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("one"));
    trails.stopEventDataStoreIngestion(r -> r.eventDataStore(arn));
    world.lab.clock.advance(Duration.ofSeconds(1));
    iam.createUser(r -> r.userName("two"));
    world.lab.clock.advance(Duration.ofSeconds(1));
    trails.startEventDataStoreIngestion(r -> r.eventDataStore(arn));
    iam.createUser(r -> r.userName("three"));
    var users =
        "SELECT requestParameters['userName'] AS who FROM %s WHERE eventName = 'CreateUser' ORDER"
            + " BY 1";
    assertThat(world.query(users, arn))
        .containsExactly(List.of(Map.of("who", "one")), List.of(Map.of("who", "three")));
    assertThat(world.query("SELECT count(*) AS n FROM %s WHERE readOnly = true", arn))
        .containsExactly(List.of(Map.of("n", "0")));
  }

  @Test
  void retentionIsByTheClock() {
    var arn =
        trails.createEventDataStore(r -> r.name("short").retentionPeriod(7)).eventDataStoreArn();
    world.lab.client(IamClient.builder()).createUser(r -> r.userName("one"));
    var count = "SELECT count(*) AS n FROM %s WHERE eventName = 'CreateUser'";
    assertThat(world.query(count, arn)).containsExactly(List.of(Map.of("n", "1")));
    world.lab.clock.advance(Duration.ofDays(8));
    assertThat(world.query(count, arn)).containsExactly(List.of(Map.of("n", "0")));
  }

  @Test
  void aStoreCanHaveAKeyOfItsOwn() {
    var kms = world.lab.client(KmsClient.builder());
    var key = kms.createKey().keyMetadata().keyId();
    assertThatThrownBy(() -> trails.createEventDataStore(r -> r.name("sealed").kmsKeyId(key)))
        .satisfies(isError("InsufficientEncryptionPolicyException"));
    assertThatThrownBy(
            () -> trails.createEventDataStore(r -> r.name("sealed").kmsKeyId("alias/none")))
        .satisfies(isError("KmsKeyNotFoundException"));
    kms.putKeyPolicy(
        r ->
            r.keyId(key)
                .policy(
                    """
                    {"Version": "2012-10-17", "Statement": [
                      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                       "Action": "kms:*", "Resource": "*"},
                      {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                       "Action": ["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}]}\
                    """));
    var arn = trails.createEventDataStore(r -> r.name("sealed").kmsKeyId(key)).eventDataStoreArn();
    world.lab.client(IamClient.builder()).createUser(r -> r.userName("one"));
    var count = "SELECT count(*) AS n FROM %s WHERE eventName = 'CreateUser'";
    assertThat(world.query(count, arn)).containsExactly(List.of(Map.of("n", "1")));
    kms.disableKey(r -> r.keyId(key));
    assertThatThrownBy(() -> world.start(count, arn))
        .satisfies(isError("InsufficientEncryptionPolicyException"));
  }

  @Test
  void nothingIsLostOrDoubledAcrossStarts(@TempDir Path folder) {
    var clock = BulwarkClock.system();
    String arn;
    try (var first = new LakeWorld(Lab.of(folder, clock))) {
      arn = first.store("audit");
      first.lab.client(IamClient.builder()).createUser(r -> r.userName("one"));
      first.lab.cloudTrail.catchUp();
      first.lab.client(IamClient.builder()).createUser(r -> r.userName("two"));
    }
    try (var second = new LakeWorld(Lab.of(folder, clock))) {
      second.lab.client(IamClient.builder()).createUser(r -> r.userName("three"));
      assertThat(
              second.query(
                  "SELECT requestParameters['userName'] AS who, count(*) AS n FROM %s WHERE"
                      + " eventName = 'CreateUser' GROUP BY 1 ORDER BY 1",
                  arn))
          .containsExactly(
              List.of(Map.of("who", "one"), Map.of("n", "1")),
              List.of(Map.of("who", "three"), Map.of("n", "1")),
              List.of(Map.of("who", "two"), Map.of("n", "1")));
    }
  }
}
