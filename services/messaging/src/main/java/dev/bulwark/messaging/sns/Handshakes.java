package dev.bulwark.messaging.sns;

import dev.bulwark.base.Ids;
import java.time.Instant;

/** Asks endpoints whether they agree to be subscribed, and tells them when they are no more. */
final class Handshakes {
  private final Envelopes envelopes;
  private final Deliveries deliveries;

  Handshakes(Envelopes envelopes, Deliveries deliveries) {
    this.envelopes = envelopes;
    this.deliveries = deliveries;
  }

  void ask(LoadedTopic topic, SubscriptionRecord subscription, String token, Instant now) {
    send(topic, subscription, Envelopes.CONFIRMATION, token, now);
  }

  void farewell(LoadedTopic topic, SubscriptionRecord subscription, String token, Instant now) {
    send(topic, subscription, Envelopes.FAREWELL, token, now);
  }

  private void send(
      LoadedTopic topic, SubscriptionRecord subscription, String type, String token, Instant now) {
    var messageId = Ids.uuid();
    var text =
        subscription.protocol().equals("email")
            ? "You have chosen to subscribe to the topic:\n"
                + topic.arn()
                + "\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n"
                + envelopes.subscribeUrl(topic, token)
                + "\n"
            : envelopes.handshake(topic, type, messageId, token, now);
    deliveries.sendLater(
        subscription,
        false,
        type,
        messageId,
        text,
        "AWS Notification - Subscription Confirmation",
        now);
  }
}
