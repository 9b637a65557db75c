package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.patterns.EventPattern;
import dev.bulwark.patterns.PatternException;
import dev.bulwark.schema.ApiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What can be set of a subscription. */
final class SubscriptionAttributes {
  static final String RAW = "RawMessageDelivery";
  static final String FILTER = "FilterPolicy";
  static final String FILTER_SCOPE = "FilterPolicyScope";
  static final String BODY_SCOPE = "MessageBody";
  static final String DELIVERY_POLICY = "DeliveryPolicy";
  static final String REDRIVE = "RedrivePolicy";

  private static final String FIFO = ".fifo";
  private static final int MOST_FILTER_KEYS = 5;
  private static final int MOST_COMBINATIONS = 150;
  private static final int LONGEST_FILTER = 256 * 1024;

  private SubscriptionAttributes() {}

  /**
   * What attributes are given for.
   *
   * @param where what AWS puts before its complaints
   */
  record Purpose(String where, String topicArn, String protocol, String endpoint) {
    static Purpose subscribing(String topicArn, String protocol, String endpoint) {
      return new Purpose("Attributes Reason: ", topicArn, protocol, endpoint);
    }

    static Purpose setting(SubscriptionRecord subscription) {
      return new Purpose(
          "", subscription.topicArn(), subscription.protocol(), subscription.endpoint());
    }

    private ApiException invalid(String name, String reason) {
      return SnsErrors.invalid(where + name + ": " + reason);
    }
  }

  /**
   * Checks attributes that a client gave.
   *
   * @throws ApiException InvalidParameter
   */
  static void check(Map<String, String> given, Purpose purpose, QueueSender queues) {
    given.forEach((name, value) -> check(name, value, purpose, queues));
    var filter = given.get(FILTER);
    if (filter != null && !filter.isEmpty() && !acceptsAll(filter)) {
      checkFilter(filter, BODY_SCOPE.equals(given.get(FILTER_SCOPE)), purpose);
    }
  }

  private static void check(String name, String value, Purpose purpose, QueueSender queues) {
    var protocol = purpose.protocol();
    switch (name) {
      case RAW -> {
        if (!Set.of("true", "false").contains(value)) {
          throw purpose.invalid(name, "Invalid value [" + value + "]. Must be true or false.");
        }
        if (value.equals("true") && !Set.of("sqs", "http", "https").contains(protocol)) {
          throw purpose.invalid(
              name, "Delivery protocol [" + protocol + "] does not support raw message delivery.");
        }
      }
      case FILTER -> {}
      case FILTER_SCOPE -> {
        if (!Set.of("MessageAttributes", BODY_SCOPE).contains(value)) {
          throw purpose.invalid(
              name,
              "Invalid value [" + value + "]. Please use either MessageBody or MessageAttributes");
        }
      }
      case DELIVERY_POLICY -> {
        if (!value.isEmpty()
            && Json.parseObject(value).flatMap(RetryPolicy::ofSubscription).isEmpty()) {
          throw purpose.invalid(name, "invalid delivery policy");
        }
      }
      case REDRIVE -> {
        if (!value.isEmpty()) {
          checkRedrive(value, purpose, queues);
        }
      }
      default -> throw SnsErrors.invalid("AttributeName");
    }
  }

  private static void checkRedrive(String policy, Purpose purpose, QueueSender queues) {
    if (Json.parse(policy).isEmpty()) {
      throw purpose.invalid(REDRIVE, unreadable(policy));
    }
    var queue = deadLetterQueue(policy).filter(queues::exists).orElse(null);
    if (queue == null) {
      throw purpose.invalid(REDRIVE, "deadLetterTargetArn is an invalid arn");
    }
    if (purpose.topicArn().endsWith(FIFO)
        && purpose.endpoint().endsWith(FIFO)
        && !queues.isFifo(queue)) {
      throw purpose.invalid(
          REDRIVE, "must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.");
    }
  }

  /** The ARN in a redrive policy; empty where there is none. */
  static Optional<String> deadLetterQueue(String policy) {
    return Json.parseObject(policy)
        .map(json -> json.path("deadLetterTargetArn"))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  private static void checkFilter(String text, boolean body, Purpose purpose) {
    var pattern = filter(text, purpose);
    if (pattern.fieldCount() > MOST_FILTER_KEYS) {
      throw purpose.invalid(
          FILTER, "Filter policy can not have more than " + MOST_FILTER_KEYS + " keys");
    }
    if (pattern.combinations() > MOST_COMBINATIONS || text.length() > LONGEST_FILTER) {
      throw purpose.invalid(FILTER, "Filter policy is too complex");
    }
    if (!body && isNested(text)) {
      throw SnsErrors.invalid(
          purpose.where()
              + "Filter policy scope MessageAttributes does not support nested filter policy");
    }
  }

  /** A filter policy as SNS shows it: without the spaces that somebody wrote it with. */
  static String compact(String filter) {
    return Json.parse(filter).map(JsonNode::toString).orElse(filter);
  }

  /** Attributes as SNS shows them; once filters were kept as they had been written. */
  static Map<String, String> shown(Map<String, String> attributes) {
    var shown = new LinkedHashMap<>(attributes);
    shown.computeIfPresent(FILTER, (name, filter) -> compact(filter));
    return shown;
  }

  /** An empty object filters nothing. */
  static boolean acceptsAll(String filter) {
    return Json.parseObject(filter).map(JsonNode::isEmpty).orElse(false);
  }

  private static boolean isNested(String text) {
    for (var value : Json.parseObject(text).orElseThrow()) {
      if (value.isObject()) {
        return true;
      }
    }
    return false;
  }

  private static String unreadable(String text) {
    return "failed to parse JSON. " + Json.complaint(text);
  }

  /** The filter policy of a subscription, compiled. */
  static EventPattern filter(String text, Purpose purpose) {
    var json = Json.parse(text).orElseThrow(() -> purpose.invalid(FILTER, unreadable(text)));
    try {
      return EventPattern.parse(json);
    } catch (PatternException e) {
      // AWS adds where in the text that is.
      throw purpose.invalid(FILTER, Objects.requireNonNullElse(e.getMessage(), ""));
    }
  }
}
