package dev.bulwark.lake;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Expressions of DuckDB's parser, in the form of JSON that it reads and writes them in. */
final class Ast {
  private Ast() {}

  private static ObjectNode expression(String kind, String type) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("class", kind)
        .put("type", type)
        .put("alias", "")
        .put("query_location", 0)
        .put("query_location_length", 0);
  }

  static ArrayNode list(JsonNode... items) {
    var list = JsonMapper.shared().createArrayNode();
    for (var item : items) {
      list.add(item);
    }
    return list;
  }

  static JsonNode text(String text) {
    return constant("STRING", text);
  }

  static JsonNode number(int number) {
    return constant("INTEGER", Integer.toString(number));
  }

  static JsonNode nothing() {
    return call("nullif", list(text(""), text("")));
  }

  private static JsonNode constant(String kind, String text) {
    var node = expression("CONSTANT", "VALUE_CONSTANT");
    node.putObject("literal").put("kind", kind).put("text", text);
    return node;
  }

  /** A constant's text; empty where it is something else. */
  static String textOf(JsonNode node) {
    return node.path("literal").path("text").asString("");
  }

  static ArrayNode arguments(ObjectNode call) {
    var list = list();
    call.path("arguments").forEach(argument -> list.add(argument.path("expression")));
    return list;
  }

  static ObjectNode call(String function, ArrayNode arguments) {
    var node = expression("FUNCTION", "FUNCTION");
    node.put("schema", "").putNull("filter");
    node.putObject("order_bys").put("type", "ORDER_MODIFIER").putArray("orders");
    node.put("distinct", false)
        .put("is_operator", isOperator(function))
        .put("export_state", false)
        .put("catalog", "");
    var list = node.putArray("arguments");
    arguments.forEach(argument -> list.addObject().put("name", "").set("expression", argument));
    return rename(node, function);
  }

  private static boolean isOperator(String function) {
    return !Character.isLetter(function.charAt(0));
  }

  static ObjectNode rename(ObjectNode call, String function) {
    call.put("function_name", function);
    call.putObject("qualified_name").putArray("path").add(function);
    return call;
  }

  static JsonNode operator(String type, ArrayNode children) {
    var node = expression("OPERATOR", type);
    node.set("children", children);
    return node;
  }

  /** Null where the expression fails. */
  static JsonNode attempt(JsonNode expression) {
    return operator("OPERATOR_TRY", list(expression));
  }

  static ObjectNode cast(JsonNode child, String type) {
    var node = expression("CAST", "OPERATOR_CAST");
    node.set("child", child);
    node.put("try_cast", false);
    var target = expression("TYPE", "TYPE");
    target.put("catalog", "").put("schema", "").put("type_name", type).putArray("children");
    target.putObject("qualified_name").putArray("path").add(type);
    node.set("type_expr", target);
    return node;
  }

  static JsonNode compare(String type, JsonNode left, JsonNode right) {
    var node = expression("COMPARISON", type);
    node.set("left", left);
    node.set("right", right);
    return node;
  }

  static JsonNode conditional(JsonNode condition, JsonNode then, JsonNode otherwise) {
    var node = expression("CASE", "CASE_EXPR");
    var check = node.putArray("case_checks").addObject();
    check.set("when_expr", condition);
    check.set("then_expr", then);
    node.set("else_expr", otherwise);
    return node;
  }
}
