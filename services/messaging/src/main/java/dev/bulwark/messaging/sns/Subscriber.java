package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.sns.SubscriptionAttributes.Purpose;
import dev.bulwark.patterns.EventPattern;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A confirmed subscription, ready for deliveries.
 *
 * @param filter null for all messages
 * @param retries null for the topic's policy
 */
record Subscriber(
    SubscriptionRecord record,
    @Nullable EventPattern filter,
    boolean filtersBody,
    Optional<RetryPolicy> retries,
    Optional<String> deadLetterQueue) {

  static Subscriber of(SubscriptionRecord record) {
    Map<String, String> attributes = record.attributes();
    var filter = attributes.get(SubscriptionAttributes.FILTER);
    var delivery = attributes.get(SubscriptionAttributes.DELIVERY_POLICY);
    var redrive = attributes.get(SubscriptionAttributes.REDRIVE);
    return new Subscriber(
        record,
        filter == null || SubscriptionAttributes.acceptsAll(filter)
            ? null
            : SubscriptionAttributes.filter(filter, Purpose.setting(record)),
        SubscriptionAttributes.BODY_SCOPE.equals(
            attributes.get(SubscriptionAttributes.FILTER_SCOPE)),
        delivery == null
            ? Optional.empty()
            : Json.parseObject(delivery).flatMap(RetryPolicy::ofSubscription),
        redrive == null ? Optional.empty() : SubscriptionAttributes.deadLetterQueue(redrive));
  }

  boolean wants(Publication publication) {
    return filter == null
        || (filtersBody
            ? publication.body().map(filter::matches).orElse(false)
            : filter.matches(publication.attributesAsJson()));
  }
}
