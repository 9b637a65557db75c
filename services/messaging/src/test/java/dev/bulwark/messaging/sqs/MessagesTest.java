package dev.bulwark.messaging.sqs;

import static dev.bulwark.messaging.Lab.assertCode;
import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

class MessagesTest {
  private final Lab lab = new Lab();
  private final SqsClient sqs = lab.sqs();
  private final String url = sqs.createQueue(r -> r.queueName("q")).queueUrl();

  @AfterEach
  void close() {
    lab.close();
  }

  private List<Message> receive() {
    return sqs.receiveMessage(
            r ->
                r.queueUrl(url)
                    .maxNumberOfMessages(10)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
        .messages();
  }

  private String count(QueueAttributeName name) {
    return sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(name)).attributes().get(name);
  }

  @Test
  void aMessageIsHandedOutUntilItIsDeleted() {
    // The SDK compares the digests of body and attributes with its own.
    var sent =
        sqs.sendMessage(
            r ->
                r.queueUrl(url)
                    .messageBody("héllo \ud83d\ude00")
                    .messageAttributes(
                        Map.of(
                            "n",
                            MessageAttributeValue.builder()
                                .dataType("Number.int")
                                .stringValue("12")
                                .build(),
                            "b",
                            MessageAttributeValue.builder()
                                .dataType("Binary")
                                .binaryValue(SdkBytes.fromUtf8String("bytes"))
                                .build())));
    var first = receive().getFirst();
    assertThat(first.body()).isEqualTo("héllo \ud83d\ude00");
    assertThat(first.messageId()).isEqualTo(sent.messageId());
    assertThat(first.md5OfMessageAttributes()).isEqualTo(sent.md5OfMessageAttributes());
    assertThat(first.messageAttributes().get("b").binaryValue().asUtf8String()).isEqualTo("bytes");
    assertThat(first.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")
        .containsEntry(MessageSystemAttributeName.SENDER_ID, Lab.ACCOUNT);
    assertThat(receive()).isEmpty();
    assertThat(count(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)).isEqualTo("1");

    lab.advance(Duration.ofSeconds(30));
    var second = receive().getFirst();
    assertThat(second.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
    assertThat(second.receiptHandle()).isNotEqualTo(first.receiptHandle());
    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(second.receiptHandle()));
    lab.advance(Duration.ofSeconds(30));
    assertThat(receive()).isEmpty();
    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(second.receiptHandle()));
  }

  @Test
  void theOldNamesOfAttributesGoOnWorking() {
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("x"));
    var message =
        sqs.receiveMessage(
                r -> r.queueUrl(url).attributeNamesWithStrings("SentTimestamp", "Policy"))
            .messages()
            .getFirst();
    assertThat(message.attributes()).containsOnlyKeys(MessageSystemAttributeName.SENT_TIMESTAMP);
    assertFails(
        "InvalidAttributeName: Unknown Attribute Colour.",
        () -> sqs.receiveMessage(r -> r.queueUrl(url).attributeNamesWithStrings("Colour")));
  }

  @Test
  void visibilityCanBeChanged() {
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("x"));
    var first = receive().getFirst().receiptHandle();
    sqs.changeMessageVisibility(r -> r.queueUrl(url).receiptHandle(first).visibilityTimeout(600));
    lab.advance(Duration.ofSeconds(599));
    assertThat(receive()).isEmpty();
    sqs.changeMessageVisibility(r -> r.queueUrl(url).receiptHandle(first).visibilityTimeout(0));
    assertThat(receive()).hasSize(1);
    assertCode(
        "InvalidParameterValue",
        () ->
            sqs.changeMessageVisibility(
                r -> r.queueUrl(url).receiptHandle(first).visibilityTimeout(1)));
    assertCode(
        "ReceiptHandleIsInvalid",
        () -> sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle("made up")));
  }

  @Test
  void aMessageThatIsVisibleAgainCanBeHiddenOnceMore() {
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("x"));
    var handle = receive().getFirst().receiptHandle();
    lab.advance(Duration.ofSeconds(30));
    sqs.changeMessageVisibility(r -> r.queueUrl(url).receiptHandle(handle).visibilityTimeout(60));
    assertThat(receive()).isEmpty();
    lab.advance(Duration.ofSeconds(60));
    assertThat(receive()).hasSize(1);
  }

  @Test
  void delaysHoldMessagesBack() {
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("later").delaySeconds(60));
    assertThat(receive()).isEmpty();
    assertThat(count(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)).isEqualTo("1");
    lab.advance(Duration.ofSeconds(60));
    assertThat(receive()).hasSize(1);
    assertFails(
        "InvalidParameterValue: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("x").delaySeconds(901)));
  }

  @Test
  void retentionEndsByTheClock() {
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("x"));
    lab.advance(Duration.ofDays(4).minusSeconds(1));
    assertThat(receive()).hasSize(1);
    lab.advance(Duration.ofSeconds(60));
    assertThat(receive()).isEmpty();
    lab.sqs.sweep();
    assertThat(count(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)).isEqualTo("0");
  }

  @Test
  void aLongPollWaitsForAMessageAndForTheClock() throws Exception {
    var poll =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20)).messages());
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("news"));
    assertThat(poll.get(10, TimeUnit.SECONDS)).hasSize(1);

    sqs.sendMessage(r -> r.queueUrl(url).messageBody("delayed").delaySeconds(900));
    var started = lab.clock.instant();
    var delayed =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20)).messages());
    while (!delayed.isDone()) {
      // The poll ends by the clock, whenever it began.
      lab.advance(Duration.ofSeconds(30));
      Thread.onSpinWait();
    }
    assertThat(lab.clock.instant()).isAfter(started.plusSeconds(20));
    assertThat(delayed.get(1, TimeUnit.SECONDS).size()).isBetween(0, 1);
  }

  @Test
  void batchesFailEntryByEntry() {
    var result =
        sqs.sendMessageBatch(
            r ->
                r.queueUrl(url)
                    .entries(
                        SendMessageBatchRequestEntry.builder().id("a").messageBody("1").build(),
                        SendMessageBatchRequestEntry.builder()
                            .id("b")
                            .messageBody("2")
                            .delaySeconds(1000)
                            .build()));
    assertThat(result.successful()).extracting("id").containsExactly("a");
    assertThat(result.failed().getFirst().code()).isEqualTo("InvalidParameterValue");
    assertThat(result.failed().getFirst().senderFault()).isTrue();
    assertFails(
        "AWS.SimpleQueueService.EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.",
        () -> sqs.sendMessageBatch(r -> r.queueUrl(url).entries(List.of())));
    assertFails(
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct: Id a repeated.",
        () ->
            sqs.sendMessageBatch(
                r ->
                    r.queueUrl(url)
                        .entries(
                            SendMessageBatchRequestEntry.builder().id("a").messageBody("1").build(),
                            SendMessageBatchRequestEntry.builder()
                                .id("a")
                                .messageBody("2")
                                .build())));
  }

  @Test
  void whatCannotBeSentIsRefused() {
    assertFails(
        "MissingParameter: The request must contain the parameter MessageBody.",
        () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("")));
    assertCode(
        "InvalidMessageContents",
        () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("\u0001")));
    assertFails(
        "InvalidParameterValue: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
        () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("x".repeat((1 << 20) + 1))));
    assertFails(
        "InvalidParameterValue: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
        () -> sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(11)));
    assertCode(
        "InvalidParameterValue",
        () ->
            sqs.sendMessage(
                r ->
                    r.queueUrl(url)
                        .messageBody("x")
                        .messageAttributes(
                            Map.of(
                                "AWS.x",
                                MessageAttributeValue.builder()
                                    .dataType("String")
                                    .stringValue("y")
                                    .build()))));
  }

  @Test
  void messagesAndReceivesSurviveARestart(@TempDir Path folder) {
    var sealer = Sealer.ephemeral();
    String queue;
    try (var before = new Lab(Store.open(folder), sealer)) {
      var client = before.sqs();
      queue = client.createQueue(r -> r.queueName("durable")).queueUrl();
      client.sendMessage(r -> r.queueUrl(queue).messageBody("in flight"));
      client.receiveMessage(r -> r.queueUrl(queue).visibilityTimeout(600));
      client.sendMessage(r -> r.queueUrl(queue).messageBody("x".repeat(5000)));
    }
    try (var after = new Lab(Store.open(folder), sealer)) {
      var client = after.sqs();
      assertThat(client.receiveMessage(r -> r.queueUrl(queue)).messages())
          .extracting(Message::body)
          .containsExactly("x".repeat(5000));
      after.advance(Duration.ofSeconds(600));
      var again =
          client
              .receiveMessage(
                  r ->
                      r.queueUrl(queue)
                          .messageSystemAttributeNames(
                              MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
              .messages()
              .getFirst();
      assertThat(again.body()).isEqualTo("in flight");
      assertThat(again.attributes())
          .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
    }
  }
}
