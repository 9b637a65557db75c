package dev.bulwark.messaging.sns;

import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** SNS's errors in AWS's words, one request after the other. */
class ErrorsTest {
  private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:t";
  private static final String FIFO_TOPIC = TOPIC + ".fifo";
  private static final String QUEUE = "arn:aws:sqs:us-east-1:123456789012:q";
  private static final String INVALID = "InvalidParameter: Invalid parameter: ";
  private static final String VALUE = "ParameterValueInvalid: ";

  private record Case(String error, ThrowingCallable call) {}

  private final Lab lab = new Lab();
  private final SnsClient sns = lab.sns();
  private String subscription = "";

  @BeforeEach
  void setUp() {
    SqsClient sqs = lab.sqs();
    var fifo = Map.of(QueueAttributeName.FIFO_QUEUE, "true");
    sqs.createQueue(r -> r.queueName("q"));
    sqs.createQueue(r -> r.queueName("q.fifo").attributes(fifo));
    sns.createTopic(r -> r.name("t"));
    sns.createTopic(r -> r.name("t.fifo").attributes(Map.of("FifoTopic", "true")));
    subscription =
        sns.subscribe(r -> r.topicArn(TOPIC).protocol("sqs").endpoint(QUEUE)).subscriptionArn();
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

  @Test
  void ofArns() {
    assertAll(
        topic("x", "TopicArn Reason: An ARN must have at least 6 elements, not 1"),
        topic("x:y", "TopicArn Reason: An ARN must have at least 6 elements, not 2"),
        topic(TOPIC.replace("us-east-1", "eu-west-1"), "TopicArn"),
        new Case(
            INVALID + "TargetArn Reason: No endpoint found for the target arn specified",
            () ->
                sns.publish(
                    r ->
                        r.targetArn("arn:aws:sns:us-east-1:123456789012:endpoint/APNS/a/b")
                            .message("x"))),
        subscription(
            "PendingConfirmation",
            "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
        subscription(TOPIC, "SubscriptionId"),
        subscription(TOPIC + ":nope", "SubscriptionId"),
        new Case(
            INVALID + "SubscriptionArn Reason: no value for required parameter",
            () -> sns.unsubscribe(r -> r.subscriptionArn(""))),
        new Case(
            "InvalidParameter: Invalid token",
            () -> sns.confirmSubscription(r -> r.topicArn(TOPIC).token("nope"))),
        new Case(
            INVALID + "Token",
            () -> sns.confirmSubscription(r -> r.topicArn(TOPIC + "2").token("51b2ff3e"))),
        new Case(
            INVALID + "Duplicated keys are not allowed.",
            () -> sns.createTopic(r -> r.name("tagged").tags(tag("1"), tag("2")))));
    sns.unsubscribe(r -> r.subscriptionArn(TOPIC + ":" + new UUID(1, 2)));
  }

  private Case topic(String arn, String error) {
    return new Case(INVALID + error, () -> sns.getTopicAttributes(r -> r.topicArn(arn)));
  }

  private Case subscription(String arn, String error) {
    return new Case(
        INVALID + error, () -> sns.getSubscriptionAttributes(r -> r.subscriptionArn(arn)));
  }

  private static Tag tag(String value) {
    return Tag.builder().key("k").value(value).build();
  }

  @Test
  void ofSubscriptions() {
    assertAll(
        new Case(
            INVALID
                + "Attributes Reason: RawMessageDelivery: Invalid value [no]. Must be true or false.",
            () ->
                sns.subscribe(
                    r ->
                        r.topicArn(TOPIC)
                            .protocol("sqs")
                            .endpoint(QUEUE)
                            .attributes(Map.of("RawMessageDelivery", "no")))),
        new Case(
            INVALID
                + "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
            () -> sns.subscribe(r -> r.topicArn(TOPIC).protocol("sqs").endpoint(QUEUE + ".fifo"))),
        new Case(
            INVALID
                + "Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
            () ->
                sns.subscribe(
                    r ->
                        r.topicArn(FIFO_TOPIC)
                            .protocol("sqs")
                            .endpoint(QUEUE + ".fifo")
                            .attributes(
                                Map.of(
                                    "RedrivePolicy",
                                    "{\"deadLetterTargetArn\":\"" + QUEUE + "\"}")))),
        setting(
            "RawMessageDelivery",
            "",
            "RawMessageDelivery: Invalid value []. Must be true or false."),
        setting(
            "RedrivePolicy",
            "{\"deadLetterTargetArn\":\"foo\"}",
            "RedrivePolicy: deadLetterTargetArn is an invalid arn"),
        setting("Colour", "red", "AttributeName"));
    sns.setSubscriptionAttributes(
        r ->
            r.subscriptionArn(subscription)
                .attributeName("FilterPolicyScope")
                .attributeValue("MessageBody"));
    assertThat(sns.getSubscriptionAttributes(r -> r.subscriptionArn(subscription)).attributes())
        .doesNotContainKey("FilterPolicyScope");
  }

  private Case setting(String attribute, String value, String error) {
    return new Case(
        INVALID + error,
        () ->
            sns.setSubscriptionAttributes(
                r ->
                    r.subscriptionArn(subscription)
                        .attributeName(attribute)
                        .attributeValue(value)));
  }

  @Test
  void ofFilters() {
    assertAll(
        filter(
            "{\"a\":[1],\"b\":[1],\"c\":[1],\"d\":[1],\"e\":[1],\"f\":[1]}",
            "FilterPolicy: Filter policy can not have more than 5 keys"),
        filter(
            "{\"a\":[1,2,3,4,5,6],\"b\":[1,2,3,4,5,6],\"c\":[1,2,3,4,5,6]}",
            "FilterPolicy: Filter policy is too complex"),
        filter(
            "{\"a\":{\"b\":[1]}}",
            "Filter policy scope MessageAttributes does not support nested filter policy"),
        numeric("", "Invalid member in numeric match: ]"),
        numeric("1,\"<=\"", "Invalid member in numeric match: 1"),
        numeric("\"no\"", "Unrecognized numeric range operator: no"),
        numeric("\"=\",\"000\"", "Value of equals must be numeric"),
        numeric("\">=\"", "Value of >= must be numeric"),
        numeric("\"<\",100,\">\",10", "Too many elements in numeric expression"),
        numeric("\">=\",1,\">\",2", "Bad numeric range operator: >"),
        numeric("\">\",3,\"<\",1", "Bottom must be less than top"),
        numeric("\">\",20,\"<=\"", "Value of <= must be numeric"),
        numeric("\">\",20,30", "Bad value in numeric range: 30"),
        numeric("\">\",20,\"<\",30,\"<\",50", "Too many terms in numeric range expression"));
  }

  private Case filter(String policy, String error) {
    return setting("FilterPolicy", policy, error);
  }

  private Case numeric(String operand, String error) {
    return filter("{\"key\":[{\"numeric\":[" + operand + "]}]}", "FilterPolicy: " + error);
  }

  @Test
  void ofMessages() {
    var text = string("x");
    assertAll(
        attribute(
            "a",
            string(""),
            "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'."),
        attribute(
            "a",
            binary("Number"),
            "The message attribute 'a' with type 'Number' must use field 'String'."),
        attribute(
            "a",
            MessageAttributeValue.builder().dataType("Binary").stringValue("x").build(),
            "The message attribute 'a' with type 'Binary' must use field 'Binary'."),
        attribute(
            "a",
            MessageAttributeValue.builder().dataType("Number").stringValue("1e-100000").build(),
            "Message attribute 'a' number value [1e-100000] scale must be 10^-128 and 10^126."),
        attribute(
            "a".repeat(257), text, "Length of message attribute name must be less than 256 bytes."),
        attribute(
            "a^b",
            text,
            "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots."),
        attribute(
            ".a", text, "Invalid message attribute name starting with character '.' was found."),
        attribute(
            "a.", text, "Invalid message attribute name ending with character '.' was found."),
        attribute("a..b", text, "Message attribute name can not have successive '.' character."),
        new Case(
            "ValidationError: 1 validation error detected: Value null at 'messageAttributes.a.member.dataType' failed to satisfy constraint: Member must not be null",
            () -> publish("a", MessageAttributeValue.builder().stringValue("x").build())),
        new Case(
            INVALID + "The MessageGroupId parameter is required for FIFO topics",
            () ->
                sns.publishBatch(
                    r ->
                        r.topicArn(FIFO_TOPIC)
                            .publishBatchRequestEntries(
                                e -> e.id("1").message("x").messageDeduplicationId("d")))),
        new Case(
            "BatchRequestTooLong: The length of all the messages put together is more than the limit.",
            () ->
                sns.publishBatch(
                    r ->
                        r.topicArn(TOPIC)
                            .publishBatchRequestEntries(
                                e -> e.id("1").message("x".repeat(200_000)),
                                e -> e.id("2").message("x".repeat(200_000))))));
  }

  private Case attribute(String name, MessageAttributeValue value, String error) {
    return new Case(VALUE + error, () -> publish(name, value));
  }

  private void publish(String name, MessageAttributeValue value) {
    sns.publish(r -> r.topicArn(TOPIC).message("m").messageAttributes(Map.of(name, value)));
  }

  private static MessageAttributeValue string(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private static MessageAttributeValue binary(String type) {
    return MessageAttributeValue.builder()
        .dataType(type)
        .binaryValue(SdkBytes.fromUtf8String("1"))
        .build();
  }
}
