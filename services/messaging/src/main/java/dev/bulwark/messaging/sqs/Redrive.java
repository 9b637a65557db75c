package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.Json;
import java.util.List;
import java.util.Optional;

/** What a redrive policy says: where messages go that were received too often. */
record Redrive(String deadLetterTargetArn, int maxReceiveCount) {
  private static final int MOST_RECEIVES = 1000;

  /** A redrive policy; empty where the text is none. */
  static Optional<Redrive> parse(String text) {
    return Json.parseObject(text)
        .filter(json -> json.path("deadLetterTargetArn").isString())
        .map(
            json ->
                new Redrive(
                    json.path("deadLetterTargetArn").stringValue(),
                    Json.integer(json.path("maxReceiveCount")).orElse(0)))
        .filter(policy -> policy.maxReceiveCount >= 1 && policy.maxReceiveCount <= MOST_RECEIVES);
  }

  /**
   * Refuses a text that is no redrive policy.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameterValue
   */
  static void check(String text) {
    var json = Json.parseObject(text).orElse(null);
    if (json == null) {
      throw SqsErrors.badRedrive(text, "Redrive policy is not a valid JSON map.");
    }
    for (var name : List.of("deadLetterTargetArn", "maxReceiveCount")) {
      if (json.path(name).isMissingNode()) {
        throw SqsErrors.badRedrive(
            text, "Redrive policy does not contain mandatory attribute: " + name + ".");
      }
    }
    if (!json.path("deadLetterTargetArn").isString()) {
      throw SqsErrors.badRedrive(text, "Invalid value for deadLetterTargetArn.");
    }
    if (parse(text).isEmpty()) {
      throw SqsErrors.badRedrive(
          text,
          "Invalid value for maxReceiveCount: "
              + json.path("maxReceiveCount").asString("")
              + ", valid values are from 1 to "
              + MOST_RECEIVES
              + " both inclusive.");
    }
  }

  /** Whether a redrive allow policy lets that queue use its queue; without one every queue may. */
  static boolean allows(String allowPolicy, String sourceArn) {
    return Json.parseObject(allowPolicy)
        .map(
            json ->
                switch (json.path("redrivePermission").asString("")) {
                  case "denyAll" -> false;
                  case "byQueue" -> Json.strings(json.path("sourceQueueArns")).contains(sourceArn);
                  default -> true;
                })
        .orElse(true);
  }

  /** Whether a text is a redrive allow policy. */
  static boolean isAllowPolicy(String text) {
    return Json.parseObject(text)
        .map(
            json -> {
              List<String> sources = Json.strings(json.path("sourceQueueArns"));
              return switch (json.path("redrivePermission").asString("")) {
                case "allowAll", "denyAll" -> sources.isEmpty();
                case "byQueue" ->
                    !sources.isEmpty()
                        && sources.size() <= 10
                        && sources.stream().allMatch(arn -> QueueName.ofArn(arn).isPresent());
                default -> false;
              };
            })
        .orElse(false);
  }
}
