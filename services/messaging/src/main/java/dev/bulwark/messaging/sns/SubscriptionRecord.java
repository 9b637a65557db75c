package dev.bulwark.messaging.sns;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A subscription as stored.
 *
 * @param owner the account that subscribed
 * @param confirmed whether its endpoint has agreed
 * @param authenticated whether the confirmation was signed
 * @param guarded whether only a signed request may end it
 */
record SubscriptionRecord(
    String id,
    String topicArn,
    String protocol,
    String endpoint,
    String owner,
    String region,
    Map<String, String> attributes,
    boolean confirmed,
    boolean authenticated,
    boolean guarded,
    Instant created) {

  SubscriptionRecord {
    attributes = new LinkedHashMap<>(attributes);
  }

  String arn() {
    return topicArn + ":" + id;
  }

  boolean raw() {
    return "true".equals(attributes.get(SubscriptionAttributes.RAW));
  }

  /** Whether it waited so long for its confirmation that there is no such subscription any more. */
  boolean isGone(Instant now) {
    return !confirmed && created.plus(Confirmations.WAIT).isBefore(now);
  }

  SubscriptionRecord confirm(boolean signed, boolean guard) {
    return new SubscriptionRecord(
        id, topicArn, protocol, endpoint, owner, region, attributes, true, signed, guard, created);
  }

  SubscriptionRecord withAttribute(String name, String value) {
    var all = new LinkedHashMap<>(attributes);
    if (value.isEmpty()) {
      all.remove(name);
    } else {
      all.put(name, value);
    }
    return new SubscriptionRecord(
        id,
        topicArn,
        protocol,
        endpoint,
        owner,
        region,
        all,
        confirmed,
        authenticated,
        guarded,
        created);
  }
}
