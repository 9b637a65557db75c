package dev.bulwark.messaging.sqs;

import static dev.bulwark.messaging.Lab.assertCode;
import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class DeadLettersTest {
  private static final String ARNS = "arn:aws:sqs:us-east-1:123456789012:";

  private final Lab lab = new Lab();
  private final SqsClient sqs = lab.sqs();
  private final String dead = sqs.createQueue(r -> r.queueName("dead")).queueUrl();
  private final String source =
      sqs.createQueue(
              r ->
                  r.queueName("source")
                      .attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, redrive("dead"))))
          .queueUrl();

  @AfterEach
  void close() {
    lab.close();
  }

  private static String redrive(String queue) {
    return "{\"deadLetterTargetArn\":\"" + ARNS + queue + "\",\"maxReceiveCount\":\"2\"}";
  }

  private List<Message> receive(String url) {
    return sqs.receiveMessage(
            r -> r.queueUrl(url).messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  private void bury(String body) {
    sqs.sendMessage(r -> r.queueUrl(source).messageBody(body));
    for (int i = 0; i < 2; i++) {
      assertThat(receive(source)).hasSize(1);
      lab.advance(Duration.ofSeconds(30));
    }
    assertThat(receive(source)).isEmpty();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void aMessageReceivedTooOftenGoesToTheDeadLetterQueueWithItsIdAndAge() {
    bury("poison");
    var letter = receive(dead).getFirst();
    assertThat(letter.body()).isEqualTo("poison");
    assertThat(letter.attributes())
        .containsEntry(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN, ARNS + "source")
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "3");
    assertThat(sqs.listDeadLetterSourceQueuesPaginator(r -> r.queueUrl(dead)).queueUrls())
        .containsExactly(source);
  }

  @Test
  void aTaskMovesDeadLettersBack() {
    bury("poison");
    sqs.startMessageMoveTask(r -> r.sourceArn(ARNS + "dead"));
    await(
        () ->
            sqs.listMessageMoveTasks(r -> r.sourceArn(ARNS + "dead"))
                .results()
                .getFirst()
                .status()
                .equals("COMPLETED"));
    var task = sqs.listMessageMoveTasks(r -> r.sourceArn(ARNS + "dead")).results().getFirst();
    assertThat(task.approximateNumberOfMessagesMoved()).isEqualTo(1);
    assertThat(task.approximateNumberOfMessagesToMove()).isEqualTo(1);
    assertThat(task.taskHandle()).isNull();
    assertThat(receive(source).getFirst().attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")
        .doesNotContainKey(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN);
  }

  @Test
  void aTaskFailsWhereNobodyKnowsWhereAMessageCameFrom() {
    sqs.sendMessage(r -> r.queueUrl(dead).messageBody("direct"));
    sqs.startMessageMoveTask(r -> r.sourceArn(ARNS + "dead"));
    await(
        () ->
            sqs.listMessageMoveTasks(r -> r.sourceArn(ARNS + "dead"))
                .results()
                .getFirst()
                .status()
                .equals("FAILED"));
    assertThat(
            sqs.listMessageMoveTasks(r -> r.sourceArn(ARNS + "dead"))
                .results()
                .getFirst()
                .failureReason())
        .isEqualTo("CouldNotDetermineMessageSource");
    assertThat(receive(dead)).hasSize(1);
  }

  @Test
  void aSlowTaskCanBeCancelled() {
    for (int i = 0; i < 5; i++) {
      sqs.sendMessage(r -> r.queueUrl(dead).messageBody("x"));
    }
    var other = sqs.createQueue(r -> r.queueName("other")).queueUrl();
    var handle =
        sqs.startMessageMoveTask(
                r ->
                    r.sourceArn(ARNS + "dead")
                        .destinationArn(ARNS + "other")
                        .maxNumberOfMessagesPerSecond(1))
            .taskHandle();
    assertFails(
        "InvalidParameterValue: There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        () -> sqs.startMessageMoveTask(r -> r.sourceArn(ARNS + "dead")));
    sqs.cancelMessageMoveTask(r -> r.taskHandle(handle));
    await(
        () ->
            sqs.listMessageMoveTasks(r -> r.sourceArn(ARNS + "dead"))
                .results()
                .getFirst()
                .status()
                .equals("CANCELLED"));
    var moved =
        sqs.listMessageMoveTasks(r -> r.sourceArn(ARNS + "dead"))
            .results()
            .getFirst()
            .approximateNumberOfMessagesMoved();
    assertThat(
            sqs.getQueueAttributes(r -> r.queueUrl(other).attributeNames(QueueAttributeName.ALL))
                .attributes()
                .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
        .isEqualTo(Long.toString(moved));
  }

  @Test
  void onlyDeadLetterQueuesCanBeRedriven() {
    assertCode(
        "InvalidParameterValue", () -> sqs.startMessageMoveTask(r -> r.sourceArn(ARNS + "source")));
    assertCode(
        "ResourceNotFoundException",
        () -> sqs.startMessageMoveTask(r -> r.sourceArn(ARNS + "nope")));
  }

  @Test
  void aDeadLetterQueueHasToExistAndToAgree() {
    assertCode(
        "InvalidParameterValue",
        () ->
            sqs.createQueue(
                r ->
                    r.queueName("q")
                        .attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, redrive("nope")))));
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(dead)
                .attributes(
                    Map.of(
                        QueueAttributeName.REDRIVE_ALLOW_POLICY,
                        "{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\""
                            + ARNS
                            + "chosen\"]}")));
    assertCode(
        "InvalidParameterValue",
        () ->
            sqs.createQueue(
                r ->
                    r.queueName("q")
                        .attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, redrive("dead")))));
    sqs.createQueue(
        r ->
            r.queueName("chosen")
                .attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, redrive("dead"))));
  }
}
