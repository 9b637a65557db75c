package dev.bulwark.logs.query;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the language.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html">Supported
 *     operations and functions</a>
 */
final class Functions {
  /** A function of values. */
  interface Function {
    @Nullable Object of(List<@Nullable Object> values);
  }

  /**
   * A function by its name.
   *
   * @param least how many arguments it takes at the least
   */
  record Named(int least, int most, Function function) {}

  private static final int LONGEST_TEXT = 256 * 1024;
  private static final Map<String, Named> ALL = new HashMap<>();

  static {
    math("abs", Math::abs);
    math("ceil", Math::ceil);
    math("floor", Math::floor);
    math("log", Math::log);
    math("sqrt", Math::sqrt);
    add("greatest", 1, 50, values -> best(values, 1));
    add("least", 1, 50, values -> best(values, -1));
    add("ispresent", 1, 1, values -> values.getFirst() != null);
    add(
        "coalesce",
        1,
        50,
        values -> values.stream().filter(Objects::nonNull).findFirst().orElse(null));
    add("isempty", 1, 1, values -> values.getFirst() == null || text(values, 0).isEmpty());
    add("isblank", 1, 1, values -> values.getFirst() == null || text(values, 0).isBlank());
    add("concat", 1, 50, Functions::concat);
    add("strlen", 1, 1, values -> (double) text(values, 0).length());
    add("toupper", 1, 1, values -> text(values, 0).toUpperCase(Locale.ROOT));
    add("tolower", 1, 1, values -> text(values, 0).toLowerCase(Locale.ROOT));
    add("trim", 1, 1, values -> text(values, 0).strip());
    add("ltrim", 1, 1, values -> text(values, 0).stripLeading());
    add("rtrim", 1, 1, values -> text(values, 0).stripTrailing());
    add("substr", 2, 3, Functions::substr);
    add("replace", 3, 3, Functions::replace);
    add("strcontains", 2, 2, values -> text(values, 0).contains(text(values, 1)) ? 1.0 : 0.0);
    add("frommillis", 1, 1, Functions::fromMillis);
    add("tomillis", 1, 1, values -> Values.number(values.getFirst()));
    add("datefloor", 2, 2, values -> floor(values, 0));
    add("dateceil", 2, 2, values -> floor(values, 1));
  }

  private Functions() {}

  private static void add(String name, int least, int most, Function function) {
    ALL.put(name, new Named(least, most, function));
  }

  private static void math(String name, DoubleUnaryOperator operator) {
    add(
        name,
        1,
        1,
        values -> {
          var number = Values.number(values.getFirst());
          return number == null ? null : (Object) operator.applyAsDouble(number);
        });
  }

  static @Nullable Named find(String name) {
    return ALL.get(name.toLowerCase(Locale.ROOT));
  }

  private static String text(List<@Nullable Object> values, int index) {
    var text = Values.text(values.get(index));
    return text == null ? "" : text;
  }

  private static @Nullable Object best(List<@Nullable Object> values, int sign) {
    @Nullable Object best = null;
    for (var value : values) {
      if (value != null && (best == null || sign * Values.compare(value, best) > 0)) {
        best = value;
      }
    }
    return best;
  }

  private static Object concat(List<@Nullable Object> values) {
    var all = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      all.append(text(values, i));
    }
    return all.toString();
  }

  private static Object substr(List<@Nullable Object> values) {
    var text = text(values, 0);
    var from = Values.number(values.get(1));
    var count = values.size() > 2 ? Values.number(values.get(2)) : (Object) (double) text.length();
    int start = clamp(from, text.length());
    return text.substring(start, start + clamp((Double) count, text.length() - start));
  }

  private static int clamp(@Nullable Double number, int most) {
    return number == null ? 0 : (int) Math.max(0, Math.min(most, number));
  }

  private static @Nullable Object replace(List<@Nullable Object> values) {
    var searched = text(values, 1);
    if (searched.isEmpty()) {
      return text(values, 0);
    }
    var replaced = text(values, 0).replace(searched, text(values, 2));
    return replaced.length() > LONGEST_TEXT ? null : replaced;
  }

  private static @Nullable Object fromMillis(List<@Nullable Object> values) {
    var number = Values.number(values.getFirst());
    return number == null ? null : Instant.ofEpochMilli(number.longValue());
  }

  /** The begin of the period in which a time is, or the one after. */
  private static @Nullable Object floor(List<@Nullable Object> values, int periods) {
    var time = Values.number(values.get(0));
    var period = Values.number(values.get(1));
    if (time == null || period == null || period < 1) {
      return null;
    }
    long length = period.longValue();
    long begin = Math.floorDiv(time.longValue(), length) * length;
    boolean exact = begin == time.longValue();
    return Instant.ofEpochMilli(exact ? begin : begin + periods * length);
  }
}
