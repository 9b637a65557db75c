package dev.bulwark.patterns;

import dev.bulwark.patterns.EventPattern.Demand;
import dev.bulwark.patterns.EventPattern.Field;
import dev.bulwark.patterns.EventPattern.Fields;
import dev.bulwark.patterns.EventPattern.Values;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads patterns. */
final class PatternReader {
  private static final String OR = "$or";
  private static final String NOT_ANYTHING_BUT =
      "Value of anything-but must be an array or single string/number value.";
  private static final int DEEPEST = 32;
  private static final BigDecimal LARGEST = BigDecimal.valueOf(5_000_000_000L);

  private int depth;

  EventPattern read(JsonNode pattern) throws PatternException {
    if (!pattern.isObject()) {
      throw new PatternException("Filter is not an object");
    }
    if (pattern.isEmpty()) {
      throw new PatternException("Empty objects are not allowed");
    }
    return new EventPattern(fields(pattern));
  }

  private Fields fields(JsonNode object) throws PatternException {
    if (++depth > DEEPEST) {
      throw new PatternException("The pattern is nested too deeply");
    }
    var all = new ArrayList<Field>();
    var alternatives = new ArrayList<List<Fields>>();
    for (var property : object.properties()) {
      if (property.getKey().equals(OR)) {
        alternatives.add(alternatives(property.getValue()));
      } else {
        all.add(new Field(property.getKey(), demand(property.getKey(), property.getValue())));
      }
    }
    depth--;
    return new Fields(List.copyOf(all), List.copyOf(alternatives));
  }

  private List<Fields> alternatives(JsonNode value) throws PatternException {
    if (!value.isArray() || value.size() < 2) {
      throw new PatternException("$or must be an array of at least two objects");
    }
    var group = new ArrayList<Fields>();
    for (var item : value) {
      if (!item.isObject() || item.isEmpty()) {
        throw new PatternException("$or must be an array of at least two objects");
      }
      group.add(fields(item));
    }
    return List.copyOf(group);
  }

  private Demand demand(String name, JsonNode value) throws PatternException {
    if (value.isObject()) {
      if (value.isEmpty()) {
        throw new PatternException("Empty objects are not allowed");
      }
      return fields(value);
    }
    if (!value.isArray()) {
      throw new PatternException("\"" + name + "\" must be an object or an array");
    }
    if (value.isEmpty()) {
      throw new PatternException("Empty arrays are not allowed");
    }
    var any = new ArrayList<Matcher>(value.size());
    for (var item : value) {
      any.add(matcher(item));
    }
    return new Values(List.copyOf(any));
  }

  private static Matcher matcher(JsonNode value) throws PatternException {
    if (value.isArray()) {
      throw new PatternException("Match value must be String, number, true, false, or null");
    }
    if (!value.isObject()) {
      return exact(value);
    }
    if (value.size() != 1) {
      throw new PatternException("Only one key allowed in match expression");
    }
    var property = value.properties().iterator().next();
    var operand = property.getValue();
    return switch (property.getKey()) {
      case "prefix" -> affix(operand, "prefix");
      case "suffix" -> affix(operand, "suffix");
      case "equals-ignore-case" -> Matcher.IgnoreCase.of(text(operand, "equals-ignore-case"));
      case "wildcard" -> wildcard(text(operand, "wildcard"));
      case "numeric" -> numeric(operand);
      case "cidr" ->
          // AWS speaks of a prefix here.
          new Matcher.Cidr(AddressBlock.parse(text(operand, "prefix")));
      case "exists" -> {
        if (!operand.isBoolean()) {
          throw new PatternException("exists match pattern must be either true or false.");
        }
        yield new Matcher.Exists(operand.booleanValue());
      }
      case "anything-but" -> anythingBut(operand);
      default -> throw new PatternException("Unrecognized match type " + property.getKey());
    };
  }

  private static Matcher exact(JsonNode value) {
    if (value.isString()) {
      return new Matcher.Text(value.stringValue());
    }
    return value.isNumber() ? new Matcher.Number(value.decimalValue()) : new Matcher.Literal(value);
  }

  private static String text(JsonNode operand, String operator) throws PatternException {
    if (!operand.isString()) {
      throw new PatternException(operator + " match pattern must be a string");
    }
    return operand.stringValue();
  }

  private static Matcher affix(JsonNode operand, String operator) throws PatternException {
    boolean ignoreCase = operand.isObject();
    if (ignoreCase && (operand.size() != 1 || !operand.has("equals-ignore-case"))) {
      throw new PatternException("Unsupported " + operator + " pattern");
    }
    var text = text(ignoreCase ? operand.path("equals-ignore-case") : operand, operator);
    return operator.equals("prefix")
        ? new Matcher.Prefix(text, ignoreCase)
        : new Matcher.Suffix(text, ignoreCase);
  }

  private static Matcher wildcard(String pattern) throws PatternException {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        char next = i + 1 < pattern.length() ? pattern.charAt(++i) : 0;
        if (next != '*' && next != '\\') {
          throw new PatternException("Invalid escape character at pos " + i);
        }
        part.append(next);
      } else if (c == '*') {
        if (i > 0 && part.isEmpty() && !parts.isEmpty()) {
          throw new PatternException("Consecutive wildcard characters at pos " + (i - 1));
        }
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts.size() == 1
        ? new Matcher.Text(parts.getFirst())
        : new Matcher.Wildcard(List.copyOf(parts));
  }

  private static Matcher numeric(JsonNode operand) throws PatternException {
    if (!operand.isArray()) {
      throw new PatternException("Value of numeric must be an array.");
    }
    if (!operand.path(0).isString()) {
      throw new PatternException(
          "Invalid member in numeric match: " + (operand.isEmpty() ? "]" : shown(operand.get(0))));
    }
    var operator = operand.get(0).stringValue();
    return switch (operator) {
      case "=" -> new Matcher.Number(onlyNumber(operand, "equals"));
      case "<", "<=" ->
          new Matcher.Range(null, false, onlyNumber(operand, operator), operator.length() == 2);
      case ">", ">=" ->
          operand.size() <= 2
              ? new Matcher.Range(
                  number(operand.path(1), operator), operator.length() == 2, null, false)
              : range(operand, operator);
      default -> throw new PatternException("Unrecognized numeric range operator: " + operator);
    };
  }

  private static BigDecimal onlyNumber(JsonNode operand, String operator) throws PatternException {
    var number = number(operand.path(1), operator);
    if (operand.size() > 2) {
      throw new PatternException("Too many elements in numeric expression");
    }
    return number;
  }

  private static Matcher range(JsonNode operand, String operator) throws PatternException {
    var low = number(operand.get(1), operator);
    var second = operand.get(2);
    if (!second.isString()) {
      throw new PatternException("Bad value in numeric range: " + shown(second));
    }
    var upper = second.stringValue();
    if (!upper.equals("<") && !upper.equals("<=")) {
      throw new PatternException("Bad numeric range operator: " + upper);
    }
    var high = number(operand.path(3), upper);
    if (low.compareTo(high) >= 0) {
      throw new PatternException("Bottom must be less than top");
    }
    if (operand.size() > 4) {
      throw new PatternException("Too many terms in numeric range expression");
    }
    return new Matcher.Range(low, operator.length() == 2, high, upper.length() == 2);
  }

  private static String shown(JsonNode value) {
    return value.isValueNode() ? value.asString("") : value.toString();
  }

  private static BigDecimal number(JsonNode node, String operator) throws PatternException {
    if (!node.isNumber()) {
      throw new PatternException("Value of " + operator + " must be numeric");
    }
    var number = node.decimalValue();
    if (number.abs().compareTo(LARGEST) > 0) {
      throw new PatternException("Value must be between -5.0E9 and 5.0E9, inclusive");
    }
    return number;
  }

  private static Matcher anythingBut(JsonNode operand) throws PatternException {
    var others = new ArrayList<Matcher>();
    if (operand.isObject()) {
      if (operand.size() != 1) {
        throw new PatternException("Only one key allowed in match expression");
      }
      var property = operand.properties().iterator().next();
      for (var item : items(property.getValue())) {
        others.add(
            switch (property.getKey()) {
              case "prefix", "suffix" -> otherAffix(item, property.getKey());
              case "equals-ignore-case" -> otherCase(item);
              case "wildcard" -> wildcard(text(item, "wildcard"));
              default ->
                  throw new PatternException(
                      "Unsupported anything-but pattern: " + property.getKey());
            });
      }
    } else {
      for (var item : items(operand)) {
        if (!item.isString() && !item.isNumber()) {
          throw new PatternException(
              operand.isArray()
                  ? "Inside anything but list, start|null|boolean is not supported."
                  : NOT_ANYTHING_BUT);
        }
        others.add(exact(item));
      }
    }
    return new Matcher.AnythingBut(List.copyOf(others));
  }

  private static Matcher otherAffix(JsonNode item, String operator) throws PatternException {
    if (item.isObject()) {
      throw new PatternException(NOT_ANYTHING_BUT);
    }
    if (text(item, "prefix/suffix").isEmpty()) {
      throw new PatternException("Null prefix/suffix not allowed");
    }
    return affix(item, operator);
  }

  private static Matcher otherCase(JsonNode item) throws PatternException {
    if (!item.isString()) {
      throw new PatternException(
          "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.");
    }
    return Matcher.IgnoreCase.of(item.stringValue());
  }

  private static Iterable<JsonNode> items(JsonNode operand) throws PatternException {
    if (!operand.isArray()) {
      return List.of(operand);
    }
    if (operand.isEmpty()) {
      throw new PatternException("Empty arrays are not allowed");
    }
    return operand;
  }
}
