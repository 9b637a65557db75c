package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.StateValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rule of a composite alarm: {@code ALARM("a") AND NOT (OK(b) OR FALSE)}.
 *
 * @param alarms the names that it refers to
 */
record AlarmRule(Predicate<Function<String, @Nullable String>> test, List<String> alarms) {
  private static final int DEEPEST = 32;
  private static final int MOST_ALARMS = 100;

  /** Whether it holds where alarms are in those states. */
  boolean holds(Function<String, @Nullable String> states) {
    return test.test(states);
  }

  /**
   * @throws dev.bulwark.schema.ApiException ValidationError
   */
  static AlarmRule parse(String text) {
    var parser = new Parser(text);
    var test = parser.or();
    parser.space();
    if (parser.at < text.length()) {
      throw parser.problem();
    }
    if (parser.alarms.size() > MOST_ALARMS) {
      throw CloudWatchErrors.validation("AlarmRule refers to more than 100 alarms.");
    }
    return new AlarmRule(test, List.copyOf(parser.alarms));
  }

  private static final class Parser {
    private final String text;
    private final List<String> alarms = new ArrayList<>();
    private int at;
    private int depth;

    Parser(String text) {
      this.text = text;
    }

    private void space() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private boolean take(String word) {
      space();
      int end = at + word.length();
      boolean whole =
          end >= text.length()
              || !Character.isLetter(word.charAt(word.length() - 1))
              || !Character.isLetterOrDigit(text.charAt(end));
      if (text.startsWith(word, at) && whole) {
        at = end;
        return true;
      }
      return false;
    }

    private RuntimeException problem() {
      return CloudWatchErrors.validation(
          "AlarmRule must not contain leading or trailing whitespace or be null, and must be a valid expression: unexpected input at position "
              + at);
    }

    private Predicate<Function<String, @Nullable String>> or() {
      if (++depth > DEEPEST) {
        throw problem();
      }
      var test = and();
      while (take("OR")) {
        test = test.or(and());
      }
      depth--;
      return test;
    }

    private Predicate<Function<String, @Nullable String>> and() {
      var test = not();
      while (take("AND")) {
        test = test.and(not());
      }
      return test;
    }

    private Predicate<Function<String, @Nullable String>> not() {
      return take("NOT") ? not().negate() : single();
    }

    private Predicate<Function<String, @Nullable String>> single() {
      if (take("(")) {
        var test = or();
        require(")");
        return test;
      }
      if (take("TRUE")) {
        return states -> true;
      }
      if (take("FALSE")) {
        return states -> false;
      }
      for (var state : StateValue.values()) {
        if (take(state.value())) {
          require("(");
          var name = name();
          require(")");
          alarms.add(name);
          return states -> state.value().equals(states.apply(name));
        }
      }
      throw problem();
    }

    private void require(String expected) {
      if (!take(expected)) {
        throw problem();
      }
    }

    /** A name or an ARN, in quotes or without. */
    private String name() {
      space();
      int end =
          at < text.length() && text.charAt(at) == '"'
              ? text.indexOf('"', at + 1)
              : text.indexOf(')', at);
      if (end < 0) {
        throw problem();
      }
      boolean quoted = text.charAt(at) == '"';
      var name = text.substring(quoted ? at + 1 : at, end).strip();
      at = quoted ? end + 1 : end;
      return name.startsWith("arn:") ? name.substring(name.indexOf(":alarm:") + 7) : name;
    }
  }
}
