package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Json;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * When a delivery over HTTP is tried again.
 *
 * @param backoff {@code linear}, {@code arithmetic}, {@code geometric} or {@code exponential}
 * @see <a
 *     href="https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html">Message
 *     delivery retries</a>
 */
record RetryPolicy(
    int minDelay,
    int maxDelay,
    int retries,
    int noDelay,
    int minDelays,
    int maxDelays,
    String backoff) {
  static final RetryPolicy DEFAULT = new RetryPolicy(20, 20, 3, 0, 0, 0, "linear");

  private static final int LONGEST_DELAY = 3600;
  private static final int MOST_RETRIES = 100;

  /** The policy in a topic's attribute; empty where it is none. */
  static Optional<RetryPolicy> ofTopic(JsonNode policy) {
    return of(policy.path("http").path("defaultHealthyRetryPolicy"));
  }

  /** The policy in a subscription's attribute; empty where it is none. */
  static Optional<RetryPolicy> ofSubscription(JsonNode policy) {
    return of(policy.path("healthyRetryPolicy"));
  }

  private static Optional<RetryPolicy> of(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return Optional.of(DEFAULT);
    }
    var policy =
        new RetryPolicy(
            number(json, "minDelayTarget", DEFAULT.minDelay),
            number(json, "maxDelayTarget", DEFAULT.maxDelay),
            number(json, "numRetries", DEFAULT.retries),
            number(json, "numNoDelayRetries", 0),
            number(json, "numMinDelayRetries", 0),
            number(json, "numMaxDelayRetries", 0),
            json.path("backoffFunction").asString("linear"));
    return Optional.of(policy).filter(RetryPolicy::isValid);
  }

  private static int number(JsonNode json, String name, int otherwise) {
    var value = json.path(name);
    return value.isMissingNode() || value.isNull() ? otherwise : Json.integer(value).orElse(-1);
  }

  private boolean isValid() {
    return minDelay >= 1
        && minDelay <= maxDelay
        && maxDelay <= LONGEST_DELAY
        && retries >= 0
        && retries <= MOST_RETRIES
        && noDelay >= 0
        && minDelays >= 0
        && maxDelays >= 0
        && noDelay + minDelays + maxDelays <= retries
        && java.util.Set.of("linear", "arithmetic", "geometric", "exponential").contains(backoff);
  }

  /** How long to wait before a retry; empty where there are no more. */
  Optional<Duration> delay(int retry) {
    if (retry > retries) {
      return Optional.empty();
    }
    int backoffs = retries - noDelay - minDelays - maxDelays;
    int place = retry - noDelay - minDelays;
    double seconds =
        retry <= noDelay
            ? 0
            : place <= 0
                ? minDelay
                : place > backoffs ? maxDelay : backedOff((double) place / Math.max(1, backoffs));
    return Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  /** AWS shows curves for these functions, and no formulas. */
  private double backedOff(double part) {
    double grown =
        switch (backoff) {
          case "arithmetic" -> part * (1 + part) / 2;
          case "geometric" -> part * part;
          case "exponential" -> (Math.pow(2, 10 * part) - 1) / 1023;
          default -> part;
        };
    return minDelay + (maxDelay - minDelay) * grown;
  }

  ObjectNode json() {
    return Json.object()
        .put("minDelayTarget", minDelay)
        .put("maxDelayTarget", maxDelay)
        .put("numRetries", retries)
        .put("numMaxDelayRetries", maxDelays)
        .put("numNoDelayRetries", noDelay)
        .put("numMinDelayRetries", minDelays)
        .put("backoffFunction", backoff);
  }
}
