package dev.bulwark.analysis.compare;

import dev.bulwark.analysis.pattern.WildcardPattern;
import java.util.Locale;

/**
 * An action or resource of a statement: the texts that it matches. Where it has variables, what
 * these will be is not known: {@code widest} is all that it could match.
 *
 * @param known whether it matches just what {@code widest} does
 */
record Term(String text, WildcardPattern widest, boolean known) {
  private static final String VARIABLE = "\\$\\{[^}]*}";

  static Term action(String action) {
    return new Term(action, WildcardPattern.of(action.toLowerCase(Locale.ROOT)), true);
  }

  /**
   * @param variables whether the policy's version has variables
   */
  static Term resource(String resource, boolean variables) {
    boolean varies = variables && resource.contains("${");
    return new Term(
        resource,
        WildcardPattern.of(varies ? resource.replaceAll(VARIABLE, "*") : resource),
        !varies);
  }

  /** Whether this matches all that the other does, whatever variables turn out to be. */
  boolean contains(Term other, Budget budget) {
    budget.spend(text.length() + other.text.length());
    return known ? widest.contains(other.widest) : !other.known && text.equals(other.text);
  }

  /** Whether there may be a text that both match. */
  boolean meets(Term other, Budget budget) {
    boolean quick = widest.isLiteral() || other.widest.isLiteral();
    budget.spend(
        quick
            ? text.length() + other.text.length()
            : (long) text.length() * Math.max(1, other.text.length() / 8));
    return widest.intersects(other.widest);
  }
}
