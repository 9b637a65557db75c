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
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Buses with a customer's key of KMS. */
class BusKeysTest {
  private static final String QUEUES = "arn:aws:sqs:us-east-1:123456789012:";
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
}
