package dev.bulwark.audit.cloudtrail;

import static dev.bulwark.audit.cloudtrail.LakeWorld.isError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import dev.bulwark.audit.cloudtrail.DataClient.Event;
import dev.bulwark.base.BulwarkClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudtrail.model.AdvancedEventSelector;
import software.amazon.awssdk.services.cloudtrail.model.Destination;
import software.amazon.awssdk.services.cloudtrail.model.Tag;
import software.amazon.awssdk.services.iam.IamClient;

/** Channels, and the events that come through them. */
final class ChannelsTest {
  private static final String WHO =
      "SELECT eventData.userIdentity.principalId AS who, eventData.requestParameters['n'] AS n FROM"
          + " %s ORDER BY 2";

  @AutoClose private final LakeWorld world = new LakeWorld(new Lab());
  private final DataClient data = new DataClient(world.lab, Lab.ROOT);

  private static String store(LakeWorld world) {
    return world
        .trails
        .createEventDataStore(
            r ->
                r.name("elsewhere")
                    .advancedEventSelectors(
                        AdvancedEventSelector.builder()
                            .fieldSelectors(
                                f -> f.field("eventCategory").equalsValue("ActivityAuditLog"))
                            .build()))
        .eventDataStoreArn();
  }

  private static Destination to(String store) {
    return Destination.builder().type("EVENT_DATA_STORE").location(store).build();
  }

  private static String channel(LakeWorld world, String store) {
    return world
        .trails
        .createChannel(r -> r.name("own").source("Custom").destinations(to(store)))
        .channelArn();
  }

  private static Event event(String id, int n) {
    return new Event(id, json(n));
  }

  private static String json(int n) {
    return """
    {"version": "1.0", "userIdentity": {"type": "CustomUser", "principalId": "carol",
      "details": {"team": "red"}}, "eventSource": "shop.example.com", "eventName": "Order",
     "eventTime": "2026-11-26T03:40:38Z", "UID": "u-%1$d", "recipientAccountId": "123456789012",
     "requestParameters": {"n": %1$d}}\
    """
        .formatted(n);
  }

  @Test
  void channelsAreMadeChangedAndDeleted() {
    var store = store(world);
    var trails = world.trails;
    var made =
        trails.createChannel(
            r ->
                r.name("own")
                    .source("Custom")
                    .destinations(to(store))
                    .tags(Tag.builder().key("team").value("red").build()));
    var arn = made.channelArn();
    assertThat(arn).matches("arn:aws:cloudtrail:us-east-1:123456789012:channel/[a-f0-9-]{36}");
    assertThat(trails.getChannel(r -> r.channel(arn)).destinations()).containsExactly(to(store));
    assertThat(trails.listChannels(r -> {}).channels())
        .extracting(found -> found.name())
        .containsExactly("own");
    assertThat(trails.listTags(r -> r.resourceIdList(arn)).resourceTagList().getFirst().tagsList())
        .extracting(Tag::value)
        .containsExactly("red");
    assertThat(trails.updateChannel(r -> r.channel(arn).name("renamed")).name())
        .isEqualTo("renamed");
    assertThatThrownBy(
            () ->
                trails.createChannel(
                    r -> r.name("renamed").source("Custom").destinations(to(store))))
        .satisfies(isError("ChannelAlreadyExistsException"));
    assertThatThrownBy(
            () -> trails.createChannel(r -> r.name("odd").source("Nobody").destinations(to(store))))
        .satisfies(isError("InvalidSourceException"));
    var calls = world.store("calls");
    assertThatThrownBy(
            () -> trails.createChannel(r -> r.name("odd").source("Okta").destinations(to(calls))))
        .satisfies(isError("InvalidEventDataStoreCategoryException"));
    trails.updateEventDataStore(r -> r.eventDataStore(store).terminationProtectionEnabled(false));
    assertThatThrownBy(() -> trails.deleteEventDataStore(r -> r.eventDataStore(store)))
        .satisfies(isError("ChannelExistsForEDSException"));
    trails.deleteChannel(r -> r.channel(arn));
    assertThatThrownBy(() -> trails.getChannel(r -> r.channel(arn)))
        .satisfies(isError("ChannelNotFoundException"));
    trails.deleteEventDataStore(r -> r.eventDataStore(store));
  }

  @Test
  void eventsAreCheckedAndKeptOnce() {
    var store = store(world);
    var channel = channel(world, store);
    var answer =
        data.put(
            channel,
            event("one", 1),
            event("two", 2),
            new Event("w1", "[]"),
            new Event("w2", json(1).replace("\"UID\"", "\"id\"")),
            new Event("w3", json(1).replace("123456789012", "999999999999")),
            new Event("w4", json(1), "bm9uZQ=="),
            new Event("w5", json(1).replace("Order", "x".repeat(300))),
            new Event("w6", json(1).replace("2026-11-26T03", "yesterday")),
            new Event("w7", json(1).replace("2026-11-26T03", "+12345-11-26T03")),
            new Event("w8", json(1).replace("Order", "\\ud800")));
    assertThat(answer.failed())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "w1", "InvalidData",
                "w2", "FieldNotFound",
                "w3", "InvalidRecipient",
                "w4", "InvalidChecksum",
                "w5", "FieldTooLong",
                "w6", "InvalidData",
                "w7", "InvalidData",
                "w8", "InvalidData"));
    assertThat(answer.successful("id")).containsExactly("one", "two");
    assertThat(world.query(WHO, store)).hasSize(2);
    var again = data.put(channel, event("two", 2), event("three", 3));
    assertThat(again.successful("eventID").getFirst())
        .isEqualTo(answer.successful("eventID").getLast());
    assertThat(world.query(WHO, store))
        .containsExactly(
            List.of(Map.of("who", "carol"), Map.of("n", "1")),
            List.of(Map.of("who", "carol"), Map.of("n", "2")),
            List.of(Map.of("who", "carol"), Map.of("n", "3")));
    assertThat(
            world
                .trails
                .getChannel(r -> r.channel(channel))
                .ingestionStatus()
                .latestIngestionSuccessEventID())
        .isEqualTo(again.successful("eventID").getLast());
    assertThat(data.put(channel, event("one", 1), event("one", 2)).error())
        .startsWith("DuplicatedAuditEventId");
    assertThat(data.put(channel.substring(0, channel.length() - 1), event("one", 1)).error())
        .startsWith("ChannelNotFound");
    assertThat(data.put("arn:aws:s3:::bucket", event("one", 1)).error())
        .startsWith("InvalidChannelARN");
  }

  @Test
  void policiesDecide() {
    var channel = channel(world, store(world));
    var iam = world.lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("app"));
    var key = iam.createAccessKey(r -> r.userName("app")).accessKey();
    var app =
        new DataClient(
            world.lab, AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()));
    assertThat(app.put(channel, event("one", 1)).error()).startsWith("AccessDenied");
    world.trails.putResourcePolicy(
        r ->
            r.resourceArn(channel)
                .resourcePolicy(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                      "Principal": {"AWS": "arn:aws:iam::123456789012:user/app"},
                      "Action": "cloudtrail-data:PutAuditEvents", "Resource": "%s",
                      "Condition": {"StringEquals": {"cloudtrail:ExternalId": "partner-1"}}}]}\
                    """
                        .formatted(channel)));
    assertThat(app.put(channel, event("one", 1)).error()).startsWith("AccessDenied");
    assertThat(app.put(channel, "partner-1", event("one", 1)).successful("id"))
        .containsExactly("one");
  }

  @Test
  void whatIsAcknowledgedOutlivesTheProcess(@TempDir Path folder) {
    var clock = BulwarkClock.system();
    String store;
    try (var first = new LakeWorld(Lab.of(folder, clock))) {
      store = store(first);
      var channel = channel(first, store);
      new DataClient(first.lab, Lab.ROOT).put(channel, event("one", 1));
    }
    try (var second = new LakeWorld(Lab.of(folder, clock))) {
      assertThat(second.query(WHO, store))
          .containsExactly(List.of(Map.of("who", "carol"), Map.of("n", "1")));
    }
  }
}
