package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Outbox;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that waits, as stored. Times are in milliseconds.
 *
 * @param kind what SNS calls the message: {@code Notification}, …
 * @param sealed the text to deliver
 * @param subject for e-mail
 * @param attempts how many have failed
 */
record DeliveryRecord(
    String topicArn,
    String subscriptionArn,
    String protocol,
    String endpoint,
    boolean raw,
    String kind,
    String messageId,
    byte[] sealed,
    @Nullable String subject,
    int attempts,
    long due)
    implements Outbox.Waiting {

  @Override
  public String lane() {
    return subscriptionArn;
  }

  DeliveryRecord tried(long nextDue) {
    return new DeliveryRecord(
        topicArn,
        subscriptionArn,
        protocol,
        endpoint,
        raw,
        kind,
        messageId,
        sealed,
        subject,
        attempts + 1,
        nextDue);
  }
}
