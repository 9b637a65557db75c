package dev.bulwark.messaging.eventbridge;

import dev.bulwark.state.Key;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API destination as stored.
 *
 * @param id the end of its ARN
 * @param rate how many requests it takes a second
 */
record DestinationRecord(
    String accountId,
    String region,
    String name,
    String id,
    @Nullable String description,
    String connectionArn,
    String endpoint,
    String method,
    int rate,
    Instant created,
    Instant modified) {

  static final String KIND = "api-destination/";

  static String arn(String region, String accountId, String name, String id) {
    return "arn:aws:events:"
        + region
        + ":"
        + accountId
        + ":"
        + KIND
        + name
        + (id.isEmpty() ? "" : "/" + id);
  }

  String arn() {
    return arn(region, accountId, name, id);
  }

  String key() {
    return Key.of(accountId, region, name);
  }
}
