package dev.bulwark.messaging.sns;

import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Lab;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Subscribers that do not answer, and what becomes of the others and of what waits for them. */
class DeadSubscribersTest {
  private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:t";
  private static final String QUEUES = "arn:aws:sqs:us-east-1:123456789012:";
  private static final int MESSAGES = 20;

  private final Lab lab = new Lab();
  private final SnsClient sns = lab.sns();
  private final SqsClient sqs = lab.sqs();

  @BeforeEach
  void topic() {
    sns.createTopic(r -> r.name("t"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String queue(String name) {
    return sqs.createQueue(
            r ->
                r.queueName(name)
                    .attributes(
                        Map.of(
                            QueueAttributeName.POLICY,
                            """
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}""")))
        .queueUrl();
  }

  private void subscribe(String url, String letters) {
    sns.subscribe(
        r ->
            r.topicArn(TOPIC)
                .protocol("http")
                .endpoint(url)
                .attributes(
                    Map.of(
                        "RawMessageDelivery",
                        "true",
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"" + QUEUES + letters + "\"}")));
  }

  private void confirm(String question) {
    lab.follow(Json.parseObject(question).orElseThrow().path("SubscribeURL").stringValue());
  }

  private void publish(int messages) {
    for (int i = 0; i < messages; i++) {
      var message = "m" + i;
      sns.publish(r -> r.topicArn(TOPIC).message(message));
    }
  }

  /** Lets time pass until that many different messages are in a queue. */
  private Set<String> letters(String url, int expected) {
    var found = new HashSet<String>();
    while (found.size() < expected) {
      lab.advance(Duration.ofSeconds(1));
      sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10).visibilityTimeout(43_200))
          .messages()
          .forEach(message -> found.add(message.body()));
    }
    return found;
  }

  @Test
  void nobodyWaitsForTheDead() throws Exception {
    var lettersOfSilent = queue("silent");
    var lettersOfFull = queue("full");
    var lettersOfBroken = queue("broken");
    var told = queue("told");
    try (var silent = new DeadServer(true);
        var full = new DeadServer(false);
        var broken = new WebSubscriber();
        var well = new WebSubscriber()) {
      subscribe(silent.url(), "silent");
      confirm(silent.answered());
      subscribe(full.url(), "full");
      confirm(full.answered());
      subscribe(broken.url(), "broken");
      confirm(broken.next().body());
      broken.status = 500;
      sns.subscribe(r -> r.topicArn(TOPIC).protocol("sqs").endpoint(QUEUES + "told"));
      subscribe(well.url(), "told");
      confirm(well.next().body());

      publish(MESSAGES);
      var bodies = new HashSet<String>();
      for (int i = 0; i < MESSAGES; i++) {
        bodies.add(well.next().body());
      }
      assertThat(bodies).hasSize(MESSAGES);
      assertThat(silent.held()).isPositive();
      assertThat(letters(told, MESSAGES)).hasSize(MESSAGES);

      silent.close();
      full.close();
      for (var url : new String[] {lettersOfSilent, lettersOfFull, lettersOfBroken}) {
        assertThat(letters(url, MESSAGES)).isEqualTo(bodies);
      }
      assertThat(
              lab.metrics.values(
                  "AWS/SNS", "NumberOfNotificationsFailed", Map.of("TopicName", "t")))
          .hasSizeGreaterThanOrEqualTo(3 * MESSAGES);
      assertThat(
              lab.metrics.values(
                  "AWS/SNS", "NumberOfNotificationsRedrivenToDlq", Map.of("TopicName", "t")))
          .hasSize(3 * MESSAGES);
    }
  }

  @Test
  void whereTooMuchWaitsPublicationsAreRefusedUntilThereIsRoom() throws Exception {
    var letters = queue("letters");
    int most = (int) Lab.LIMITS.lane();
    try (var silent = new DeadServer(true)) {
      subscribe(silent.url(), "letters");
      confirm(silent.answered());
      publish(most);
      assertFails("Throttling: Rate exceeded", () -> publish(1));
      assertFails(
          "Throttling: Rate exceeded",
          () ->
              sns.publishBatch(
                  r -> r.topicArn(TOPIC).publishBatchRequestEntries(e -> e.id("1").message("x"))));
      lab.metrics.readAll();
      assertThat(
              lab.metrics.values("Bulwark/SNS", "NotificationsWaiting", Map.of("TopicName", "t")))
          .containsExactly((double) most);
      // Others are not concerned.
      sns.createTopic(r -> r.name("other"));
      sns.publish(r -> r.topicArn(TOPIC.replace(":t", ":other")).message("x"));
    }
    assertThat(letters(letters, most)).hasSize(most);
    publish(1);
  }
}
