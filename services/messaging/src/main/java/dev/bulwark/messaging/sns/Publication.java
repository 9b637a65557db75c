package dev.bulwark.messaging.sns;

import dev.bulwark.api.sns.MessageAttributeValue;
import dev.bulwark.messaging.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message that was published, as its deliveries are made of it.
 *
 * @param texts what each protocol is told, where the publisher said it apart
 * @param sequenceNumber null in standard topics
 */
record Publication(
    LoadedTopic topic,
    String messageId,
    String message,
    Map<String, String> texts,
    @Nullable String subject,
    Map<String, MessageAttributeValue> attributes,
    @Nullable String groupId,
    @Nullable String deduplicationId,
    @Nullable String sequenceNumber,
    Instant time) {

  Publication {
    attributes = new TreeMap<>(attributes);
  }

  String textFor(String protocol) {
    return texts.getOrDefault(protocol, texts.getOrDefault("default", message));
  }

  /** The body as a document, for filters on it; empty where it is none. */
  Optional<JsonNode> body() {
    return Json.parseObject(message);
  }

  /** Attributes as filters see them: numbers as numbers, arrays as arrays, no bytes. */
  ObjectNode attributesAsJson() {
    var json = Json.object();
    attributes.forEach(
        (name, value) -> {
          var text = value.stringValue();
          if (text != null) {
            switch (value.dataType()) {
              case "String.Array" -> Json.parse(text).ifPresent(array -> json.set(name, array));
              case "Number" ->
                  Json.parse(text)
                      .filter(JsonNode::isNumber)
                      .ifPresentOrElse(
                          number -> json.set(name, number), () -> json.put(name, text));
              default -> json.put(name, text);
            }
          }
        });
    return json;
  }
}
