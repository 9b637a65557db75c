package dev.bulwark.messaging.eventbridge;

import static dev.bulwark.messaging.Lab.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Lab;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.DescribeReplayResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Buses with a customer's key of KMS. */
class BusKeysTest {
  private static final String QUEUES = "arn:aws:sqs:us-east-1:123456789012:";
  private static final String BUS = "arn:aws:events:us-east-1:123456789012:event-bus/secret";
  private static final String KEY_POLICY =
      """
      {"Version":"2012-10-17","Statement":[
       {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"},
       {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":"*",
        "Condition":{"StringEquals":{"aws:SourceAccount":"123456789012",
         "kms:EncryptionContext:aws:events:event-bus:arn":"arn:aws:events:us-east-1:123456789012:event-bus/secret"}}}]}""";

  private final Lab lab = new Lab();
  private final EventBridgeClient events = lab.events();

  @AfterEach
  void close() {
    lab.close();
  }

  private String queue(String name) {
    return lab.sqs()
        .createQueue(
            r ->
                r.queueName(name)
                    .attributes(
                        Map.of(
                            QueueAttributeName.POLICY,
                            """
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}""")))
        .queueUrl();
  }

  private String key() {
    return lab.kms().createKey(r -> r.policy(KEY_POLICY)).keyMetadata().arn();
  }

  private void put() {
    var answer =
        events.putEvents(
            r ->
                r.entries(
                    PutEventsRequestEntry.builder()
                        .eventBusName("secret")
                        .source("shop")
                        .detailType("Order")
                        .detail("{\"n\":1}")
                        .build()));
    assertThat(answer.failedEntryCount()).isZero();
  }

  private List<Message> receive(String url) {
    return lab.sqs()
        .receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20).messageAttributeNames("All"))
        .messages();
  }

  /** A message, which is gone then. */
  private Message take(String url) {
    var message = receive(url).getFirst();
    lab.sqs().deleteMessage(r -> r.queueUrl(url).receiptHandle(message.receiptHandle()));
    return message;
  }

  private void bus(String key) {
    events.createEventBus(
        r ->
            r.name("secret")
                .kmsKeyIdentifier(key)
                .deadLetterConfig(d -> d.arn(QUEUES + "letters")));
    events.putRule(r -> r.name("r").eventBusName("secret").eventPattern("{\"source\":[\"shop\"]}"));
    events.putTargets(
        r ->
            r.rule("r")
                .eventBusName("secret")
                .targets(Target.builder().id("q").arn(QUEUES + "q").build()));
  }

  @Test
  void eventsGoUnderTheKeyAndWhereItIsDisabledIntoTheDeadLetterQueueOfTheBus() {
    var queue = queue("q");
    var letters = queue("letters");
    var key = key();
    bus(key);
    assertThat(events.describeEventBus(r -> r.name("secret")).kmsKeyIdentifier()).isEqualTo(key);
    put();
    assertThat(Json.parse(receive(queue).getFirst().body()).orElseThrow().at("/detail/n").asInt())
        .isEqualTo(1);

    lab.kms().disableKey(r -> r.keyId(key));
    // A data key is used for five minutes.
    lab.advance(Duration.ofMinutes(6));
    put();
    var letter = receive(letters).getFirst();
    assertThat(Json.parse(letter.body()).orElseThrow().at("/detail/n").asInt()).isEqualTo(1);
    assertThat(letter.messageAttributes().get("ERROR_CODE").stringValue())
        .isEqualTo("DisabledException");

    events.updateEventBus(r -> r.name("secret").kmsKeyIdentifier(""));
    assertThat(events.describeEventBus(r -> r.name("secret")).kmsKeyIdentifier()).isNull();
    put();
    assertThat(receive(queue)).hasSize(1);
  }

  @Test
  void keysThatDoNotLetEventBridgeInAreRefused() {
    var closed = lab.kms().createKey().keyMetadata().arn();
    assertCode(
        "ValidationException",
        () -> events.createEventBus(r -> r.name("secret").kmsKeyIdentifier(closed)));
    assertCode(
        "ValidationException",
        () -> events.createEventBus(r -> r.name("other").kmsKeyIdentifier(key())));
  }

  private String archive(String key) {
    return events
        .createArchive(
            r -> r.archiveName("kept").eventSourceArn(BUS).kmsKeyIdentifier(key).retentionDays(10))
        .archiveArn();
  }

  private DescribeReplayResponse replay(String name, String archive) {
    events.startReplay(
        r ->
            r.replayName(name)
                .eventSourceArn(archive)
                .eventStartTime(lab.clock.instant().minus(Duration.ofDays(1)))
                .eventEndTime(lab.clock.instant().plusSeconds(10))
                .destination(d -> d.arn(BUS)));
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    var replay = events.describeReplay(r -> r.replayName(name));
    while (replay.replayEndTime() == null) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
      replay = events.describeReplay(r -> r.replayName(name));
    }
    return replay;
  }

  private long count() {
    return events.describeArchive(r -> r.archiveName("kept")).eventCount();
  }

  @Test
  void archivesKeepEventsUnderTheirKey() {
    var queue = queue("q");
    var letters = queue("letters");
    var key = key();
    bus("");
    var archive = archive(key);
    assertThat(events.describeArchive(r -> r.archiveName("kept")).kmsKeyIdentifier())
        .isEqualTo(key);
    put();
    assertThat(count()).isEqualTo(1);
    take(queue);
    assertThat(replay("works", archive).stateAsString()).isEqualTo("COMPLETED");
    take(queue);

    lab.kms().disableKey(r -> r.keyId(key));
    lab.advance(Duration.ofMinutes(6));
    var failed = replay("fails", archive);
    assertThat(failed.stateAsString()).isEqualTo("FAILED");
    assertThat(failed.stateReason()).contains(key + " is disabled");
    put();
    // Targets are told all the same.
    take(queue);
    assertThat(count()).isEqualTo(1);
    assertThat(receive(letters).getFirst().messageAttributes().get("ERROR_CODE").stringValue())
        .isEqualTo("DisabledException");

    // What is not said stays; an empty text takes the key away, for what is to come.
    events.updateArchive(r -> r.archiveName("kept").description("without a key"));
    assertThat(events.describeArchive(r -> r.archiveName("kept")).kmsKeyIdentifier())
        .isEqualTo(key);
    events.updateArchive(r -> r.archiveName("kept").kmsKeyIdentifier(""));
    assertThat(events.describeArchive(r -> r.archiveName("kept")).kmsKeyIdentifier()).isNull();
    put();
    take(queue);
    assertThat(count()).isEqualTo(2);
    assertThat(replay("stillFails", archive).stateAsString()).isEqualTo("FAILED");

    lab.kms().enableKey(r -> r.keyId(key));
    assertThat(replay("worksAgain", archive).stateAsString()).isEqualTo("COMPLETED");
    take(queue);
    take(queue);
    lab.advance(Duration.ofDays(11));
    lab.events.sweep();
    assertThat(events.describeArchive(r -> r.archiveName("kept")).sizeBytes()).isZero();
  }

  @Test
  void archivesRefuseKeysThatDoNotLetEventBridgeIn() {
    bus("");
    var closed = lab.kms().createKey().keyMetadata().arn();
    assertCode("ValidationException", () -> archive(closed));
    archive("");
    assertCode(
        "ValidationException",
        () -> events.updateArchive(r -> r.archiveName("kept").kmsKeyIdentifier(closed)));
  }

  @Test
  void eventsFromOtherBusesGoUnderTheKey() {
    queue("q");
    var letters = queue("letters");
    var key = key();
    bus(key);
    events.createEventBus(r -> r.name("open"));
    events.putRule(r -> r.name("on").eventBusName("open").eventPattern("{\"source\":[\"shop\"]}"));
    events.putTargets(
        r ->
            r.rule("on")
                .eventBusName("open")
                .targets(
                    Target.builder()
                        .id("b")
                        .arn(BUS)
                        .retryPolicy(policy -> policy.maximumRetryAttempts(0))
                        .deadLetterConfig(d -> d.arn(QUEUES + "letters"))
                        .build()));
    lab.kms().disableKey(r -> r.keyId(key));
    lab.advance(Duration.ofMinutes(6));
    events.putEvents(
        r ->
            r.entries(e -> e.eventBusName("open").source("shop").detailType("Order").detail("{}")));
    assertThat(receive(letters).getFirst().messageAttributes().get("ERROR_CODE").stringValue())
        .isEqualTo("DisabledException");
  }
}
