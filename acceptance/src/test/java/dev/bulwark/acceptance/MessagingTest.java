package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Queues and topics over the network, and what is left of them after a crash. */
class MessagingTest {
  private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:news";

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void whatWasPublishedIsInTheQueueAfterACrash() throws Exception {
    String url;
    try (var server = RunningServer.start("--data", folder.toString())) {
      var sqs = server.client(SqsClient.builder(), RunningServer.ROOT);
      url =
          sqs.createQueue(
                  r ->
                      r.queueName("q")
                          .attributes(
                              Map.of(
                                  QueueAttributeName.POLICY,
                                  """
                                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"%s"}}}]}"""
                                      .formatted(TOPIC))))
              .queueUrl();
      var sns = server.client(SnsClient.builder(), RunningServer.ROOT);
      sns.createTopic(r -> r.name("news"));
      sns.subscribe(
          r ->
              r.topicArn(TOPIC)
                  .protocol("sqs")
                  .endpoint("arn:aws:sqs:us-east-1:123456789012:q")
                  .attributes(Map.of("RawMessageDelivery", "true")));
      for (int i = 0; i < 20; i++) {
        var message = "message " + i;
        sns.publish(r -> r.topicArn(TOPIC).message(message));
      }
      server.kill();
    }
    try (var server = RunningServer.start("--data", folder.toString())) {
      var sqs = server.client(SqsClient.builder(), RunningServer.ROOT);
      var queue = sqs.getQueueUrl(r -> r.queueName("q")).queueUrl();
      assertThat(queue).endsWith("/123456789012/q").isNotEqualTo(url);
      var first = sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)).messages();
      var second = sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)).messages();
      assertThat(first).extracting(Message::body).hasSize(10).contains("message 0");
      assertThat(second).extracting(Message::body).hasSize(10).contains("message 19");
      first.forEach(
          message ->
              sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle())));
    }
  }

  @Test
  void queuesOfWhatIsNoAccountAreOutOfReach() {
    try (var server = RunningServer.start("--data", folder.toString())) {
      var sqs = server.client(SqsClient.builder(), RunningServer.ROOT);
      for (var owner : List.of("", "12", "111122223333")) {
        assertThatThrownBy(
                () -> sqs.getQueueUrl(r -> r.queueName("q").queueOwnerAWSAccountId(owner)))
            .isInstanceOfSatisfying(
                SqsException.class,
                e ->
                    assertThat(e.awsErrorDetails().errorCode())
                        .as("owner '%s'", owner)
                        .isEqualTo("AccessDeniedException"));
      }
    }
  }
}
