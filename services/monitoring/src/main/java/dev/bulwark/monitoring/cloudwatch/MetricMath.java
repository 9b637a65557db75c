package dev.bulwark.monitoring.cloudwatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;

/**
 * Expressions over metrics, evaluated as they are read.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html">Metric
 *     math</a>
 */
final class MetricMath {
  /** An expression is none, or cannot be evaluated. */
  static final class MathException extends Exception {
    private static final long serialVersionUID = 1L;

    MathException(String message) {
      super(message);
    }
  }

  /** What expressions refer to. */
  interface Variables {
    /** The values of another query by its id. */
    List<Series> get(String id) throws MathException;

    /** The values of all queries of metrics, whose ids contain a text. */
    List<Series> metrics(String part) throws MathException;

    /**
     * What is expected of another query's values: the lowest and the highest.
     *
     * @param deviations how many standard deviations wide it is, to both sides
     */
    List<Series> band(String id, double deviations) throws MathException;
  }

  private static final int LONGEST = 2048;
  private static final int DEEPEST = 32;
  private static final List<String> COMPARISONS = List.of("==", "!=", "<=", ">=", "<", ">");

  private final String text;
  private final MathFunctions functions;
  private final Variables variables;
  private int at;
  private int depth;

  private MetricMath(String text, MathFunctions functions, Variables variables) {
    this.text = text;
    this.functions = functions;
    this.variables = variables;
  }

  /**
   * The value of an expression.
   *
   * @param times the begins of all periods of the range, for values that are not there
   */
  static List<Series> evaluate(String text, long period, List<Long> times, Variables variables)
      throws MathException {
    if (text.length() > LONGEST) {
      throw new MathException("The expression is too long");
    }
    var math = new MetricMath(text, new MathFunctions(period, times), variables);
    var value = math.or();
    math.space();
    if (math.at < text.length()) {
      throw math.problem();
    }
    return value;
  }

  // Reading

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean take(String expected) {
    space();
    if (text.startsWith(expected, at)) {
      at += expected.length();
      return true;
    }
    return false;
  }

  private boolean takeWord(String word) {
    space();
    int end = at + word.length();
    if (text.startsWith(word, at)
        && (end >= text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
      at = end;
      return true;
    }
    return false;
  }

  private MathException problem() {
    return new MathException("Error in expression: unexpected input at position " + at);
  }

  private List<Series> or() throws MathException {
    if (++depth > DEEPEST) {
      throw new MathException("The expression is nested too deeply");
    }
    var value = and();
    while (take("||") || takeWord("OR")) {
      value = each(value, and(), (one, other) -> one != 0 || other != 0 ? 1 : 0);
    }
    depth--;
    return value;
  }

  private List<Series> and() throws MathException {
    var value = comparison();
    while (take("&&") || takeWord("AND")) {
      value = each(value, comparison(), (one, other) -> one != 0 && other != 0 ? 1 : 0);
    }
    return value;
  }

  private List<Series> comparison() throws MathException {
    var value = sum();
    for (var operator : COMPARISONS) {
      if (take(operator)) {
        return each(value, sum(), compare(operator));
      }
    }
    return value;
  }

  private static DoubleBinaryOperator compare(String operator) {
    return (one, other) ->
        switch (operator) {
              case "==" -> one == other;
              case "!=" -> one != other;
              case "<=" -> one <= other;
              case ">=" -> one >= other;
              case "<" -> one < other;
              default -> one > other;
            }
            ? 1
            : 0;
  }

  private List<Series> sum() throws MathException {
    var value = product();
    while (true) {
      if (take("+")) {
        value = each(value, product(), Double::sum);
      } else if (take("-")) {
        value = each(value, product(), (one, other) -> one - other);
      } else {
        return value;
      }
    }
  }

  private List<Series> product() throws MathException {
    var value = power();
    while (true) {
      if (take("*")) {
        value = each(value, power(), (one, other) -> one * other);
      } else if (take("/")) {
        value = each(value, power(), (one, other) -> one / other);
      } else {
        return value;
      }
    }
  }

  private List<Series> power() throws MathException {
    var value = single();
    return take("^") ? each(value, single(), Math::pow) : value;
  }

  private List<Series> single() throws MathException {
    space();
    if (take("(")) {
      var value = or();
      require(")");
      return value;
    }
    if (take("-")) {
      return each(List.of(Series.of(0)), single(), (zero, value) -> zero - value);
    }
    var word = word();
    if (Character.isDigit(word.charAt(0))) {
      try {
        return List.of(Series.of(Double.parseDouble(word)));
      } catch (NumberFormatException e) {
        throw problem();
      }
    }
    return take("(") ? function(word.toUpperCase(Locale.ROOT)) : variables.get(word);
  }

  private String word() throws MathException {
    space();
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "._".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (at == from) {
      throw problem();
    }
    return text.substring(from, at);
  }

  private void require(String expected) throws MathException {
    if (!take(expected)) {
      throw problem();
    }
  }

  /** One with many, or many with as many. */
  private static List<Series> each(
      List<Series> one, List<Series> other, DoubleBinaryOperator operator) throws MathException {
    if (one.size() != other.size() && one.size() != 1 && other.size() != 1) {
      throw new MathException("Arrays of different lengths cannot be combined");
    }
    var combined = new ArrayList<Series>();
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      combined.add(
          one.get(one.size() == 1 ? 0 : i).with(other.get(other.size() == 1 ? 0 : i), operator));
    }
    return combined;
  }

  // Functions

  private List<Series> function(String name) throws MathException {
    if (name.equals("METRICS")) {
      space();
      var part = "";
      if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
        int end = text.indexOf(text.charAt(at), at + 1);
        if (end < 0) {
          throw problem();
        }
        part = text.substring(at + 1, end);
        at = end + 1;
      }
      require(")");
      return variables.metrics(part);
    }
    if (name.equals("FILL")) {
      return fill();
    }
    if (name.equals("ANOMALY_DETECTION_BAND")) {
      return band();
    }
    var arguments = new ArrayList<List<Series>>();
    if (!take(")")) {
      do {
        arguments.add(argument());
      } while (take(","));
      require(")");
    }
    return functions.apply(name, arguments);
  }

  private List<Series> band() throws MathException {
    var id = word();
    var deviations = take(",") ? or() : List.of(Series.of(2));
    require(")");
    if (deviations.size() != 1
        || !deviations.getFirst().scalar()
        || deviations.getFirst().number() <= 0) {
      throw new MathException("ANOMALY_DETECTION_BAND takes a number above 0");
    }
    return variables.band(id, deviations.getFirst().number());
  }

  private List<Series> argument() throws MathException {
    if (!take("[")) {
      return or();
    }
    var all = new ArrayList<Series>();
    do {
      all.addAll(or());
    } while (take(","));
    require("]");
    return all;
  }

  private List<Series> fill() throws MathException {
    var values = argument();
    require(",");
    boolean repeat = takeWord("REPEAT");
    boolean linear = !repeat && takeWord("LINEAR");
    var filler = repeat || linear ? List.of(Series.of(0)) : or();
    require(")");
    if (filler.size() != 1) {
      throw new MathException("FILL takes one value to fill with");
    }
    var how =
        repeat
            ? MathFunctions.Filling.REPEAT
            : linear ? MathFunctions.Filling.LINEAR : MathFunctions.Filling.VALUE;
    return values.stream().map(series -> functions.filled(series, how, filler.getFirst())).toList();
  }
}
