package dev.bulwark.messaging.eventbridge;

import dev.bulwark.base.Arn;
import dev.bulwark.state.Key;
import java.util.Optional;

/** Which bus: its account, Region and name. */
record BusName(String accountId, String region, String name) {
  static final String DEFAULT = "default";

  private static final String TYPE = "event-bus/";

  static Optional<BusName> ofArn(String arn) {
    return Arn.tryParse(arn)
        .filter(
            parsed ->
                parsed.service().equals("events")
                    && parsed.resource().startsWith(TYPE)
                    && !parsed.account().isEmpty())
        .map(
            parsed ->
                new BusName(
                    parsed.account(), parsed.region(), parsed.resource().substring(TYPE.length())));
  }

  String arn() {
    return "arn:aws:events:" + region + ":" + accountId + ":" + TYPE + name;
  }

  String key() {
    return Key.of(accountId, region, name);
  }

  /** The ARN of a rule on it; those of the default bus do not name it. */
  String ruleArn(String rule) {
    return "arn:aws:events:"
        + region
        + ":"
        + accountId
        + ":rule/"
        + (name.equals(DEFAULT) ? rule : name + "/" + rule);
  }

  String ruleKey(String rule) {
    return Key.of(accountId, region, name, rule);
  }
}
