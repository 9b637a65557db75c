package dev.bulwark.messaging.sqs;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue as stored.
 *
 * @param id tells a queue from others of its name before and after it
 * @param attributes as set, or as they are where nothing was said
 * @param policy with principals by their unique ids; null where there is none
 * @param purgedThrough messages up to this number are gone
 */
record QueueRecord(
    String id,
    QueueName name,
    Instant created,
    Instant modified,
    Map<String, String> attributes,
    @Nullable String policy,
    Map<String, String> tags,
    long purgedThrough) {

  QueueRecord {
    attributes = new LinkedHashMap<>(attributes);
    tags = Map.copyOf(tags);
  }

  String arn() {
    return name.arn();
  }

  int number(String attribute) {
    return Integer.parseInt(attributes.getOrDefault(attribute, "0"));
  }

  boolean is(String attribute, String value) {
    return value.equals(attributes.get(attribute));
  }

  QueueRecord withAttributes(
      Map<String, String> newAttributes, @Nullable String newPolicy, Instant time) {
    return new QueueRecord(id, name, created, time, newAttributes, newPolicy, tags, purgedThrough);
  }

  QueueRecord withTags(Map<String, String> newTags) {
    return new QueueRecord(id, name, created, modified, attributes, policy, newTags, purgedThrough);
  }

  QueueRecord withPurgedThrough(long number) {
    return new QueueRecord(id, name, created, modified, attributes, policy, tags, number);
  }
}
