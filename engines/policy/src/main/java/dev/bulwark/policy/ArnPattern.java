package dev.bulwark.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern for ARNs of which each of the six parts between colons is matched by itself, as the Arn
 * operators do: neither a wildcard nor the value of a variable reaches beyond its part.
 */
final class ArnPattern {
  private static final int PARTS = 6;
  private static final TextPattern[] NOTHING = {};

  /** None where the pattern is no ARN and so matches nothing. */
  private final TextPattern[] parts;

  private ArnPattern(TextPattern[] parts) {
    this.parts = parts;
  }

  static ArnPattern of(String text, boolean variables) {
    var texts = split(text, variables);
    if (texts.size() < PARTS) {
      // A pattern may leave off parts only where a star ends it, as in "*" or "arn:aws:iam:*".
      if (!texts.getLast().endsWith("*")) {
        return new ArnPattern(NOTHING);
      }
      while (texts.size() < PARTS) {
        texts.add("*");
      }
    }
    return new ArnPattern(
        texts.stream().map(part -> TextPattern.of(part, variables)).toArray(TextPattern[]::new));
  }

  /** At colons, but for those in the names of variables; the last part takes the rest. */
  private static List<String> split(String text, boolean variables) {
    List<String> parts = new ArrayList<>(PARTS);
    int from = 0;
    for (int i = 0; i < text.length() && parts.size() < PARTS - 1; i++) {
      if (variables && text.startsWith("${", i)) {
        int close = text.indexOf('}', i);
        i = close < 0 ? i : close;
      } else if (text.charAt(i) == ':') {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  boolean matches(String arn, Context context) {
    int from = 0;
    for (int i = 0; i < parts.length; i++) {
      int to = i == PARTS - 1 ? arn.length() : arn.indexOf(':', from);
      if (to < 0 || !parts[i].matches(arn, from, to, context)) {
        return false;
      }
      from = to + 1;
    }
    return parts.length > 0;
  }
}
