package dev.bulwark.logs.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What the value of a field has to be like. */
sealed interface ValueTest {

  /**
   * @param actual null where there is no such field
   */
  boolean holds(@Nullable String actual);

  /** Equal, but for stars at either end or between, which stand for anything. */
  record Like(Pattern pattern, boolean wanted) implements ValueTest {
    @Override
    public boolean holds(@Nullable String actual) {
      return actual != null && pattern.matches(actual) == wanted;
    }
  }

  /** Found by a regular expression. */
  record Found(Pattern pattern, boolean wanted) implements ValueTest {
    @Override
    public boolean holds(@Nullable String actual) {
      return actual != null && pattern.matcher(actual).find() == wanted;
    }
  }

  /** Compared as numbers. */
  record Compared(String operator, BigDecimal number) implements ValueTest {
    @Override
    public boolean holds(@Nullable String actual) {
      var value = actual == null ? null : decimal(actual);
      if (value == null) {
        // A text is unlike every number.
        return actual != null && operator.equals("!=");
      }
      int order = value.compareTo(number);
      return switch (operator) {
        case "=" -> order == 0;
        case "!=" -> order != 0;
        case "<" -> order < 0;
        case "<=" -> order <= 0;
        case ">" -> order > 0;
        default -> order >= 0;
      };
    }
  }

  /** A number, or null; bounded, since exponents could make its arithmetic endless. */
  static @Nullable BigDecimal decimal(String text) {
    if (text.isEmpty() || text.length() > 64) {
      return null;
    }
    try {
      var number = new BigDecimal(text);
      return Math.abs((long) number.scale()) > 400 ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Reads an operator and what it compares with. */
  static ValueTest parse(Tokens tokens, String enders) throws InvalidPatternException {
    var operator = tokens.oneOf("!=", ">=", "<=", "=", ">", "<");
    if (operator == null) {
      throw tokens.problem("expected an operator");
    }
    tokens.skipSpace();
    boolean equality = operator.equals("=") || operator.equals("!=");
    boolean wanted = operator.equals("=");
    if (equality && tokens.peek() == '%') {
      return new Found(expression(tokens.delimited('%')), wanted);
    }
    if (equality && tokens.peek() == '"') {
      return new Like(wildcards(tokens.delimited('"')), wanted);
    }
    var value = tokens.until(enders);
    if (value.isEmpty()) {
      throw tokens.problem("expected a value");
    }
    var number = decimal(value);
    if (number != null) {
      return new Compared(operator, number);
    }
    if (!equality) {
      throw tokens.problem("expected a number");
    }
    return new Like(wildcards(value), wanted);
  }

  /** A pattern in which stars stand for anything. */
  static Pattern wildcards(String text) {
    var expression = new StringBuilder("(?s)");
    for (var part : text.split("\\*", -1)) {
      if (expression.length() > "(?s)".length()) {
        expression.append(".*");
      }
      expression.append("(?:").append(Pattern.quote(part)).append(')');
    }
    return Pattern.compile(expression.toString());
  }

  static Pattern expression(String text) throws InvalidPatternException {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new InvalidPatternException("Invalid regular expression: " + e.getMessage());
    }
  }
}
