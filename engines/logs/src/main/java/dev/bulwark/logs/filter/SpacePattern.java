package dev.bulwark.logs.filter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fields set apart by spaces: {@code [ip, user, ..., status = 4*, bytes > 1000]}. A message's
 * fields are words, or what stands in quotes or brackets.
 *
 * @param rest where in the fields any number of others may stand; -1 for nowhere
 */
record SpacePattern(List<Field> fields, int rest) implements FilterPattern {
  private static final String ENDERS = ",]=!<>&| \t\r\n";
  private static final String VALUE_ENDERS = ",]&|)";
  private static final int MOST_FIELDS = 1000;

  /**
   * A field.
   *
   * @param tests one list of these has to hold in full
   */
  record Field(String name, List<List<ValueTest>> tests) {
    boolean holds(String value) {
      return tests.isEmpty()
          || tests.stream().anyMatch(all -> all.stream().allMatch(test -> test.holds(value)));
    }
  }

  static SpacePattern parse(String text) throws InvalidPatternException {
    var tokens = new Tokens(text);
    tokens.require("[");
    var fields = new ArrayList<Field>();
    int rest = -1;
    do {
      if (tokens.take("...")) {
        if (rest >= 0) {
          throw tokens.problem("there is one ellipsis at the most");
        }
        rest = fields.size();
      } else {
        fields.add(field(tokens, fields.size()));
      }
    } while (tokens.take(","));
    tokens.require("]");
    if (!tokens.atEnd()) {
      throw tokens.problem("nothing may follow");
    }
    return new SpacePattern(List.copyOf(fields), rest);
  }

  private static Field field(Tokens tokens, int number) throws InvalidPatternException {
    tokens.skipSpace();
    if (tokens.peek() == '"' || tokens.peek() == '%') {
      var test =
          tokens.peek() == '"'
              ? new ValueTest.Like(ValueTest.wildcards(tokens.delimited('"')), true)
              : new ValueTest.Found(ValueTest.expression(tokens.delimited('%')), true);
      return new Field(Integer.toString(number + 1), List.of(List.of(test)));
    }
    var name = tokens.until(ENDERS);
    tokens.skipSpace();
    if (",]".indexOf(tokens.peek()) >= 0) {
      return new Field(name.isEmpty() ? Integer.toString(number + 1) : name, List.of());
    }
    var tests = new ArrayList<List<ValueTest>>();
    var all = new ArrayList<ValueTest>();
    all.add(ValueTest.parse(tokens, VALUE_ENDERS));
    while (true) {
      boolean or = tokens.take("||");
      if (!or && !tokens.take("&&")) {
        break;
      }
      if (or) {
        tests.add(List.copyOf(all));
        all.clear();
      }
      tokens.skipSpace();
      var again = tokens.until(ENDERS);
      if (!again.equals(name)) {
        throw tokens.problem("conditions joined within a field are all on that field");
      }
      all.add(ValueTest.parse(tokens, VALUE_ENDERS));
    }
    tests.add(List.copyOf(all));
    return new Field(name, List.copyOf(tests));
  }

  @Override
  public Optional<Map<String, String>> match(String message) {
    var found = split(message);
    boolean fits = rest < 0 ? found.size() == fields.size() : found.size() >= fields.size();
    if (!fits) {
      return Optional.empty();
    }
    int skipped = found.size() - fields.size();
    var values = new LinkedHashMap<String, String>();
    for (int i = 0; i < fields.size(); i++) {
      var field = fields.get(i);
      var value = found.get(rest >= 0 && i >= rest ? i + skipped : i);
      if (!field.holds(value)) {
        return Optional.empty();
      }
      values.put("$" + field.name(), value);
    }
    return Optional.of(values);
  }

  @Override
  public @Nullable String value(String message, String selector) {
    return match(message).map(values -> values.get(selector)).orElse(null);
  }

  private static List<String> split(String message) {
    var found = new ArrayList<String>();
    int at = 0;
    while (at < message.length() && found.size() < MOST_FIELDS) {
      char c = message.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
        continue;
      }
      int end = c == '"' ? message.indexOf('"', at + 1) : c == '[' ? message.indexOf(']', at) : -1;
      if (end > 0) {
        found.add(message.substring(at + 1, end));
        at = end + 1;
        continue;
      }
      int from = at;
      while (at < message.length() && !Character.isWhitespace(message.charAt(at))) {
        at++;
      }
      found.add(message.substring(from, at));
    }
    return found;
  }
}
