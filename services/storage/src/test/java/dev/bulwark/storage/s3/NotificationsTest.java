package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.events.BusEvent;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Event;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;

final class NotificationsTest {
  private static final String QUEUE = "arn:aws:sqs:us-east-1:123456789012:news";
  private static final String SHUT = "arn:aws:sqs:us-east-1:123456789012:shut";

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

  private static QueueConfiguration queue(String arn, String prefix, String... events) {
    return QueueConfiguration.builder()
        .id("all")
        .queueArn(arn)
        .eventsWithStrings(events)
        .filter(f -> f.key(k -> k.filterRules(r -> r.name("prefix").value(prefix))))
        .build();
  }

  private void configure(QueueConfiguration... queues) {
    s3.putBucketNotificationConfiguration(
        b -> b.bucket("shelf").notificationConfiguration(c -> c.queueConfigurations(queues)));
  }

  /** The messages since the last look; the first of a configuration is S3's test. */
  private List<String> messages() {
    return lab.delivered();
  }

  @Test
  void whatWasPutComesBackAfterATestOfTheQueue() {
    assertThat(
            s3.getBucketNotificationConfiguration(b -> b.bucket("shelf")).hasQueueConfigurations())
        .isFalse();
    var wanted = queue(QUEUE, "in/", "s3:ObjectCreated:*");
    configure(wanted);
    assertThat(s3.getBucketNotificationConfiguration(b -> b.bucket("shelf")).queueConfigurations())
        .containsExactly(wanted);
    assertThat(messages())
        .singleElement()
        .asString()
        .contains("\"Event\":\"s3:TestEvent\"")
        .contains("\"Bucket\":\"shelf\"");
    configure();
    assertThat(
            s3.getBucketNotificationConfiguration(b -> b.bucket("shelf")).hasQueueConfigurations())
        .isFalse();
  }

  @Test
  void changesOfObjectsAreTold() {
    configure(
        queue(QUEUE, "in/", "s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:Put"));
    messages();
    s3.putObject(b -> b.bucket("shelf").key("in/a b"), RequestBody.fromString("12345"));
    s3.putObject(b -> b.bucket("shelf").key("other"), RequestBody.fromString("1"));
    assertThat(messages())
        .singleElement()
        .asString()
        .contains("\"eventName\":\"ObjectCreated:Put\"")
        .contains("\"configurationId\":\"all\"")
        .contains("\"arn\":\"arn:aws:s3:::shelf\"")
        .contains("\"key\":\"in%2Fa+b\"")
        .contains("\"size\":5")
        .contains("\"eTag\":\"827ccb0eea8a706c4c34a16891f84e7b\"")
        .contains("\"sourceIPAddress\":\"203.0.113.7\"")
        .doesNotContain("versionId");
    s3.copyObject(
        b -> b.copySource("shelf/other").destinationBucket("shelf").destinationKey("in/c"));
    s3.putObjectTagging(
        b -> b.bucket("shelf").key("in/c").tagging(t -> t.tagSet(g -> g.key("a").value("b"))));
    s3.deleteObject(b -> b.bucket("shelf").key("in/c"));
    s3.deleteObject(b -> b.bucket("shelf").key("in/c"));
    assertThat(messages())
        .extracting(NotificationsTest::name)
        .containsExactly("ObjectCreated:Copy", "ObjectTagging:Put", "ObjectRemoved:Delete");
    s3.putBucketVersioning(
        b -> b.bucket("shelf").versioningConfiguration(c -> c.status("Enabled")));
    s3.deleteObjects(b -> b.bucket("shelf").delete(d -> d.objects(o -> o.key("in/a b"))));
    assertThat(messages())
        .singleElement()
        .asString()
        .contains("ObjectRemoved:DeleteMarkerCreated")
        .contains("\"versionId\":\"");
  }

  private static String name(String message) {
    int start = message.indexOf("\"eventName\":\"") + 13;
    return message.substring(start, message.indexOf('"', start));
  }

  @Test
  void whatLifecyclesDoIsTold() {
    configure(queue(QUEUE, "", "s3:LifecycleExpiration:*"));
    s3.putBucketLifecycleConfiguration(
        b ->
            b.bucket("shelf")
                .lifecycleConfiguration(
                    c ->
                        c.rules(
                            r ->
                                r.status("Enabled")
                                    .filter(f -> f.prefix(""))
                                    .expiration(e -> e.days(1)))));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
    messages();
    lab.pass(Duration.ofDays(2));
    assertThat(messages())
        .extracting(NotificationsTest::name)
        .containsExactly("LifecycleExpiration:Delete");
  }

  @Test
  void queuesThatDoNotTakeMessagesAreRefused() {
    assertThatThrownBy(() -> configure(queue(SHUT, "", "s3:ObjectCreated:*")))
        .hasMessageContaining("Unable to validate the following destination configurations");
    s3.putBucketNotificationConfiguration(
        b ->
            b.bucket("shelf")
                .skipDestinationValidation(true)
                .notificationConfiguration(
                    c -> c.queueConfigurations(queue(SHUT, "", "s3:ObjectCreated:*"))));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
    assertThat(messages()).isEmpty();
    // What a queue refuses is tried again, while the others get theirs.
    lab.openQueues();
    assertThat(messages()).isEmpty();
    lab.clock.advance(Duration.ofSeconds(11));
    assertThat(messages()).extracting(NotificationsTest::name).containsExactly("ObjectCreated:Put");
  }

  @Test
  void messagesThatARefusingQueueDoesNotTakeForADayAreLost() {
    s3.putBucketNotificationConfiguration(
        b ->
            b.bucket("shelf")
                .skipDestinationValidation(true)
                .notificationConfiguration(
                    c -> c.queueConfigurations(queue(SHUT, "", "s3:ObjectCreated:*"))));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
    messages();
    lab.clock.advance(Duration.ofHours(25));
    messages();
    lab.openQueues();
    lab.clock.advance(Duration.ofHours(25));
    assertThat(messages()).isEmpty();
  }

  @Test
  void eventBridgeIsToldOfEverything() {
    s3.putBucketNotificationConfiguration(
        b -> b.bucket("shelf").notificationConfiguration(c -> c.eventBridgeConfiguration(e -> {})));
    assertThat(
            s3.getBucketNotificationConfiguration(b -> b.bucket("shelf"))
                .eventBridgeConfiguration())
        .isNotNull();
    s3.putObject(
        b -> b.bucket("shelf").key("a b").storageClass("GLACIER"), RequestBody.fromString("12345"));
    s3.putObjectTagging(
        b -> b.bucket("shelf").key("a b").tagging(t -> t.tagSet(g -> g.key("a").value("b"))));
    s3.restoreObject(b -> b.bucket("shelf").key("a b").restoreRequest(r -> r.days(1)));
    s3.deleteObject(b -> b.bucket("shelf").key("a b"));
    messages();
    assertThat(lab.busEvents())
        .extracting(BusEvent::detailType)
        .containsExactly(
            "Object Created", "Object Tags Added", "Object Restore Initiated", "Object Deleted");
    var created = lab.busEvents().getFirst();
    assertThat(created.accountId()).isEqualTo(Lab.ACCOUNT);
    assertThat(created.resources()).containsExactly("arn:aws:s3:::shelf");
    assertThat(created.detail())
        .contains("\"bucket\":{\"name\":\"shelf\"}")
        .contains("\"key\":\"a b\",\"size\":5,\"etag\":\"827ccb0eea8a706c4c34a16891f84e7b\"")
        .contains("\"requester\":\"" + Lab.ACCOUNT + "\"")
        .contains("\"source-ip-address\":\"203.0.113.7\"")
        .contains("\"reason\":\"PutObject\"");
    assertThat(lab.busEvents().getLast().detail())
        .contains("\"deletion-type\":\"Permanently Deleted\"");
    lab.clock.advance(Duration.ofHours(6));
    messages();
    assertThat(lab.busEvents().getLast().detailType()).isEqualTo("Object Restore Completed");
    assertThat(lab.busEvents().getLast().detail()).contains("\"restore-expiry-time\":\"");
  }

  @Test
  void configurationsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(
            () ->
                configure(
                    queue("arn:aws:sqs:eu-west-1:123456789012:news", "", "s3:ObjectCreated:*")))
        .hasMessageContaining("service region is not valid for the bucket location constraint");
    assertThatThrownBy(
            () ->
                configure(
                    queue(QUEUE, "a", "s3:ObjectCreated:*").toBuilder().id("same").build(),
                    queue(QUEUE, "b", "s3:ObjectCreated:*").toBuilder().id("same").build()))
        .hasMessageContaining("IDs must be unique");
    assertThatThrownBy(
            () ->
                configure(
                    IntStream.range(0, 101)
                        .mapToObj(i -> queue(QUEUE, i + "/", "s3:ObjectCreated:*"))
                        .toArray(QueueConfiguration[]::new)))
        .hasMessageContaining("at most 100");
    assertThatThrownBy(() -> configure(queue(QUEUE, "", "s3:ObjectEaten:*")))
        .hasMessageContaining("is not supported for notifications");
    assertThatThrownBy(
            () ->
                configure(queue("arn:aws:sns:us-east-1:123456789012:t", "", "s3:ObjectCreated:*")))
        .hasMessageContaining("The ARN could not be parsed");
    assertThatThrownBy(
            () ->
                configure(
                    queue(QUEUE, "a", "s3:ObjectCreated:*"),
                    queue(QUEUE, "ab", "s3:ObjectCreated:Put").toBuilder().id("b").build()))
        .hasMessageContaining("Configurations overlap");
    assertCode(
        "NotImplemented",
        () ->
            s3.putBucketNotificationConfiguration(
                b ->
                    b.bucket("shelf")
                        .notificationConfiguration(
                            c ->
                                c.lambdaFunctionConfigurations(
                                    l ->
                                        l.lambdaFunctionArn(
                                                "arn:aws:lambda:us-east-1:123456789012:function:f")
                                            .events(Event.S3_OBJECT_CREATED)))));
    var reader = lab.user(Lab.ACCOUNT, "reader", Lab.allow("s3:GetBucket*", "*"));
    assertCode(
        "AccessDenied",
        () ->
            reader.putBucketNotificationConfiguration(
                b -> b.bucket("shelf").notificationConfiguration(c -> {})));
  }
}
