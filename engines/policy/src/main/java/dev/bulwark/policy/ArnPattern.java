package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/**
 * A pattern for ARNs of which each of the six parts between colons is matched by itself, as the Arn
 * operators do.
 */
final class ArnPattern {
  private static final int PARTS = 6;

  private final Template template;
  private final Glob @Nullable [] fixed;

  private ArnPattern(Template template) {
    this.template = template;
    var tokens = template.fixed();
    this.fixed = tokens == null ? null : parts(tokens);
  }

  static ArnPattern of(String text, boolean variables) {
    return new ArnPattern(Template.of(text, variables, true));
  }

  boolean matches(String arn, Context context) {
    var globs = fixed;
    if (globs == null) {
      var tokens = template.expand(context);
      if (tokens == null) {
        return false;
      }
      globs = parts(tokens);
    }
    if (globs.length == 0) {
      return false;
    }
    int from = 0;
    for (int i = 0; i < PARTS; i++) {
      int to = i == PARTS - 1 ? arn.length() : arn.indexOf(':', from);
      if (to < 0 || !globs[i].matches(arn.substring(from, to))) {
        return false;
      }
      from = to + 1;
    }
    return true;
  }

  /** The six parts; none where the pattern is no ARN and so matches nothing. */
  private static Glob[] parts(String tokens) {
    var globs = new Glob[PARTS];
    int from = 0;
    for (int i = 0; i < PARTS; i++) {
      int to = i == PARTS - 1 ? -1 : tokens.indexOf(':', from);
      globs[i] = Glob.ofTokens(to < 0 ? tokens.substring(from) : tokens.substring(from, to));
      if (to < 0 && i < PARTS - 1) {
        // A pattern may leave off parts only where a star ends it, as in "*" or "arn:aws:iam:*".
        if (tokens.isEmpty() || tokens.charAt(tokens.length() - 1) != Glob.STAR) {
          return new Glob[0];
        }
        for (int rest = i + 1; rest < PARTS; rest++) {
          globs[rest] = Glob.ofTokens(String.valueOf(Glob.STAR));
        }
        break;
      }
      from = to + 1;
    }
    return globs;
  }
}
