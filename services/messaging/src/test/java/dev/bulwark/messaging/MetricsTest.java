package dev.bulwark.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What queues, topics and rules tell of themselves. */
final class MetricsTest {
  private static final Map<String, String> JOBS = Map.of("QueueName", "jobs");
  private static final Map<String, String> NEWS = Map.of("TopicName", "news");

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private String queue(String name) {
    var sqs = lab.sqs();
    var policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"sns.amazonaws.com\",\"events.amazonaws.com\"]},\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}}";
    return sqs.createQueue(
            r -> r.queueName(name).attributes(Map.of(QueueAttributeName.POLICY, policy)))
        .queueUrl();
  }

  private static String arn(String service, String name) {
    return "arn:aws:" + service + ":us-east-1:" + Lab.ACCOUNT + ":" + name;
  }

  @Test
  void queuesCountMessagesAndTellTheirLengths() {
    var sqs = lab.sqs();
    var url = queue("jobs");
    sqs.receiveMessage(r -> r.queueUrl(url));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("12345"));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("late").delaySeconds(60));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("ready"));
    var received = sqs.receiveMessage(r -> r.queueUrl(url)).messages().getFirst();
    lab.clock.advance(Duration.ofSeconds(20));
    lab.metrics.readAll();
    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(received.receiptHandle()));

    assertThat(of("NumberOfEmptyReceives")).containsExactly(1.0);
    assertThat(of("NumberOfMessagesSent")).containsExactly(1.0, 1.0, 1.0);
    assertThat(of("SentMessageSize")).containsExactly(5.0, 4.0, 5.0);
    assertThat(of("NumberOfMessagesReceived")).containsExactly(1.0);
    assertThat(of("NumberOfMessagesDeleted")).containsExactly(1.0);
    assertThat(of("ApproximateNumberOfMessagesVisible")).containsExactly(1.0);
    assertThat(of("ApproximateNumberOfMessagesNotVisible")).containsExactly(1.0);
    assertThat(of("ApproximateNumberOfMessagesDelayed")).containsExactly(1.0);
    assertThat(of("ApproximateAgeOfOldestMessage")).hasSize(1).allMatch(age -> age >= 20);
  }

  @Test
  void queuesThatNobodyUsesTellNoLength() {
    queue("jobs");
    lab.clock.advance(Duration.ofHours(7));
    lab.metrics.readAll();

    assertThat(of("ApproximateNumberOfMessagesVisible")).isEmpty();
  }

  private List<Double> of(String name) {
    return lab.metrics.values("AWS/SQS", name, JOBS);
  }

  @Test
  void topicsCountWhatBecomesOfMessages() {
    var sns = lab.sns();
    queue("jobs");
    queue("letters");
    var nowhere = queue("nowhere");
    var topic = sns.createTopic(r -> r.name("news")).topicArn();
    sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(arn("sqs", "jobs")));
    sns.subscribe(
        r ->
            r.topicArn(topic)
                .protocol("sqs")
                .endpoint(arn("sqs", "letters"))
                .attributes(Map.of("FilterPolicy", "{\"kind\":[\"urgent\"]}")));
    sns.subscribe(
        r ->
            r.topicArn(topic)
                .protocol("sqs")
                .endpoint(arn("sqs", "nowhere"))
                .attributes(
                    Map.of(
                        "RedrivePolicy",
                        "{\"deadLetterTargetArn\":\"" + arn("sqs", "letters") + "\"}")));

    lab.sqs().deleteQueue(r -> r.queueUrl(nowhere));

    sns.publish(r -> r.topicArn(topic).message("0123456789"));

    assertThat(ofTopic("NumberOfMessagesPublished")).containsExactly(1.0);
    assertThat(ofTopic("PublishSize")).containsExactly(10.0);
    assertThat(ofTopic("NumberOfNotificationsDelivered")).containsExactly(1.0);
    assertThat(ofTopic("NumberOfNotificationsFilteredOut")).containsExactly(1.0);
    assertThat(ofTopic("NumberOfNotificationsFilteredOut-NoMessageAttributes"))
        .containsExactly(1.0);
    assertThat(ofTopic("NumberOfNotificationsFailed")).containsExactly(1.0);
    assertThat(ofTopic("NumberOfNotificationsRedrivenToDlq")).containsExactly(1.0);
  }

  private List<Double> ofTopic(String name) {
    return lab.metrics.values("AWS/SNS", name, NEWS);
  }

  @Test
  @Timeout(30)
  void rulesCountWhatTheyMatchAndTell() {
    var events = lab.events();
    queue("jobs");
    events.putRule(r -> r.name("orders").eventPattern("{\"source\":[\"shop\"]}"));
    events.putTargets(
        r ->
            r.rule("orders")
                .targets(
                    t -> t.id("1").arn(arn("sqs", "jobs")),
                    t -> t.id("2").arn(arn("sqs", "nowhere"))));

    events.putEvents(r -> r.entries(e -> e.source("shop").detailType("Order").detail("{}")));

    var rule = Map.of("RuleName", "orders");
    while (ofEvents("Invocations", rule).size() < 2) {
      Thread.onSpinWait();
    }
    assertThat(ofEvents("FailedInvocations", rule)).containsExactly(1.0);
    assertThat(ofEvents("SuccessfulInvocationAttempts", rule)).containsExactly(1.0);
    assertThat(ofEvents("MatchedEvents", rule)).containsExactly(1.0);
    assertThat(ofEvents("MatchedEvents", Map.of("EventBusName", "default"))).containsExactly(1.0);
    assertThat(ofEvents("TriggeredRules", Map.of())).containsExactly(1.0);
    assertThat(ofEvents("InvocationsCreated", Map.of())).containsExactly(1.0, 1.0);
    assertThat(ofEvents("IngestionToInvocationStartLatency", rule)).hasSize(2);
    assertThat(ofEvents("PutEventsEntriesCount", Map.of())).containsExactly(1.0);
    assertThat(ofEvents("PutEventsRequestSize", Map.of())).containsExactly(11.0);
  }

  private List<Double> ofEvents(String name, Map<String, String> dimensions) {
    return lab.metrics.values("AWS/Events", name, dimensions);
  }
}
