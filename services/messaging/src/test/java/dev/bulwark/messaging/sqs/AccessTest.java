package dev.bulwark.messaging.sqs;

import static dev.bulwark.messaging.Lab.assertCode;
import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.Principal;
import dev.bulwark.messaging.Lab;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Who may do what with queues, and with the keys of their messages. */
class AccessTest {
  private static final String ARN = "arn:aws:sqs:us-east-1:123456789012:q";

  private final Lab lab = new Lab();
  private final SqsClient sqs = lab.sqs();
  private final String url = sqs.createQueue(r -> r.queueName("q")).queueUrl();

  @AfterEach
  void close() {
    lab.close();
  }

  private void policy(String statement) {
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(url)
                .attributes(
                    Map.of(
                        QueueAttributeName.POLICY,
                        "{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}")));
  }

  @Test
  void aUserNeedsPermissionOfItsOwnOrOfTheQueue() {
    var alice = lab.sqsUser("alice");
    assertFails(
        "AccessDeniedException: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sqs:SendMessage on resource: "
            + ARN
            + " because no identity-based policy allows the sqs:SendMessage action",
        () -> alice.sendMessage(r -> r.queueUrl(url).messageBody("x")));
    policy(
        """
        {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/alice"},"Action":"sqs:SendMessage","Resource":"%s"}"""
            .formatted(ARN));
    alice.sendMessage(r -> r.queueUrl(url).messageBody("x"));
    assertCode("AccessDeniedException", () -> alice.receiveMessage(r -> r.queueUrl(url)));
  }

  @Test
  void addPermissionWritesThePolicy() {
    sqs.addPermission(
        r -> r.queueUrl(url).label("l").awsAccountIds(Lab.ACCOUNT).actions("SendMessage"));
    var policy =
        sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.POLICY))
            .attributes()
            .get(QueueAttributeName.POLICY);
    assertThat(policy)
        .isEqualTo(
            """
            {"Version":"2008-10-17","Id":"%1$s/SQSDefaultPolicy","Statement":[{"Sid":"l","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"SQS:SendMessage","Resource":"%1$s"}]}"""
                .formatted(ARN));
    assertFails(
        "InvalidParameterValue: Value l for parameter Label is invalid. Reason: Already exists.",
        () ->
            sqs.addPermission(
                r -> r.queueUrl(url).label("l").awsAccountIds(Lab.ACCOUNT).actions("SendMessage")));
    assertCode(
        "InvalidParameterValue",
        () ->
            sqs.addPermission(
                r -> r.queueUrl(url).label("m").awsAccountIds(Lab.ACCOUNT).actions("DeleteQueue")));
    sqs.removePermission(r -> r.queueUrl(url).label("l"));
    assertThat(
            sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.POLICY))
                .attributes())
        .isEmpty();
  }

  @Test
  void aServiceSendsOnlyWhereThePolicyLetsIt() {
    var sns =
        new Principal.ServicePrincipal(
            "sns.amazonaws.com", Lab.ACCOUNT, "arn:aws:sns:us-east-1:123456789012:t");
    var message =
        new Outgoing(new MessageContent("from a service", Map.of(), null), null, null, null);
    var sender = lab.sqs.sender();
    assertThatThrownBy(() -> sender.send(lab.asService(sns), ARN, message))
        .hasMessageContaining("is not authorized to perform: sqs:SendMessage");
    policy(
        """
        {"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"%s",
         "Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:t"}}}"""
            .formatted(ARN));
    sender.send(lab.asService(sns), ARN, message);
    assertThat(sqs.receiveMessage(r -> r.queueUrl(url)).messages())
        .extracting("body")
        .containsExactly("from a service");
  }

  @Test
  void messagesUnderAKeyOfKmsNeedPermissionForTheKey() {
    var key = lab.kms().createKey().keyMetadata().arn();
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(url)
                .attributes(
                    Map.of(
                        QueueAttributeName.KMS_MASTER_KEY_ID,
                        key,
                        QueueAttributeName.KMS_DATA_KEY_REUSE_PERIOD_SECONDS,
                        "60")));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("secret"));
    var reader = lab.sqsUser("reader", "sqs:*");
    assertCode("KMS.AccessDeniedException", () -> reader.receiveMessage(r -> r.queueUrl(url)));
    var keyReader = lab.sqsUser("keyreader", "sqs:*", "kms:Decrypt");
    assertThat(keyReader.receiveMessage(r -> r.queueUrl(url)).messages())
        .extracting("body")
        .containsExactly("secret");
    assertCode(
        "KMS.AccessDeniedException",
        () -> keyReader.sendMessage(r -> r.queueUrl(url).messageBody("x")));

    lab.kms().disableKey(r -> r.keyId(key));
    lab.advance(Duration.ofMinutes(2));
    assertCode(
        "KMS.DisabledException", () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("x")));
  }

  @Test
  void oldClientsSpeakTheQueryProtocolToTheQueuesUrl() {
    var sent = query("/123456789012/q", "Action=SendMessage&MessageBody=old+friend");
    assertThat(sent)
        .contains("<SendMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">")
        .contains("<MD5OfMessageBody>89fd08a7ea7c9c5ead2f2d10f7e1c733</MD5OfMessageBody>");
    var received =
        query(
            "/",
            "Action=ReceiveMessage&AttributeName.1=All&QueueUrl="
                + url.replace(":", "%3A").replace("/", "%2F"));
    assertThat(received)
        .contains("<Body>old friend</Body>")
        .contains("<Attribute><Name>SenderId</Name><Value>123456789012</Value></Attribute>");
    assertThat(query("/123456789012/nope", "Action=ReceiveMessage"))
        .contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
  }

  private String query(String path, String form) {
    return lab.query("sqs", path, form + "&Version=2012-11-05");
  }
}
