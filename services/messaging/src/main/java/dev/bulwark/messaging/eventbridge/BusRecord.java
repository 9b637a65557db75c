package dev.bulwark.messaging.eventbridge;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bus as stored; the default bus has a row once something was set of it.
 *
 * @param policy with principals by their unique ids; null where there is none
 */
record BusRecord(
    BusName name,
    @Nullable String description,
    @Nullable String kmsKey,
    @Nullable String deadLetterQueue,
    @Nullable String policy,
    Map<String, String> tags,
    Instant created,
    Instant modified) {

  BusRecord {
    tags = Map.copyOf(tags);
  }

  static BusRecord ofDefault(BusName name) {
    return new BusRecord(name, null, null, null, null, Map.of(), Instant.EPOCH, Instant.EPOCH);
  }

  BusRecord withPolicy(@Nullable String value, Instant time) {
    return new BusRecord(name, description, kmsKey, deadLetterQueue, value, tags, created, time);
  }

  BusRecord withTags(Map<String, String> value) {
    return new BusRecord(
        name, description, kmsKey, deadLetterQueue, policy, value, created, modified);
  }

  BusRecord with(
      @Nullable String newDescription,
      @Nullable String newKey,
      @Nullable String newDeadLetterQueue,
      Instant time) {
    return new BusRecord(
        name, newDescription, newKey, newDeadLetterQueue, policy, tags, created, time);
  }
}
