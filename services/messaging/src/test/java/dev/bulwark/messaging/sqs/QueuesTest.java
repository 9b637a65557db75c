package dev.bulwark.messaging.sqs;

import static dev.bulwark.messaging.Lab.assertCode;
import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.messaging.Lab;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;

class QueuesTest {
  private final Lab lab = new Lab();
  private final SqsClient sqs = lab.sqs();

  @AfterEach
  void close() {
    lab.close();
  }

  private Map<QueueAttributeName, String> attributes(String url) {
    return sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
        .attributes();
  }

  @Test
  void aNewQueueHasAwsDefaults() {
    var url = sqs.createQueue(r -> r.queueName("orders")).queueUrl();
    assertThat(url).isEqualTo("http://localhost:4566/123456789012/orders");
    assertThat(sqs.getQueueUrl(r -> r.queueName("orders")).queueUrl()).isEqualTo(url);
    assertThat(attributes(url))
        .containsEntry(QueueAttributeName.QUEUE_ARN, "arn:aws:sqs:us-east-1:123456789012:orders")
        .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "30")
        .containsEntry(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "345600")
        .containsEntry(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1048576")
        .containsEntry(QueueAttributeName.SQS_MANAGED_SSE_ENABLED, "true")
        .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0")
        .doesNotContainKeys(QueueAttributeName.POLICY, QueueAttributeName.FIFO_QUEUE);
  }

  @Test
  void creatingAgainIsNoErrorUnlessSomethingDiffers() {
    var url = sqs.createQueue(r -> r.queueName("q")).queueUrl();
    assertThat(sqs.createQueue(r -> r.queueName("q")).queueUrl()).isEqualTo(url);
    assertThatThrownBy(
            () ->
                sqs.createQueue(
                    r ->
                        r.queueName("q")
                            .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "31"))))
        .isInstanceOf(QueueNameExistsException.class)
        .hasMessageContaining(
            "A queue already exists with the same name and a different value for attribute VisibilityTimeout");
  }

  @Test
  void whatIsNotThereIsToldInTheCodesOfBothProtocols() {
    assertThatThrownBy(() -> sqs.getQueueUrl(r -> r.queueName("nope")))
        .isInstanceOf(QueueDoesNotExistException.class);
    assertFails(
        "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.",
        () -> sqs.getQueueUrl(r -> r.queueName("nope")));
  }

  @Test
  void badNamesAndAttributesAreRefused() {
    assertCode("InvalidParameterValue", () -> sqs.createQueue(r -> r.queueName("no spaces")));
    assertCode(
        "InvalidParameterValue",
        () ->
            sqs.createQueue(
                r -> r.queueName("q").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true"))));
    assertFails(
        "InvalidAttributeValue: Invalid value for the parameter VisibilityTimeout.",
        () ->
            sqs.createQueue(
                r ->
                    r.queueName("q")
                        .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "43201"))));
    assertFails(
        "InvalidAttributeName: Unknown Attribute Colour.",
        () ->
            sqs.createQueue(r -> r.queueName("q").attributesWithStrings(Map.of("Colour", "red"))));
    assertFails(
        "InvalidAttributeValue: Invalid value for the parameter Policy.",
        () ->
            sqs.createQueue(
                r -> r.queueName("q").attributes(Map.of(QueueAttributeName.POLICY, "{}"))));
  }

  @Test
  void attributesAreSetAndTakenAway() {
    var url = sqs.createQueue(r -> r.queueName("q")).queueUrl();
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}""";
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(url)
                .attributes(
                    Map.of(
                        QueueAttributeName.DELAY_SECONDS, "5", QueueAttributeName.POLICY, policy)));
    assertThat(attributes(url))
        .containsEntry(QueueAttributeName.DELAY_SECONDS, "5")
        .containsEntry(QueueAttributeName.POLICY, policy);
    sqs.setQueueAttributes(r -> r.queueUrl(url).attributes(Map.of(QueueAttributeName.POLICY, "")));
    assertThat(attributes(url)).doesNotContainKey(QueueAttributeName.POLICY);
  }

  @Test
  void aDeletedQueueIsGoneAndItsNameRestsForAMinute() {
    var url = sqs.createQueue(r -> r.queueName("q")).queueUrl();
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("old"));
    sqs.deleteQueue(r -> r.queueUrl(url));
    assertCode(
        "AWS.SimpleQueueService.NonExistentQueue",
        () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("lost")));
    assertCode(
        "AWS.SimpleQueueService.QueueDeletedRecently",
        () -> sqs.createQueue(r -> r.queueName("q")));
    lab.advance(Duration.ofSeconds(60));
    sqs.createQueue(r -> r.queueName("q"));
    assertThat(sqs.receiveMessage(r -> r.queueUrl(url)).messages()).isEmpty();
  }

  @Test
  void listsArePaged() {
    for (var name : new String[] {"a-1", "a-2", "a-3", "b-1"}) {
      sqs.createQueue(r -> r.queueName(name));
    }
    assertThat(sqs.listQueuesPaginator(r -> r.queueNamePrefix("a-").maxResults(2)).queueUrls())
        .containsExactly(
            "http://localhost:4566/123456789012/a-1",
            "http://localhost:4566/123456789012/a-2",
            "http://localhost:4566/123456789012/a-3");
    assertCode("InvalidParameterValue", () -> sqs.listQueues(r -> r.nextToken("forged")));
  }

  @Test
  void tagsComeAndGo() {
    var url = sqs.createQueue(r -> r.queueName("q").tags(Map.of("team", "a"))).queueUrl();
    sqs.tagQueue(r -> r.queueUrl(url).tags(Map.of("stage", "test")));
    sqs.untagQueue(r -> r.queueUrl(url).tagKeys("team"));
    assertThat(sqs.listQueueTags(r -> r.queueUrl(url)).tags())
        .containsExactlyEntriesOf(Map.of("stage", "test"));
  }

  @Test
  void purgingEmptiesAQueueOnceAMinute() {
    var url = sqs.createQueue(r -> r.queueName("q")).queueUrl();
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("one"));
    sqs.purgeQueue(r -> r.queueUrl(url));
    assertThat(sqs.receiveMessage(r -> r.queueUrl(url)).messages()).isEmpty();
    assertFails(
        "AWS.SimpleQueueService.PurgeQueueInProgress: Only one PurgeQueue operation on q is allowed every 60 seconds.",
        () -> sqs.purgeQueue(r -> r.queueUrl(url)));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("two"));
    lab.sqs.sweep();
    assertThat(sqs.receiveMessage(r -> r.queueUrl(url)).messages()).hasSize(1);
  }
}
