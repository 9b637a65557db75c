package dev.bulwark.logs.filter;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where in a JSON document: {@code $.a.b[0]}, {@code $.a['b c']}, {@code $.a[*].b}.
 *
 * @param steps names of members, numbers of elements in brackets, or {@code [*]}
 */
record JsonPath(String text, List<String> steps) {
  private static final int MOST_VALUES = 1000;

  static JsonPath parse(Tokens tokens, String enders) throws InvalidPatternException {
    tokens.require("$");
    var text = new StringBuilder("$");
    var steps = new ArrayList<String>();
    while (true) {
      if (tokens.peek() == '.') {
        tokens.take(".");
        var name = tokens.until(".[" + enders);
        if (name.isEmpty()) {
          throw tokens.problem("expected a name");
        }
        text.append('.').append(name);
        steps.add(name);
      } else if (tokens.peek() == '[') {
        tokens.take("[");
        boolean quoted = tokens.peek() == '\'' || tokens.peek() == '"';
        var step = quoted ? tokens.delimited(tokens.peek()) : tokens.until("]");
        tokens.require("]");
        if (!quoted && !step.equals("*") && !step.matches("\\d{1,5}")) {
          throw tokens.problem("expected a number");
        }
        text.append('[').append(step).append(']');
        steps.add(quoted ? step : "[" + step);
      } else {
        break;
      }
    }
    if (steps.isEmpty()) {
      throw tokens.problem("expected a property selector");
    }
    return new JsonPath(text.toString(), List.copyOf(steps));
  }

  /** The nodes that it points at: several where it goes through all elements. */
  List<JsonNode> find(JsonNode document) {
    var nodes = List.of(document);
    for (var step : steps) {
      var next = new ArrayList<JsonNode>();
      for (var node : nodes) {
        step(node, step, next);
      }
      nodes = next;
    }
    return nodes;
  }

  private static void step(JsonNode node, String step, List<JsonNode> next) {
    if (step.equals("[*")) {
      for (var element : node) {
        if (next.size() < MOST_VALUES) {
          next.add(element);
        }
      }
      return;
    }
    @Nullable JsonNode found =
        step.startsWith("[") ? node.get(Integer.parseInt(step.substring(1))) : node.get(step);
    if (found != null) {
      next.add(found);
    }
  }

  /** A scalar as patterns compare it. */
  static @Nullable String text(JsonNode node) {
    return node.isValueNode() && !node.isNull() ? node.asString() : null;
  }
}
