package dev.bulwark.messaging.sns;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A topic as stored.
 *
 * @param attributes as set
 * @param policy with principals by their unique ids; null for the default policy
 * @param deleted how many subscriptions were deleted
 */
record TopicRecord(
    TopicName name,
    Map<String, String> attributes,
    @Nullable String policy,
    Map<String, String> tags,
    long deleted) {

  TopicRecord {
    attributes = new LinkedHashMap<>(attributes);
    tags = Map.copyOf(tags);
  }

  String arn() {
    return name.arn();
  }

  boolean fifo() {
    return "true".equals(attributes.get(TopicAttributes.FIFO));
  }

  TopicRecord withAttribute(String attribute, String value) {
    var all = new LinkedHashMap<>(attributes);
    if (value.isEmpty()) {
      all.remove(attribute);
    } else {
      all.put(attribute, value);
    }
    return new TopicRecord(name, all, policy, tags, deleted);
  }

  TopicRecord withPolicy(@Nullable String value) {
    return new TopicRecord(name, attributes, value, tags, deleted);
  }

  TopicRecord withTags(Map<String, String> value) {
    return new TopicRecord(name, attributes, policy, value, deleted);
  }

  TopicRecord withOneMoreDeleted() {
    return new TopicRecord(name, attributes, policy, tags, deleted + 1);
  }
}
