package dev.bulwark.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern for ARNs of which each of the six parts between colons is matched by itself, as the Arn
 * operators do: neither a wildcard nor the value of a variable reaches beyond its part. Only where
 * the text around its variables has fewer parts do the values of variables make the parts.
 */
final class ArnPattern {
  private static final int PARTS = 6;
  private static final TextPattern[] NOTHING = {};

  /** What a comparison comes to. */
  enum Match {
    MATCH,
    NO_MATCH,
    /** The pattern is no ARN. */
    NO_PATTERN
  }

  /** None where the pattern is no ARN as it is written. */
  private final TextPattern[] parts;

  /** The pattern of which variables make an ARN, if anything does; null where it is one itself. */
  private final @Nullable Template whole;

  private ArnPattern(TextPattern[] parts, @Nullable Template whole) {
    this.parts = parts;
    this.whole = whole;
  }

  static ArnPattern of(String text, boolean variables) {
    var texts = split(text, variables);
    if (texts.size() < PARTS) {
      // A pattern may leave off parts only where a star ends it, as in "*" or "arn:aws:iam:*".
      if (!texts.getLast().endsWith("*")) {
        return new ArnPattern(NOTHING, Template.of(text, variables, true));
      }
      while (texts.size() < PARTS) {
        texts.add("*");
      }
    }
    return new ArnPattern(
        texts.stream().map(part -> TextPattern.of(part, variables)).toArray(TextPattern[]::new),
        null);
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

  /** Whether a text has the six parts of an ARN. */
  static boolean isArn(String text) {
    return text.startsWith("arn:") && split(text, false).size() == PARTS;
  }

  /** Whether IAM stores a policy with that pattern: one with variables may become an ARN. */
  static boolean isStorable(String text, boolean variables) {
    var whole = of(text, variables).whole;
    return whole == null || whole.fixed() == null;
  }

  /** Compares with what {@link #isArn}. */
  Match match(String arn, Context context) {
    return whole == null ? match(parts, arn, context) : matchWhole(whole, arn, context);
  }

  private static Match match(TextPattern[] parts, String arn, Context context) {
    int from = 0;
    for (int i = 0; i < PARTS; i++) {
      int to = i == PARTS - 1 ? arn.length() : arn.indexOf(':', from);
      if (!parts[i].matches(arn, from, to, context)) {
        return Match.NO_MATCH;
      }
      from = to + 1;
    }
    return Match.MATCH;
  }

  private static Match matchWhole(Template whole, String arn, Context context) {
    var tokens = whole.expand(context);
    if (tokens == null) {
      return Match.NO_MATCH;
    }
    var patterns = split(tokens, false);
    if (patterns.size() < PARTS) {
      return Match.NO_PATTERN;
    }
    var texts = split(arn, false);
    for (int i = 0; i < PARTS; i++) {
      if (!Glob.ofTokens(patterns.get(i)).matches(texts.get(i))) {
        return Match.NO_MATCH;
      }
    }
    return Match.MATCH;
  }
}
