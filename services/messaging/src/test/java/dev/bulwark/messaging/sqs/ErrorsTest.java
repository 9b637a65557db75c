package dev.bulwark.messaging.sqs;

import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** SQS's errors in AWS's words, one request after the other. */
class ErrorsTest {
  private static final String ARNS = "arn:aws:sqs:us-east-1:123456789012:";
  private static final String OTHER_TYPE =
      "Reason: The request include parameter that is not valid for this queue type.";

  private record Case(String error, ThrowingCallable call) {}

  private final Lab lab = new Lab();
  private final SqsClient sqs = lab.sqs();
  private String url = "";
  private String fifo = "";

  @BeforeEach
  void setUp() {
    url = sqs.createQueue(r -> r.queueName("q")).queueUrl();
    fifo =
        sqs.createQueue(
                r ->
                    r.queueName("q.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
            .queueUrl();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static void assertAll(Case... cases) {
    for (var one : cases) {
      assertFails(one.error(), one.call());
    }
  }

  private Case creating(String attribute, String value, String error) {
    return new Case(
        error,
        () ->
            sqs.createQueue(
                r -> r.queueName("new").attributesWithStrings(Map.of(attribute, value))));
  }

  private Case setting(String queue, Map<String, String> attributes, String error) {
    return new Case(
        error,
        () -> sqs.setQueueAttributes(r -> r.queueUrl(queue).attributesWithStrings(attributes)));
  }

  @Test
  void ofAttributes() {
    sqs.setQueueAttributes(
        r -> r.queueUrl(fifo).attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")));
    assertAll(
        creating("FifoQueue", "false", "InvalidAttributeName: Unknown Attribute FifoQueue."),
        creating(
            "ContentBasedDeduplication",
            "false",
            "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication."),
        creating(
            "DeduplicationScope",
            "queue",
            "InvalidAttributeName: You can specify the DeduplicationScope only when FifoQueue is set to true."),
        creating(
            "FifoThroughputLimit",
            "perQueue",
            "InvalidAttributeName: You can specify the FifoThroughputLimit only when FifoQueue is set to true."),
        setting(
            url, Map.of("FifoQueue", "true"), "InvalidAttributeName: Unknown Attribute FifoQueue."),
        setting(
            fifo,
            Map.of("FifoQueue", "false"),
            "InvalidAttributeValue: Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."),
        setting(
            url,
            Map.of("KmsMasterKeyId", "alias/aws/sqs", "SqsManagedSseEnabled", "true"),
            "InvalidAttributeName: You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."),
        redriving("no", "Redrive policy is not a valid JSON map."),
        redriving(
            "{\"maxReceiveCount\":1}",
            "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."),
        redriving(
            "{\"deadLetterTargetArn\":\"dummy\"}",
            "Redrive policy does not contain mandatory attribute: maxReceiveCount."),
        redriving(
            "{\"deadLetterTargetArn\":\"dummy\",\"maxReceiveCount\":0}",
            "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."),
        redriving(
            "{\"deadLetterTargetArn\":\"dummy\",\"maxReceiveCount\":42}",
            "Invalid value for deadLetterTargetArn."),
        new Case(
            "InvalidParameterValue: Value l for parameter Label is invalid. Reason: can't find label.",
            () -> sqs.removePermission(r -> r.queueUrl(url).label("l"))));
  }

  private Case redriving(String policy, String reason) {
    return setting(
        url,
        Map.of("RedrivePolicy", policy),
        "InvalidParameterValue: Value "
            + policy
            + " for parameter RedrivePolicy is invalid. Reason: "
            + reason);
  }

  @Test
  void ofMessages() {
    assertAll(
        new Case(
            "InvalidParameterValue: Value 2 for parameter DelaySeconds is invalid. " + OTHER_TYPE,
            () ->
                sqs.sendMessage(
                    r ->
                        r.queueUrl(fifo)
                            .messageBody("x")
                            .messageGroupId("g")
                            .messageDeduplicationId("d")
                            .delaySeconds(2))),
        new Case(
            "InvalidParameterValue: Value d for parameter MessageDeduplicationId is invalid. "
                + OTHER_TYPE,
            () ->
                sqs.sendMessage(r -> r.queueUrl(url).messageBody("x").messageDeduplicationId("d"))),
        new Case(
            "InvalidParameterValue: The request must contain the parameter MessageGroupId.",
            () -> batch(entry("a", "g", "d"), entry("b", null, "e"))),
        new Case(
            "InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
            () -> batch(entry("a", "g", "d"), entry("b", "g", null))));
    assertThat(sqs.receiveMessage(r -> r.queueUrl(fifo)).messages()).isEmpty();
  }

  private void batch(SendMessageBatchRequestEntry... entries) {
    sqs.sendMessageBatch(r -> r.queueUrl(fifo).entries(entries));
  }

  private static SendMessageBatchRequestEntry entry(
      String id, @Nullable String group, @Nullable String deduplication) {
    return SendMessageBatchRequestEntry.builder()
        .id(id)
        .messageBody(id)
        .messageGroupId(group)
        .messageDeduplicationId(deduplication)
        .build();
  }

  @Test
  void ofEntries() {
    sqs.setQueueAttributes(
        r -> r.queueUrl("q").attributes(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024")));
    var sent =
        sqs.sendMessageBatch(
            r ->
                r.queueUrl(url)
                    .entries(
                        e -> e.id("long").messageBody("x".repeat(1025)),
                        e -> e.id("short").messageBody("x")));
    assertThat(sent.successful()).hasSize(1);
    assertThat(sent.failed().getFirst().message())
        .isEqualTo(
            "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.");
  }

  @Test
  void ofMoves() {
    assertAll(
        new Case(
            "InvalidParameterValue: Value for parameter TaskHandle is invalid.",
            () -> sqs.cancelMessageMoveTask(r -> r.taskHandle("foobar"))),
        new Case(
            "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
            () -> sqs.startMessageMoveTask(r -> r.sourceArn(ARNS + "nope"))),
        new Case(
            "InvalidParameterValue: Source queue must be configured as a Dead Letter Queue.",
            () -> sqs.startMessageMoveTask(r -> r.sourceArn(ARNS + "q"))));
  }

  @Test
  void theQueryProtocolHasItsOwnWordsForAQueueThatIsNotThere() {
    assertThat(lab.query("sqs", "/", "Action=GetQueueUrl&Version=2012-11-05&QueueName=nope"))
        .contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>")
        .contains("The specified queue does not exist for this wsdl version.");
  }
}
