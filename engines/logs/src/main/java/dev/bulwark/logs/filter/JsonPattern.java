package dev.bulwark.logs.filter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Conditions on the members of a JSON document: {@code { $.status = 404 && $.user = "a*" }}. */
record JsonPattern(Condition condition) implements FilterPattern {
  private static final String ENDERS = "()=!<>&|} \t\r\n";
  private static final String VALUE_ENDERS = ")&|}";
  private static final int DEEPEST = 32;

  /** A condition on a document. */
  sealed interface Condition {
    boolean holds(JsonNode document, Map<String, String> values);
  }

  private record All(Condition one, Condition other) implements Condition {
    @Override
    public boolean holds(JsonNode document, Map<String, String> values) {
      return one.holds(document, values) && other.holds(document, values);
    }
  }

  private record Any(Condition one, Condition other) implements Condition {
    @Override
    public boolean holds(JsonNode document, Map<String, String> values) {
      // Both, since what either finds is told.
      return one.holds(document, values) | other.holds(document, values);
    }
  }

  private record Compare(JsonPath path, ValueTest test) implements Condition {
    @Override
    public boolean holds(JsonNode document, Map<String, String> values) {
      for (var node : path.find(document)) {
        var text = JsonPath.text(node);
        if (test.holds(text)) {
          values.put(path.text(), String.valueOf(text));
          return true;
        }
      }
      return false;
    }
  }

  private record Is(JsonPath path, String what) implements Condition {
    @Override
    public boolean holds(JsonNode document, Map<String, String> values) {
      var found = path.find(document);
      if (what.equals("NOT EXISTS")) {
        return found.isEmpty();
      }
      for (var node : found) {
        boolean fits =
            switch (what) {
              case "NULL" -> node.isNull();
              case "TRUE" -> node.isBoolean() && node.asBoolean();
              default -> node.isBoolean() && !node.asBoolean();
            };
        if (fits) {
          values.put(path.text(), node.asString("null"));
          return true;
        }
      }
      return false;
    }
  }

  static JsonPattern parse(String text) throws InvalidPatternException {
    var tokens = new Tokens(text);
    tokens.require("{");
    var condition = any(tokens, 0);
    tokens.require("}");
    if (!tokens.atEnd()) {
      throw tokens.problem("nothing may follow");
    }
    return new JsonPattern(condition);
  }

  private static Condition any(Tokens tokens, int depth) throws InvalidPatternException {
    if (depth > DEEPEST) {
      throw tokens.problem("too many parentheses");
    }
    var condition = all(tokens, depth);
    while (tokens.take("||")) {
      condition = new Any(condition, all(tokens, depth));
    }
    return condition;
  }

  private static Condition all(Tokens tokens, int depth) throws InvalidPatternException {
    var condition = single(tokens, depth);
    while (tokens.take("&&")) {
      condition = new All(condition, single(tokens, depth));
    }
    return condition;
  }

  private static Condition single(Tokens tokens, int depth) throws InvalidPatternException {
    if (tokens.take("(")) {
      var condition = any(tokens, depth + 1);
      tokens.require(")");
      return condition;
    }
    tokens.skipSpace();
    var path = JsonPath.parse(tokens, ENDERS);
    if (tokens.takeWord("IS")) {
      for (var what : List.of("NULL", "TRUE", "FALSE")) {
        if (tokens.takeWord(what)) {
          return new Is(path, what);
        }
      }
      throw tokens.problem("expected NULL, TRUE or FALSE");
    }
    if (tokens.takeWord("NOT")) {
      if (!tokens.takeWord("EXISTS")) {
        throw tokens.problem("expected EXISTS");
      }
      return new Is(path, "NOT EXISTS");
    }
    return new Compare(path, ValueTest.parse(tokens, VALUE_ENDERS));
  }

  @Override
  public Optional<Map<String, String>> match(String message) {
    var document = document(message);
    if (document == null) {
      return Optional.empty();
    }
    var values = new LinkedHashMap<String, String>();
    return condition.holds(document, values) ? Optional.of(values) : Optional.empty();
  }

  @Override
  public @Nullable String value(String message, String selector) {
    var document = document(message);
    if (document == null) {
      return null;
    }
    try {
      for (var node : JsonPath.parse(new Tokens(selector), ENDERS).find(document)) {
        return JsonPath.text(node);
      }
      return null;
    } catch (InvalidPatternException e) {
      return null;
    }
  }

  private static @Nullable JsonNode document(String message) {
    if (!message.stripLeading().startsWith("{")) {
      return null;
    }
    try {
      return JsonMapper.shared().readTree(message);
    } catch (JacksonException e) {
      return null;
    }
  }
}
