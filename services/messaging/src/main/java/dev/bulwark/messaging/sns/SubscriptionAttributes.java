package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.patterns.EventPattern;
import dev.bulwark.patterns.PatternException;
import java.util.Map;
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

  private static final int MOST_FILTER_KEYS = 5;
  private static final int MOST_COMBINATIONS = 150;
  private static final int LONGEST_FILTER = 256 * 1024;

  private SubscriptionAttributes() {}

  /**
   * Checks attributes that a client gave.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameter
   */
  static void check(Map<String, String> given, String protocol, QueueSender queues) {
    given.forEach((name, value) -> check(name, value, protocol, queues));
    var filter = given.get(FILTER);
    if (filter != null && !filter.isEmpty() && !acceptsAll(filter)) {
      checkFilter(filter, BODY_SCOPE.equals(given.get(FILTER_SCOPE)));
    }
  }

  private static void check(String name, String value, String protocol, QueueSender queues) {
    switch (name) {
      case RAW -> {
        if (!Set.of("true", "false").contains(value)) {
          throw invalid(name, "Invalid value [" + value + "]. Must be true or false.");
        }
        if (value.equals("true") && !Set.of("sqs", "http", "https").contains(protocol)) {
          throw invalid(
              name, "Delivery protocol [" + protocol + "] does not support raw message delivery.");
        }
      }
      case FILTER -> {}
      case FILTER_SCOPE -> {
        if (!Set.of("MessageAttributes", BODY_SCOPE).contains(value)) {
          throw invalid(
              name,
              "Invalid value [" + value + "]. Please use either MessageBody or MessageAttributes");
        }
      }
      case DELIVERY_POLICY -> {
        if (!value.isEmpty()
            && Json.parseObject(value).flatMap(RetryPolicy::ofSubscription).isEmpty()) {
          throw invalid(name, "invalid delivery policy");
        }
      }
      case REDRIVE -> {
        if (!value.isEmpty() && deadLetterQueue(value).filter(queues::exists).isEmpty()) {
          throw invalid(
              name, "must be a JSON object with the ARN of a queue as deadLetterTargetArn");
        }
      }
      default -> throw SnsErrors.invalid("AttributeName");
    }
  }

  private static dev.bulwark.schema.ApiException invalid(String name, String reason) {
    return SnsErrors.invalid("Attributes Reason: " + name + ": " + reason);
  }

  /** The ARN in a redrive policy; empty where there is none. */
  static Optional<String> deadLetterQueue(String policy) {
    return Json.parseObject(policy)
        .map(json -> json.path("deadLetterTargetArn"))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  /**
   * Checks a filter policy.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameter, FilterPolicyLimitExceeded
   */
  static void checkFilter(String text, boolean body) {
    var pattern = filter(text);
    if (pattern.fieldCount() > MOST_FILTER_KEYS
        || pattern.combinations() > MOST_COMBINATIONS
        || text.length() > LONGEST_FILTER) {
      throw SnsErrors.tooComplexFilter();
    }
    if (!body && isNested(text)) {
      throw SnsErrors.invalid(
          "FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy");
    }
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

  /** A filter policy, compiled. */
  static EventPattern filter(String text) {
    var json =
        Json.parseObject(text)
            .orElseThrow(() -> SnsErrors.invalid("FilterPolicy: failed to parse JSON."));
    try {
      return EventPattern.parse(json);
    } catch (PatternException e) {
      throw SnsErrors.invalid("FilterPolicy: " + e.getMessage());
    }
  }
}
