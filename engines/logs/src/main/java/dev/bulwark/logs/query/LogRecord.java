package dev.bulwark.logs.query;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event on its way through the commands of a query: the fields that commands have made, then
 * those of the log, then those that are discovered in a message that is JSON.
 */
final class LogRecord {
  private static final int MOST_DISCOVERED = 200;
  private static final int OVERHEAD = 200;

  private final LogEvent event;
  private final Map<String, @Nullable Object> made = new LinkedHashMap<>();
  private @Nullable Map<String, String> discovered;

  LogRecord(LogEvent event) {
    this.event = event;
  }

  /** The value of a field; null where there is none. */
  @Nullable Object get(String field) {
    if (made.containsKey(field)) {
      return made.get(field);
    }
    return switch (field) {
      case "@timestamp" -> Instant.ofEpochMilli(event.timestamp());
      case "@ingestionTime" -> Instant.ofEpochMilli(event.ingestionTime());
      case "@message" -> event.message();
      case "@logStream" -> event.stream();
      case "@log" -> event.log();
      case "@ptr" -> event.pointer();
      default -> discovered().get(field);
    };
  }

  /** How much it holds, about: its message, and the fields that are found in it. */
  long size() {
    long size = OVERHEAD + 2L * event.message().length();
    for (var value : made.values()) {
      size += value instanceof String text ? text.length() : 0;
    }
    return size;
  }

  void put(String field, @Nullable Object value) {
    made.put(field, value);
  }

  /** The fields of a message that is JSON, by their paths: {@code user.name}, {@code list.0}. */
  Map<String, String> discovered() {
    var known = discovered;
    if (known == null) {
      known = new LinkedHashMap<>();
      var message = event.message().strip();
      if (message.startsWith("{")) {
        try {
          flatten("", JsonMapper.shared().readTree(message), known);
        } catch (JacksonException e) {
          known.clear();
        }
      }
      discovered = known;
    }
    return known;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> into) {
    if (into.size() >= MOST_DISCOVERED) {
      return;
    }
    if (node.isObject()) {
      node.properties()
          .forEach(
              member ->
                  flatten(
                      path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                      member.getValue(),
                      into));
    } else if (node.isArray()) {
      int index = 0;
      for (Iterator<JsonNode> elements = node.iterator(); elements.hasNext(); index++) {
        flatten(path + "." + index, elements.next(), into);
      }
    } else if (!node.isNull()) {
      into.put(path, node.asString());
    }
  }
}
