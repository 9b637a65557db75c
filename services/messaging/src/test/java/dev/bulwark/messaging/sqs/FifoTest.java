package dev.bulwark.messaging.sqs;

import static dev.bulwark.messaging.Lab.assertCode;
import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

class FifoTest {
  private final Lab lab = new Lab();
  private final SqsClient sqs = lab.sqs();
  private final String url =
      sqs.createQueue(
              r -> r.queueName("q.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
          .queueUrl();

  @AfterEach
  void close() {
    lab.close();
  }

  private SendMessageResponse send(String group, String body) {
    return sqs.sendMessage(
        r -> r.queueUrl(url).messageBody(body).messageGroupId(group).messageDeduplicationId(body));
  }

  private List<Message> receive(int most) {
    return sqs.receiveMessage(
            r ->
                r.queueUrl(url)
                    .maxNumberOfMessages(most)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  @Test
  void aGroupIsHandedOutInOrderAndOneAfterTheOther() {
    send("a", "a1");
    send("a", "a2");
    send("b", "b1");
    send("a", "a3");
    var first = receive(2);
    assertThat(first).extracting(Message::body).containsExactly("a1", "a2");
    assertThat(receive(10)).extracting(Message::body).containsExactly("b1");
    assertThat(receive(10)).isEmpty();

    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(first.get(0).receiptHandle()));
    assertThat(receive(10)).isEmpty();
    sqs.changeMessageVisibility(
        r -> r.queueUrl(url).receiptHandle(first.get(1).receiptHandle()).visibilityTimeout(0));
    assertThat(receive(10)).extracting(Message::body).containsExactly("a2", "a3");
  }

  @Test
  void whatIsBeforeTheFirstMessageInFlightCanBeReceived() {
    send("a", "a1");
    send("a", "a2");
    send("a", "a3");
    var first = receive(2);
    sqs.changeMessageVisibility(
        r -> r.queueUrl(url).receiptHandle(first.get(0).receiptHandle()).visibilityTimeout(0));
    assertThat(receive(10)).extracting(Message::body).containsExactly("a1");
  }

  @Test
  void noDelayStandsForTheQueuesDelay() {
    sqs.setQueueAttributes(
        r -> r.queueUrl(url).attributes(Map.of(QueueAttributeName.DELAY_SECONDS, "60")));
    sqs.sendMessage(
        r ->
            r.queueUrl(url)
                .messageBody("later")
                .messageGroupId("a")
                .messageDeduplicationId("1")
                .delaySeconds(0));
    assertThat(receive(10)).isEmpty();
    lab.advance(Duration.ofSeconds(60));
    assertThat(receive(10)).hasSize(1);
  }

  @Test
  void sequenceNumbersGrow() {
    var one = send("a", "1").sequenceNumber();
    var two = send("a", "2").sequenceNumber();
    assertThat(two).hasSize(20).isGreaterThan(one);
    assertThat(receive(1).getFirst().attributes())
        .containsEntry(MessageSystemAttributeName.SEQUENCE_NUMBER, one)
        .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, "a")
        .containsEntry(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID, "1");
  }

  @Test
  void duplicatesAreAcceptedAndDroppedForFiveMinutes() {
    var first = send("a", "same");
    lab.advance(Duration.ofMinutes(5).minusSeconds(1));
    var duplicate = send("a", "same");
    assertThat(duplicate.messageId()).isEqualTo(first.messageId());
    assertThat(duplicate.sequenceNumber()).isEqualTo(first.sequenceNumber());
    var message = receive(10);
    assertThat(message).hasSize(1);
    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(message.getFirst().receiptHandle()));
    send("a", "same");
    assertThat(receive(10)).isEmpty();
    lab.advance(Duration.ofSeconds(2));
    lab.sqs.sweep();
    assertThat(send("a", "same").messageId()).isNotEqualTo(first.messageId());
    assertThat(receive(10)).hasSize(1);
  }

  @Test
  void contentsCanStandForDeduplicationIdsAndGroupsForQueues() {
    var queue =
        sqs.createQueue(
                r ->
                    r.queueName("fast.fifo")
                        .attributes(
                            Map.of(
                                QueueAttributeName.FIFO_QUEUE,
                                "true",
                                QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                                "true",
                                QueueAttributeName.DEDUPLICATION_SCOPE,
                                "messageGroup",
                                QueueAttributeName.FIFO_THROUGHPUT_LIMIT,
                                "perMessageGroupId")))
            .queueUrl();
    var first =
        sqs.sendMessage(r -> r.queueUrl(queue).messageBody("x").messageGroupId("a")).messageId();
    assertThat(
            sqs.sendMessage(r -> r.queueUrl(queue).messageBody("x").messageGroupId("a"))
                .messageId())
        .isEqualTo(first);
    assertThat(
            sqs.sendMessage(r -> r.queueUrl(queue).messageBody("x").messageGroupId("b"))
                .messageId())
        .isNotEqualTo(first);
  }

  @Test
  void handlesExpireWithTheVisibility() {
    send("a", "1");
    var handle = receive(1).getFirst().receiptHandle();
    lab.advance(Duration.ofSeconds(30));
    assertFails(
        "InvalidParameterValue: Value "
            + handle
            + " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.",
        () -> sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(handle)));
  }

  @Test
  void aRetriedReceiveHandsOutTheSameMessages() {
    send("a", "1");
    var first = sqs.receiveMessage(r -> r.queueUrl(url).receiveRequestAttemptId("try")).messages();
    var again = sqs.receiveMessage(r -> r.queueUrl(url).receiveRequestAttemptId("try")).messages();
    assertThat(again.getFirst().messageId()).isEqualTo(first.getFirst().messageId());
    assertThat(receive(1)).isEmpty();
    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(again.getFirst().receiptHandle()));
    assertThat(sqs.receiveMessage(r -> r.queueUrl(url).receiveRequestAttemptId("try")).messages())
        .isEmpty();
  }

  @Test
  void whatAFifoQueueNeedsIsAskedFor() {
    assertFails(
        "MissingParameter: The request must contain the parameter MessageGroupId.",
        () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("x")));
    assertFails(
        "InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("x").messageGroupId("a")));
    assertCode(
        "InvalidParameterValue",
        () ->
            sqs.sendMessage(
                r ->
                    r.queueUrl(url)
                        .messageBody("x")
                        .messageGroupId("a")
                        .messageDeduplicationId("d")
                        .delaySeconds(1)));
  }
}
