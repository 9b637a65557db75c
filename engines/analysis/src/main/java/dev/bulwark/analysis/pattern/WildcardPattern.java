package dev.bulwark.analysis.pattern;

/**
 * A text in which {@code *} stands for any characters and {@code ?} for one: the set of texts that
 * it matches. Immutable.
 */
public final class WildcardPattern {
  /** Longer ones are answered without a look: not contained, and met by anything. */
  private static final int LONGEST = 4_096;

  /** Matches every text. */
  public static final WildcardPattern ALL = of("*");

  private static final char STAR = '\uFFFF';
  private static final char ONE = '\uFFFE';

  private final String tokens;
  private final int firstWildcard;

  private WildcardPattern(String tokens) {
    this.tokens = tokens;
    this.firstWildcard = firstWildcard(tokens);
  }

  /** The pattern that a text stands for. */
  public static WildcardPattern of(String text) {
    return new WildcardPattern(normal(text.replace('*', STAR).replace('?', ONE)));
  }

  /** The pattern that matches one text, wildcards taken as they are. */
  public static WildcardPattern literal(String text) {
    return new WildcardPattern(text);
  }

  /** In each run of wildcards the ones come first and one star after them, if any. */
  private static String normal(String tokens) {
    if (tokens.indexOf(STAR) < 0) {
      return tokens;
    }
    var out = new StringBuilder(tokens.length());
    boolean star = false;
    for (int i = 0; i < tokens.length(); i++) {
      char c = tokens.charAt(i);
      if (c == STAR) {
        star = true;
        continue;
      }
      if (star && c != ONE) {
        out.append(STAR);
        star = false;
      }
      out.append(c);
    }
    return star ? out.append(STAR).toString() : out.toString();
  }

  private static int firstWildcard(String tokens) {
    for (int i = 0; i < tokens.length(); i++) {
      if (tokens.charAt(i) >= ONE) {
        return i;
      }
    }
    return tokens.length();
  }

  /** Whether it matches one text only. */
  public boolean isLiteral() {
    return firstWildcard == tokens.length();
  }

  /** Whether it matches every text. */
  public boolean isAll() {
    return tokens.length() == 1 && tokens.charAt(0) == STAR;
  }

  /** What every match begins with. */
  public String literalPrefix() {
    return tokens.substring(0, firstWildcard);
  }

  /** Whether it matches a text. */
  public boolean matches(String text) {
    return absorbs(text);
  }

  /** Whether everything that {@code other} matches is matched by this; false where in doubt. */
  public boolean contains(WildcardPattern other) {
    return isAll() || absorbs(other.tokens);
  }

  /** Matches tokens as if they were characters: a wildcard in them is taken in by a star alone. */
  private boolean absorbs(String text) {
    if (isLiteral()) {
      return tokens.equals(text);
    }
    if (!text.startsWith(literalPrefix()) || tokens.length() > LONGEST || text.length() > LONGEST) {
      return false;
    }
    int at = firstWildcard;
    int i = firstWildcard;
    int star = -1;
    int resume = 0;
    while (i < text.length()) {
      char token = at < tokens.length() ? tokens.charAt(at) : 0;
      if (at < tokens.length() && token == STAR) {
        star = at++;
        resume = i;
      } else if (at < tokens.length() && fits(token, text.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (at < tokens.length() && tokens.charAt(at) == STAR) {
      at++;
    }
    return at == tokens.length();
  }

  private static boolean fits(char token, char c) {
    return token == ONE ? c != STAR : token == c;
  }

  /** Whether some text is matched by both; true where in doubt. */
  public boolean intersects(WildcardPattern other) {
    if (isAll() || other.isAll()) {
      return true;
    }
    if (isLiteral()) {
      return other.absorbs(tokens);
    }
    if (other.isLiteral()) {
      return absorbs(other.tokens);
    }
    if (!meetsAtStart(other) || !meetsAtEnd(other)) {
      return false;
    }
    if (tokens.length() > LONGEST || other.tokens.length() > LONGEST) {
      return true;
    }
    return meets(other.tokens);
  }

  private boolean meetsAtStart(WildcardPattern other) {
    int common = Math.min(firstWildcard, other.firstWildcard);
    return tokens.regionMatches(0, other.tokens, 0, common);
  }

  private boolean meetsAtEnd(WildcardPattern other) {
    int a = tokens.length();
    int b = other.tokens.length();
    while (a > 0 && b > 0) {
      char x = tokens.charAt(--a);
      char y = other.tokens.charAt(--b);
      if (x >= ONE || y >= ONE) {
        return true;
      }
      if (x != y) {
        return false;
      }
    }
    return true;
  }

  /** Walks both at once: a row for each place here, in it the places there that can be reached. */
  private boolean meets(String there) {
    int width = there.length() + 1;
    var row = new boolean[width];
    row[0] = true;
    for (int i = 0; ; i++) {
      boolean hereStar = i < tokens.length() && tokens.charAt(i) == STAR;
      var next = new boolean[width];
      boolean any = false;
      for (int j = 0; j < width; j++) {
        if (!row[j]) {
          continue;
        }
        boolean thereStar = j < there.length() && there.charAt(j) == STAR;
        if (i == tokens.length() && j == there.length()) {
          return true;
        }
        if (thereStar || (hereStar && j < there.length())) {
          // The other's star ends, or this one's takes in a character of the other.
          row[j + 1] = true;
        }
        if (i < tokens.length()) {
          if (hereStar || thereStar) {
            next[j] = true;
            any = true;
          } else if (j < there.length() && meet(tokens.charAt(i), there.charAt(j))) {
            next[j + 1] = true;
            any = true;
          }
        }
      }
      if (!any) {
        return false;
      }
      row = next;
    }
  }

  private static boolean meet(char a, char b) {
    return a == ONE || b == ONE || a == b;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WildcardPattern pattern && pattern.tokens.equals(tokens);
  }

  @Override
  public int hashCode() {
    return tokens.hashCode();
  }

  @Override
  public String toString() {
    return tokens.replace(STAR, '*').replace(ONE, '?');
  }
}
