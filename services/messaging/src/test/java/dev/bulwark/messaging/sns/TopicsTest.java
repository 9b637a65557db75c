package dev.bulwark.messaging.sns;

import static dev.bulwark.messaging.Lab.assertCode;
import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.Tag;

class TopicsTest {
  private static final String ARN = "arn:aws:sns:us-east-1:123456789012:t";

  private final Lab lab = new Lab();
  private final SnsClient sns = lab.sns();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aTopicIsMadeOnceAndHasAwsDefaults() {
    assertThat(sns.createTopic(r -> r.name("t")).topicArn()).isEqualTo(ARN);
    assertThat(sns.createTopic(r -> r.name("t")).topicArn()).isEqualTo(ARN);
    assertThat(sns.getTopicAttributes(r -> r.topicArn(ARN)).attributes())
        .containsEntry("Owner", Lab.ACCOUNT)
        .containsEntry("SubscriptionsConfirmed", "0")
        .containsEntry(
            "EffectiveDeliveryPolicy",
            "{\"http\":{\"defaultHealthyRetryPolicy\":{\"minDelayTarget\":20,\"maxDelayTarget\":20,\"numRetries\":3,\"numMaxDelayRetries\":0,\"numNoDelayRetries\":0,\"numMinDelayRetries\":0,\"backoffFunction\":\"linear\"},\"disableSubscriptionOverrides\":false,\"defaultRequestPolicy\":{\"headerContentType\":\"text/plain; charset=UTF-8\"}}}")
        .hasEntrySatisfying("Policy", policy -> assertThat(policy).contains("__default_policy_ID"));
    assertThat(sns.listTopicsPaginator().topics()).extracting("topicArn").containsExactly(ARN);
    sns.deleteTopic(r -> r.topicArn(ARN));
    assertFails(
        "NotFound: Topic does not exist", () -> sns.getTopicAttributes(r -> r.topicArn(ARN)));
  }

  @Test
  void attributesAndTagsAreSet() {
    sns.createTopic(r -> r.name("t").tags(Tag.builder().key("a").value("1").build()));
    sns.setTopicAttributes(
        r -> r.topicArn(ARN).attributeName("DisplayName").attributeValue("News"));
    assertThat(sns.getTopicAttributes(r -> r.topicArn(ARN)).attributes())
        .containsEntry("DisplayName", "News");
    sns.untagResource(r -> r.resourceArn(ARN).tagKeys("a"));
    assertThat(sns.listTagsForResource(r -> r.resourceArn(ARN)).tags()).isEmpty();
    assertCode(
        "InvalidParameter",
        () -> sns.setTopicAttributes(r -> r.topicArn(ARN).attributeName("Colour")));
    assertCode("InvalidParameter", () -> sns.createTopic(r -> r.name("no spaces")));
    assertCode(
        "InvalidParameter",
        () -> sns.createTopic(r -> r.name("t2").attributes(Map.of("FifoTopic", "true"))));
  }

  @Test
  void deliveriesAreNotLogged() {
    sns.createTopic(r -> r.name("t"));
    sns.setTopicAttributes(
        r -> r.topicArn(ARN).attributeName("SQSSuccessFeedbackSampleRate").attributeValue("0"));
    assertCode(
        "InvalidParameter",
        () ->
            sns.setTopicAttributes(
                r ->
                    r.topicArn(ARN)
                        .attributeName("SQSSuccessFeedbackSampleRate")
                        .attributeValue("101")));
    assertCode(
        "NotImplemented",
        () ->
            sns.setTopicAttributes(
                r ->
                    r.topicArn(ARN)
                        .attributeName("LambdaFailureFeedbackRoleArn")
                        .attributeValue("arn:aws:iam::123456789012:role/log")));
  }

  @Test
  void whoMayPublishIsDecidedByUserAndTopic() {
    sns.createTopic(r -> r.name("t"));
    var alice = lab.snsUser("alice");
    assertCode("AuthorizationError", () -> alice.publish(r -> r.topicArn(ARN).message("x")));
    sns.setTopicAttributes(
        r ->
            r.topicArn(ARN)
                .attributeName("Policy")
                .attributeValue(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/alice"},"Action":"sns:Publish","Resource":"%s"}]}"""
                        .formatted(ARN)));
    assertThat(alice.publish(r -> r.topicArn(ARN).message("x")).messageId()).isNotEmpty();
    assertCode("AuthorizationError", () -> alice.deleteTopic(r -> r.topicArn(ARN)));
    sns.addPermission(
        r -> r.topicArn(ARN).label("l").awsAccountIds(Lab.ACCOUNT).actionNames("Subscribe"));
    assertThat(sns.getTopicAttributes(r -> r.topicArn(ARN)).attributes().get("Policy"))
        .contains("\"Sid\":\"l\"");
    sns.removePermission(r -> r.topicArn(ARN).label("l"));
    assertThat(sns.getTopicAttributes(r -> r.topicArn(ARN)).attributes().get("Policy"))
        .doesNotContain("\"Sid\":\"l\"");
  }

  @Test
  void aKeyOfKmsHasToBeUsable() {
    var key = lab.kms().createKey().keyMetadata().arn();
    sns.createTopic(r -> r.name("t").attributes(Map.of("KmsMasterKeyId", key)));
    sns.publish(r -> r.topicArn(ARN).message("x"));
    lab.kms().disableKey(r -> r.keyId(key));
    assertCode("KMSDisabled", () -> sns.publish(r -> r.topicArn(ARN).message("x")));
    var bob = lab.snsUser("bob", "sns:*");
    assertCode("KMSAccessDenied", () -> bob.publish(r -> r.topicArn(ARN).message("x")));
  }

  @Test
  void whatBulwarkDoesNotDeliverToIsSaid() {
    sns.createTopic(r -> r.name("t"));
    assertCode(
        "NotImplemented", () -> sns.publish(r -> r.phoneNumber("+15555550100").message("x")));
    assertCode(
        "NotImplemented",
        () -> sns.subscribe(r -> r.topicArn(ARN).protocol("email").endpoint("a@example.com")));
    assertCode(
        "InvalidParameter",
        () -> sns.subscribe(r -> r.topicArn(ARN).protocol("pigeon").endpoint("x")));
  }
}
