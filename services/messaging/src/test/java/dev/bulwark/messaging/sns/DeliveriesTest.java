package dev.bulwark.messaging.sns;

import static dev.bulwark.messaging.Lab.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Lab;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import tools.jackson.databind.JsonNode;

class DeliveriesTest {
  private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:t";
  private static final String QUEUES = "arn:aws:sqs:us-east-1:123456789012:";

  private final Lab lab = new Lab();
  private final SnsClient sns = lab.sns();
  private final SqsClient sqs = lab.sqs();

  @BeforeEach
  void topic() {
    sns.createTopic(r -> r.name("t"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String queue(String name, Map<QueueAttributeName, String> attributes) {
    var url = sqs.createQueue(r -> r.queueName(name).attributes(attributes)).queueUrl();
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(url)
                .attributes(
                    Map.of(
                        QueueAttributeName.POLICY,
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:*"}}}]}""")));
    return url;
  }

  private String subscribe(String queue, Map<String, String> attributes) {
    return sns.subscribe(
            r -> r.topicArn(TOPIC).protocol("sqs").endpoint(QUEUES + queue).attributes(attributes))
        .subscriptionArn();
  }

  private List<Message> receive(String url) {
    return sqs.receiveMessage(
            r -> r.queueUrl(url).maxNumberOfMessages(10).messageAttributeNames("All"))
        .messages();
  }

  private static JsonNode json(String text) {
    return Json.parseObject(text).orElseThrow();
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  /** Verifies as SDKs do, but for the host of the certificate, which they take from AWS alone. */
  private void assertSigned(JsonNode message, String... fields) throws Exception {
    var toSign = new StringBuilder();
    for (var field : fields) {
      if (message.has(field)) {
        toSign.append(field).append('\n').append(message.path(field).stringValue()).append('\n');
      }
    }
    var url = message.path("SigningCertURL").stringValue();
    var pem = Objects.requireNonNull(lab.sns.certificate(url.substring(url.lastIndexOf('/') + 1)));
    var certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    var algorithm =
        message.path("SignatureVersion").stringValue().equals("2")
            ? "SHA256withRSA"
            : "SHA1withRSA";
    var signature = Signature.getInstance(algorithm);
    signature.initVerify(certificate);
    signature.update(toSign.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(
            signature.verify(Base64.getDecoder().decode(message.path("Signature").stringValue())))
        .isTrue();
  }

  private void assertNotificationSigned(JsonNode message) throws Exception {
    assertSigned(message, "Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
  }

  @Test
  void queuesGetSignedNotificationsOrJustTheMessage() throws Exception {
    var wrapped = queue("wrapped", Map.of());
    var raw = queue("raw", Map.of());
    subscribe("wrapped", Map.of());
    subscribe("raw", Map.of("RawMessageDelivery", "true"));
    var messageId =
        sns.publish(
                r ->
                    r.topicArn(TOPIC)
                        .message("hello")
                        .subject("greeting")
                        .messageAttributes(Map.of("k", text("v"))))
            .messageId();
    var notification = json(receive(wrapped).getFirst().body());
    assertThat(notification.path("Type").stringValue()).isEqualTo("Notification");
    assertThat(notification.path("MessageId").stringValue()).isEqualTo(messageId);
    assertThat(notification.path("Message").stringValue()).isEqualTo("hello");
    assertThat(notification.at("/MessageAttributes/k/Value").stringValue()).isEqualTo("v");
    assertNotificationSigned(notification);
    var plain = receive(raw).getFirst();
    assertThat(plain.body()).isEqualTo("hello");
    assertThat(plain.messageAttributes().get("k").stringValue()).isEqualTo("v");

    sns.setTopicAttributes(
        r -> r.topicArn(TOPIC).attributeName("SignatureVersion").attributeValue("2"));
    sns.publish(r -> r.topicArn(TOPIC).message("again"));
    assertNotificationSigned(json(receive(wrapped).getFirst().body()));
  }

  @Test
  void aQueueThatDoesNotLetSnsInGetsNothingAndTheDeadLetterQueueDoes() {
    var closed = sqs.createQueue(r -> r.queueName("closed")).queueUrl();
    var letters = queue("letters", Map.of());
    subscribe(
        "closed", Map.of("RedrivePolicy", "{\"deadLetterTargetArn\":\"" + QUEUES + "letters\"}"));
    sns.publish(r -> r.topicArn(TOPIC).message("lost?"));
    assertThat(receive(closed)).isEmpty();
    assertThat(json(receive(letters).getFirst().body()).path("Message").stringValue())
        .isEqualTo("lost?");
  }

  @Test
  void filtersChooseByAttributesAndByBody() {
    var byAttributes = queue("attributes", Map.of());
    var byBody = queue("body", Map.of());
    subscribe(
        "attributes",
        Map.of(
            "RawMessageDelivery",
            "true",
            "FilterPolicy",
            "{\"store\":[\"a\",{\"prefix\":\"b\"}],\"price\":[{\"numeric\":[\">\",100]}]}"));
    var bySubscription =
        subscribe(
            "body",
            Map.of(
                "RawMessageDelivery",
                "true",
                "FilterPolicyScope",
                "MessageBody",
                "FilterPolicy",
                "{\"order\":{\"state\":[{\"anything-but\":\"new\"}]}}"));
    var price = MessageAttributeValue.builder().dataType("Number").stringValue("120.5").build();
    sns.publish(
        r ->
            r.topicArn(TOPIC)
                .message("{\"order\":{\"state\":\"new\"}}")
                .messageAttributes(Map.of("store", text("bee"), "price", price)));
    sns.publish(r -> r.topicArn(TOPIC).message("{\"order\":{\"state\":\"paid\"}}"));
    sns.publish(r -> r.topicArn(TOPIC).message("no document"));
    assertThat(receive(byAttributes))
        .extracting(Message::body)
        .containsExactly("{\"order\":{\"state\":\"new\"}}");
    assertThat(receive(byBody))
        .extracting(Message::body)
        .containsExactly("{\"order\":{\"state\":\"paid\"}}");
    sns.setSubscriptionAttributes(
        r -> r.subscriptionArn(bySubscription).attributeName("FilterPolicy").attributeValue("{}"));
    sns.publish(r -> r.topicArn(TOPIC).message("no document"));
    assertThat(receive(byBody)).hasSize(1);
    assertCode(
        "InvalidParameter",
        () ->
            sns.setSubscriptionAttributes(
                r ->
                    r.subscriptionArn(bySubscription)
                        .attributeName("FilterPolicy")
                        .attributeValue("{\"a\":\"b\"}")));
  }

  @Test
  void batchesAndStructuresAreTakenApart() {
    var url = queue("raw", Map.of());
    subscribe("raw", Map.of("RawMessageDelivery", "true"));
    var result =
        sns.publishBatch(
            r ->
                r.topicArn(TOPIC)
                    .publishBatchRequestEntries(
                        PublishBatchRequestEntry.builder()
                            .id("1")
                            .message("{\"default\":\"d\",\"sqs\":\"for queues\"}")
                            .messageStructure("json")
                            .build(),
                        PublishBatchRequestEntry.builder().id("2").message("plain").build()));
    assertThat(result.successful()).extracting("id").containsExactly("1", "2");
    assertThat(receive(url)).extracting(Message::body).containsExactly("for queues", "plain");
  }

  @Test
  void oneUnusableTextDoesNotFailItsBatch() {
    var url = queue("raw", Map.of());
    subscribe("raw", Map.of("RawMessageDelivery", "true"));
    var result =
        sns.publishBatch(
            r ->
                r.topicArn(TOPIC)
                    .publishBatchRequestEntries(
                        e -> e.id("valid").message("fine"),
                        e -> e.id("subject").message("x").subject("two\nlines"),
                        e -> e.id("empty").message("")));
    assertThat(result.successful()).extracting("id").containsExactly("valid");
    assertThat(result.failed())
        .extracting(f -> f.id() + " " + f.code() + ": " + f.message() + " " + f.senderFault())
        .containsExactly(
            "subject InvalidParameter: Invalid parameter: Subject true",
            "empty InvalidParameter: Invalid parameter: Empty message true");
    assertThat(receive(url)).extracting(Message::body).containsExactly("fine");
  }

  @Test
  void fifoTopicsKeepOrderAndDropDuplicates() {
    var topic =
        sns.createTopic(
                r ->
                    r.name("t.fifo")
                        .attributes(
                            Map.of("FifoTopic", "true", "ContentBasedDeduplication", "true")))
            .topicArn();
    var url = queue("q.fifo", Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
    sns.subscribe(
        r ->
            r.topicArn(topic)
                .protocol("sqs")
                .endpoint(QUEUES + "q.fifo")
                .attributes(Map.of("RawMessageDelivery", "true")));
    var first = sns.publish(r -> r.topicArn(topic).message("1").messageGroupId("g"));
    var duplicate = sns.publish(r -> r.topicArn(topic).message("1").messageGroupId("g"));
    assertThat(duplicate.messageId()).isEqualTo(first.messageId());
    assertThat(duplicate.sequenceNumber()).isEqualTo(first.sequenceNumber());
    sns.publish(r -> r.topicArn(topic).message("2").messageGroupId("g"));
    assertThat(receive(url)).extracting(Message::body).containsExactly("1", "2");
    assertCode("InvalidParameter", () -> sns.publish(r -> r.topicArn(topic).message("x")));
  }

  @Test
  void aWebServerAgreesIsToldAndLeaves() throws Exception {
    try (var web = new WebSubscriber()) {
      assertThat(
              sns.subscribe(r -> r.topicArn(TOPIC).protocol("http").endpoint(web.url()))
                  .subscriptionArn())
          .isEqualTo("pending confirmation");
      var question = json(web.next().body());
      assertThat(question.path("Type").stringValue()).isEqualTo("SubscriptionConfirmation");
      assertSigned(
          question,
          "Message",
          "MessageId",
          "SubscribeURL",
          "Timestamp",
          "Token",
          "TopicArn",
          "Type");
      sns.publish(r -> r.topicArn(TOPIC).message("too early"));
      assertThat(lab.follow(question.path("SubscribeURL").stringValue()))
          .contains("<SubscriptionArn>" + TOPIC);
      sns.publish(r -> r.topicArn(TOPIC).message("in time"));
      var told = web.next();
      assertThat(told.type()).isEqualTo("Notification");
      var notification = json(told.body());
      assertThat(notification.path("Message").stringValue()).isEqualTo("in time");
      assertNotificationSigned(notification);
      lab.follow(notification.path("UnsubscribeURL").stringValue());
      assertThat(json(web.next().body()).path("Type").stringValue())
          .isEqualTo("UnsubscribeConfirmation");
      assertThat(sns.listSubscriptions().subscriptions()).isEmpty();
      assertThat(sns.getTopicAttributes(r -> r.topicArn(TOPIC)).attributes())
          .containsEntry("SubscriptionsDeleted", "1");
    }
  }

  @Test
  void aFailingWebServerIsTriedAgainByTheClockAndThenGivenUp() throws Exception {
    var letters = queue("letters", Map.of());
    try (var web = new WebSubscriber()) {
      sns.subscribe(
          r ->
              r.topicArn(TOPIC)
                  .protocol("http")
                  .endpoint(web.url())
                  .attributes(
                      Map.of(
                          "RawMessageDelivery",
                          "true",
                          "RedrivePolicy",
                          "{\"deadLetterTargetArn\":\"" + QUEUES + "letters\"}")));
      lab.follow(json(web.next().body()).path("SubscribeURL").stringValue());
      web.status = 500;
      sns.publish(r -> r.topicArn(TOPIC).message("knock"));
      assertThat(web.next().raw()).isEqualTo("true");
      for (int retry = 0; retry < 3; retry++) {
        awaitRetry(web);
      }
      assertThat(sqs.receiveMessage(r -> r.queueUrl(letters).waitTimeSeconds(20)).messages())
          .extracting(Message::body)
          .containsExactly("knock");
    }
  }

  /** Each retry is due twenty seconds after the answer to the try before it was seen. */
  private void awaitRetry(WebSubscriber web) throws InterruptedException {
    while (!web.comes(Duration.ofMillis(10))) {
      lab.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void privateAddressesAreReachedOnlyWhereTheOperatorSaysSo() throws Exception {
    try (var web = new WebSubscriber();
        var strict = new Lab(false, null)) {
      var client = strict.sns();
      client.createTopic(r -> r.name("t"));
      client.subscribe(r -> r.topicArn(TOPIC).protocol("http").endpoint(web.url()));
      client.subscribe(
          r -> r.topicArn(TOPIC).protocol("http").endpoint("http://169.254.169.254/latest"));
      // A permitted lab's message comes through the same door.
      sns.subscribe(r -> r.topicArn(TOPIC).protocol("http").endpoint(web.url()));
      web.next();
      assertThat(web.isQuiet()).isTrue();
    }
  }

  @Test
  void mailGoesThroughTheOperatorsServer() throws Exception {
    var smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    smtp.start();
    try (var mailing = new Lab(false, new MailServer("127.0.0.1", smtp.getSmtp().getPort()))) {
      var client = mailing.sns();
      client.createTopic(r -> r.name("t"));
      client.subscribe(r -> r.topicArn(TOPIC).protocol("email").endpoint("ann@example.com"));
      assertThat(smtp.waitForIncomingEmail(20_000, 1)).isTrue();
      var question = GreenMailUtil.getBody(smtp.getReceivedMessages()[0]).replace("=\r\n", "");
      var link = question.replace("=3D", "=").lines().filter(l -> l.startsWith("http")).findFirst();
      mailing.follow(link.orElseThrow().strip());
      client.publish(r -> r.topicArn(TOPIC).subject("Grüße").message("good news"));
      assertThat(smtp.waitForIncomingEmail(20_000, 2)).isTrue();
      var news = smtp.getReceivedMessages()[1];
      assertThat(news.getSubject()).isEqualTo("Grüße");
      assertThat(news.getAllRecipients()[0]).hasToString("ann@example.com");
      assertThat(GreenMailUtil.getBody(news)).startsWith("good news");
    } finally {
      smtp.stop();
    }
  }
}
