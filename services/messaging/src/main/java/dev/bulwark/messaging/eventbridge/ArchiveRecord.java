package dev.bulwark.messaging.eventbridge;

import dev.bulwark.state.Key;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An archive as stored.
 *
 * @param pattern null where it keeps all events
 * @param retentionDays 0 for ever
 * @param kmsKey under which it keeps its events; null for the installation's own
 */
record ArchiveRecord(
    String accountId,
    String region,
    String name,
    BusName bus,
    @Nullable String description,
    @Nullable String pattern,
    int retentionDays,
    Instant created,
    @Nullable String kmsKey) {

  String arn() {
    return "arn:aws:events:" + region + ":" + accountId + ":archive/" + name;
  }

  String key() {
    return Key.of(accountId, region, name);
  }

  ArchiveRecord with(
      @Nullable String newDescription,
      @Nullable String newPattern,
      int newRetention,
      @Nullable String newKey) {
    return new ArchiveRecord(
        accountId, region, name, bus, newDescription, newPattern, newRetention, created, newKey);
  }
}
