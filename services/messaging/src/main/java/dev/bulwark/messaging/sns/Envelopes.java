package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON in which SNS wraps messages, and what of it is signed.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html">Message
 *     and JSON formats</a>
 */
final class Envelopes {
  static final String NOTIFICATION = "Notification";
  static final String CONFIRMATION = "SubscriptionConfirmation";
  static final String FAREWELL = "UnsubscribeConfirmation";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final MessageSigner signer;
  private final Supplier<String> baseUrl;

  /**
   * @param baseUrl how clients reach this installation
   */
  Envelopes(MessageSigner signer, Supplier<String> baseUrl) {
    this.signer = signer;
    this.baseUrl = baseUrl;
  }

  private static String version(LoadedTopic topic) {
    return topic.record().attributes().getOrDefault(TopicAttributes.SIGNATURE_VERSION, "1");
  }

  /** A signature that serves all deliveries of one text. */
  String sign(Publication publication, String text) {
    var toSign = new StringBuilder();
    put(toSign, "Message", text);
    put(toSign, "MessageId", publication.messageId());
    put(toSign, "Subject", publication.subject());
    put(toSign, "Timestamp", TIME.format(publication.time()));
    put(toSign, "TopicArn", publication.topic().arn());
    put(toSign, "Type", NOTIFICATION);
    return signer.sign(toSign.toString(), version(publication.topic()));
  }

  String notification(
      Publication publication, String text, String signature, String subscriptionArn) {
    var json = Json.object();
    json.put("Type", NOTIFICATION).put("MessageId", publication.messageId());
    if (publication.sequenceNumber() != null) {
      json.put("SequenceNumber", publication.sequenceNumber());
    }
    json.put("TopicArn", publication.topic().arn());
    if (publication.subject() != null) {
      json.put("Subject", publication.subject());
    }
    json.put("Message", text).put("Timestamp", TIME.format(publication.time()));
    putSignature(json, version(publication.topic()), signature);
    json.put("UnsubscribeURL", unsubscribeUrl(subscriptionArn));
    if (!publication.attributes().isEmpty()) {
      var attributes = json.putObject("MessageAttributes");
      publication
          .attributes()
          .forEach(
              (name, value) ->
                  attributes
                      .putObject(name)
                      .put("Type", value.dataType())
                      .put(
                          "Value",
                          value.binaryValue() == null
                              ? value.stringValue()
                              : Base64.getEncoder().encodeToString(value.binaryValue())));
    }
    return Json.text(json);
  }

  private void putSignature(ObjectNode json, String version, String signature) {
    json.put("SignatureVersion", version)
        .put("Signature", signature)
        .put("SigningCertURL", baseUrl.get() + signer.certificatePath());
  }

  /**
   * The message by which an endpoint agrees, or by which it can take back that it left.
   *
   * @param type {@link #CONFIRMATION} or {@link #FAREWELL}
   */
  String handshake(LoadedTopic topic, String type, String messageId, String token, Instant time) {
    var text =
        type.equals(CONFIRMATION)
            ? "You have chosen to subscribe to the topic "
                + topic.arn()
                + ".\nTo confirm the subscription, visit the SubscribeURL included in this message."
            : "You have chosen to deactivate subscription "
                + topic.arn()
                + ".\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.";
    var url = subscribeUrl(topic, token);
    var toSign = new StringBuilder();
    put(toSign, "Message", text);
    put(toSign, "MessageId", messageId);
    put(toSign, "SubscribeURL", url);
    put(toSign, "Timestamp", TIME.format(time));
    put(toSign, "Token", token);
    put(toSign, "TopicArn", topic.arn());
    put(toSign, "Type", type);
    var json =
        Json.object()
            .put("Type", type)
            .put("MessageId", messageId)
            .put("Token", token)
            .put("TopicArn", topic.arn())
            .put("Message", text)
            .put("SubscribeURL", url)
            .put("Timestamp", TIME.format(time));
    putSignature(json, version(topic), signer.sign(toSign.toString(), version(topic)));
    return Json.text(json);
  }

  String subscribeUrl(LoadedTopic topic, String token) {
    return baseUrl.get()
        + "/?Action=ConfirmSubscription&TopicArn="
        + encode(topic.arn())
        + "&Token="
        + encode(token);
  }

  String unsubscribeUrl(String subscriptionArn) {
    return baseUrl.get() + "/?Action=Unsubscribe&SubscriptionArn=" + encode(subscriptionArn);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void put(StringBuilder toSign, String name, @Nullable String value) {
    if (value != null) {
      toSign.append(name).append('\n').append(value).append('\n');
    }
  }
}
