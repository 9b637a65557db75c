package dev.bulwark.lake;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a query in DuckDB's terms of one in Trino's, over what DuckDB's own parser understood. What
 * is not known here is refused: tables are event data stores and the query's own, functions are
 * Trino's.
 */
final class Translator {
  private static final Set<String> EXPRESSIONS =
      Set.of(
          "COLUMN_REF",
          "CONSTANT",
          "FUNCTION",
          "COMPARISON",
          "CONJUNCTION",
          "OPERATOR",
          "CASE",
          "CAST",
          "BETWEEN",
          "SUBQUERY",
          "STAR",
          "WINDOW",
          "LAMBDA",
          "TYPE");

  private static final Set<String> QUERIES = Set.of("SELECT_NODE", "SET_OPERATION_NODE");

  private final Functions functions = new Functions();
  private final Instant now;
  private final Set<String> own = new HashSet<>();
  private final Set<String> stores = new HashSet<>();

  /**
   * @param now what the query takes for the present
   */
  Translator(Instant now) {
    this.now = now;
  }

  /** The ids of event data stores that are read. */
  Set<String> stores() {
    return stores;
  }

  /**
   * Translates a statement in place.
   *
   * @param parsed what DuckDB's parser made of it
   * @throws LakeException STATEMENT
   */
  void translate(JsonNode parsed) throws LakeException {
    if (parsed.path("error").asBoolean(true)) {
      var message = parsed.path("error_message").asString("syntax error");
      throw refused(
          message.startsWith("Only SELECT") ? "Only SELECT statements are allowed." : message);
    }
    if (parsed.path("statements").size() != 1) {
      throw refused("Only a single SELECT statement is allowed.");
    }
    var node = parsed.path("statements").get(0).path("node");
    collect(node);
    nameColumns(node);
    children(node);
    if (stores.isEmpty()) {
      throw refused("The query names no event data store.");
    }
  }

  /** Names of the query's own, wherever they are defined: that they are in reach is DuckDB's. */
  private void collect(JsonNode node) {
    for (var entry : node.path("cte_map").path("map")) {
      own.add(entry.path("key").asString("").toLowerCase(Locale.ROOT));
    }
    node.forEach(this::collect);
  }

  /** Columns without a name have a number in Trino. */
  private static void nameColumns(JsonNode query) {
    var first = query;
    while (first.path("type").asString("").equals("SET_OPERATION_NODE")) {
      first = first.path("children").get(0);
    }
    int number = 0;
    for (var column : first.path("select_list")) {
      var kind = column.path("class").asString("");
      if (column instanceof ObjectNode named
          && named.path("alias").asString("").isEmpty()
          && !kind.equals("COLUMN_REF")
          && !kind.equals("STAR")) {
        named.put("alias", "_col" + number);
      }
      number++;
    }
  }

  private void children(JsonNode node) throws LakeException {
    if (node instanceof ObjectNode object) {
      for (var name : List.copyOf(object.propertyNames())) {
        object.set(name, visit(object.path(name)));
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, visit(array.get(i)));
      }
    }
  }

  private JsonNode visit(JsonNode node) throws LakeException {
    if (!(node instanceof ObjectNode object)) {
      children(node);
      return node;
    }
    if (object.has("class")) {
      return expression(object);
    }
    if (object.has("cte_map") && !QUERIES.contains(object.path("type").asString(""))) {
      throw refused("This kind of query is not supported.");
    }
    if (object.has("sample") && object.path("type").isString() && object.has("alias")) {
      table(object);
    }
    children(object);
    return object;
  }

  private void table(ObjectNode table) throws LakeException {
    switch (table.path("type").asString("")) {
      case "EMPTY", "SUBQUERY", "JOIN", "EXPRESSION_LIST" -> {}
      case "BASE_TABLE" -> {
        var path = table.path("qualified_name").path("path");
        var name = table.path("table_name").asString("").toLowerCase(Locale.ROOT);
        if (path.size() != 1 || !table.path("at_clause").isNull()) {
          throw refused("Only IDs of event data stores can be queried.");
        }
        if (!own.contains(name)) {
          if (!QueryText.isId(name)) {
            throw refused("Table " + name + " does not exist: it is no ID of an event data store.");
          }
          stores.add(name);
        }
      }
      case "TABLE_FUNCTION" -> {
        if (!table.path("function").path("function_name").asString("").equals("unnest")) {
          throw refused("Only IDs of event data stores can be queried.");
        }
      }
      default -> throw refused("This kind of table is not supported.");
    }
  }

  private JsonNode expression(ObjectNode node) throws LakeException {
    var kind = node.path("class").asString("");
    if (!EXPRESSIONS.contains(kind)
        || node.path("columns").asBoolean(false)
        || !node.path("catalog").asString("").isEmpty()
        || !node.path("schema").asString("").isEmpty()) {
      throw refused("This kind of expression is not supported.");
    }
    children(node);
    return switch (kind) {
      case "FUNCTION" -> function(node);
      case "COLUMN_REF" -> column(node);
      case "LAMBDA" -> node.put("syntax_type", "LAMBDA_KEYWORD");
      case "WINDOW" -> {
        var name = node.path("function_name").asString("").toLowerCase(Locale.ROOT);
        if (!Functions.isWindow(name)) {
          throw unknown(name);
        }
        yield node;
      }
      default -> node;
    };
  }

  private JsonNode function(ObjectNode call) throws LakeException {
    var name = call.path("function_name").asString("").toLowerCase(Locale.ROOT);
    if (name.equals("now")) {
      return withAlias(present("TIMESTAMPTZ"), call);
    }
    var translated = functions.translate(name, call);
    if (translated == null) {
      throw unknown(name);
    }
    return withAlias(translated, call);
  }

  /** Times that look like columns. */
  private JsonNode column(ObjectNode node) {
    var names = node.path("column_names");
    if (names.size() != 1) {
      return node;
    }
    var type =
        switch (names.get(0).asString("").toLowerCase(Locale.ROOT)) {
          case "current_timestamp" -> "TIMESTAMPTZ";
          case "localtimestamp" -> "TIMESTAMP";
          case "current_date" -> "DATE";
          default -> "";
        };
    return type.isEmpty() ? node : withAlias(present(type), node);
  }

  private JsonNode present(String type) {
    return Ast.cast(Ast.text(now.toString()), type);
  }

  private static JsonNode withAlias(JsonNode made, ObjectNode from) {
    return made instanceof ObjectNode object
        ? object.put("alias", from.path("alias").asString(""))
        : made;
  }

  private static LakeException unknown(String function) {
    return refused("Function " + function + " not registered");
  }

  private static LakeException refused(String message) {
    return new LakeException(LakeException.Kind.STATEMENT, message);
  }
}
