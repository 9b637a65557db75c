package dev.bulwark.server;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** An explanation of a call as people read it. */
final class ExplanationText {
  private final StringBuilder out = new StringBuilder();

  private ExplanationText() {}

  static String of(JsonNode answer) {
    var text = new ExplanationText();
    text.tell(answer);
    return text.out.toString();
  }

  private void tell(JsonNode answer) {
    line(
        "%s of %s by %s at %s",
        text(answer, "eventName"),
        text(answer, "eventSource"),
        text(answer, "principal"),
        text(answer, "eventTime"));
    var code = text(answer, "errorCode");
    line("The call was %s%s", text(answer, "verdict"), code.isEmpty() ? "." : ": " + code);
    if (!code.isEmpty()) {
      line("  %s", text(answer, "errorMessage"));
    }
    for (var decision : answer.path("decisions")) {
      line("");
      decision(decision);
    }
  }

  private void decision(JsonNode decision) {
    line("%s on %s", text(decision, "action"), text(decision, "resource"));
    line("  %s", because(decision));
    if (!decision.path("steps").isEmpty()) {
      line("  Steps");
      for (var step : decision.path("steps")) {
        step(step);
      }
    }
    if (!decision.path("nearMisses").isEmpty()) {
      line("  Statements that come near");
      for (var miss : decision.path("nearMisses")) {
        line("    %s", SmallestChange.describe(miss, SmallestChange.place(miss)));
      }
    }
    if (!decision.path("keys").isEmpty()) {
      line("  Condition keys that policies asked for");
      for (var key : decision.path("keys")) {
        line("    %s = %s", text(key, "key"), values(key.path("values")));
      }
    }
    if (!decision.path("changes").isEmpty()) {
      line("  The smallest change that would allow it");
      for (var change : decision.path("changes")) {
        line("    - %s", change.asString());
      }
    }
    policies(decision);
  }

  private static String because(JsonNode decision) {
    var type = place(decision);
    return switch (text(decision, "outcome")) {
      case "ALLOW" ->
          type.isEmpty()
              ? "allowed: the root user of an account needs no policy"
              : "allowed by " + source(decision, type);
      case "EXPLICIT_DENY" -> "denied by " + source(decision, type);
      default -> "denied: " + type + " do not allow it";
    };
  }

  private static String place(JsonNode decision) {
    return decision.has("type") ? SmallestChange.place(decision) : "";
  }

  private static String source(JsonNode match, String place) {
    var name = text(match, "policy");
    return match.has("statement")
        ? SmallestChange.statement(match)
            + " of "
            + (name.isEmpty() ? place : name + " in " + place)
        : place;
  }

  private void step(JsonNode step) {
    line(
        "    %-14s %s",
        text(step, "outcome").toLowerCase(Locale.ROOT).replace('_', ' '),
        SmallestChange.place(step));
    for (var match : step.path("matched")) {
      line(
          "                   %s by %s",
          text(match, "effect").toLowerCase(Locale.ROOT),
          source(match, SmallestChange.place(step)));
    }
    if (!step.path("missing").isEmpty()) {
      line("                   keys that the request lacks: %s", values(step.path("missing")));
    }
  }

  private void policies(JsonNode decision) {
    if (!decision.has("policiesChangedSince")) {
      return;
    }
    var changed = decision.path("policiesChangedSince");
    if (changed.isEmpty()) {
      line("  The policies of the caller are the same today.");
      return;
    }
    line(
        "  Changed since the call: %s. What is told above was true then%s.",
        values(changed), decision.has("today") ? "; today " + text(decision, "today") : "");
  }

  private static String values(JsonNode values) {
    var text = new StringBuilder();
    values.forEach(value -> text.append(text.isEmpty() ? "" : ", ").append(value.asString()));
    return text.isEmpty() ? "(not in the request)" : text.toString();
  }

  private void line(String format, Object... values) {
    out.append(values.length == 0 ? format : format.formatted(values)).append('\n');
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
