package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a target is told of an event: all of it, a part, a text with parts of it, or something else.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html">Input
 *     transformation</a>
 */
final class TargetInputs {
  private static final Pattern VARIABLE = Pattern.compile("<([A-Za-z0-9._-]{1,256})>");

  private TargetInputs() {}

  static String of(RuleRecord rule, TargetRecord target, JsonNode event, Instant ingested) {
    if (target.input() != null) {
      return target.input();
    }
    if (target.inputPath() != null) {
      var part = JsonPaths.find(event, target.inputPath());
      return part.isMissingNode() ? "null" : Json.text(part);
    }
    var template = target.inputTemplate();
    return template == null ? Json.text(event) : transform(template, rule, target, event, ingested);
  }

  private static String transform(
      String template, RuleRecord rule, TargetRecord target, JsonNode event, Instant ingested) {
    var text = new StringBuilder();
    var variables = VARIABLE.matcher(template);
    int from = 0;
    while (variables.find()) {
      text.append(template, from, variables.start());
      boolean quoted = isQuoted(template, variables.start());
      text.append(value(variables, rule, target, event, ingested, quoted));
      from = variables.end();
    }
    return text.append(template.substring(from)).toString();
  }

  /** Whether a place in a template is within a string of JSON. */
  private static boolean isQuoted(String template, int place) {
    boolean quoted = false;
    for (int i = 0; i < place; i++) {
      char c = template.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      }
    }
    return quoted;
  }

  private static String value(
      Matcher variable,
      RuleRecord rule,
      TargetRecord target,
      JsonNode event,
      Instant ingested,
      boolean quoted) {
    var name = variable.group(1);
    switch (name) {
      case "aws.events.rule-arn" -> {
        return text(rule.arn(), quoted);
      }
      case "aws.events.rule-name" -> {
        return text(rule.name(), quoted);
      }
      case "aws.events.event.ingestion-time" -> {
        return text(Events.time(ingested), quoted);
      }
      case "aws.events.event.json" -> {
        return quoted ? escaped(Json.text(event)) : Json.text(event);
      }
      case "aws.events.event" -> {
        return quoted ? escaped(Json.text(event)) : Json.text(event);
      }
      default -> {}
    }
    var path = target.inputPaths().get(name);
    if (path == null) {
      return variable.group();
    }
    var value = JsonPaths.find(event, path);
    if (value.isMissingNode()) {
      return quoted ? "" : "\"\"";
    }
    if (value.isString()) {
      return text(value.stringValue(), quoted);
    }
    return quoted ? escaped(Json.text(value)) : Json.text(value);
  }

  private static String text(String value, boolean quoted) {
    var json = Json.text(value);
    return quoted ? json.substring(1, json.length() - 1) : json;
  }

  private static String escaped(String json) {
    return text(json, true);
  }
}
