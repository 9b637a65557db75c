package dev.bulwark.messaging.eventbridge;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The part of JSONPath that EventBridge knows: members by name, items by number. */
final class JsonPaths {
  private static final Pattern PATH =
      Pattern.compile("\\$((\\.[A-Za-z0-9_:@-]+)|(\\['[^']{1,100}'\\])|(\\[\\d{1,6}\\]))*");
  private static final Pattern STEP =
      Pattern.compile("\\.([A-Za-z0-9_:@-]+)|\\['([^']{1,100})'\\]|\\[(\\d{1,6})\\]");

  private JsonPaths() {}

  static boolean isPath(String path) {
    return path.length() <= 256 && PATH.matcher(path).matches();
  }

  /** What is there; a missing node for nothing. */
  static JsonNode find(JsonNode document, String path) {
    var node = document;
    var steps = STEP.matcher(path);
    while (steps.find()) {
      var name = steps.group(1) != null ? steps.group(1) : steps.group(2);
      node = name != null ? node.path(name) : node.path(Integer.parseInt(steps.group(3)));
    }
    return node;
  }
}
