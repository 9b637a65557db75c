package dev.bulwark.logs.filter;

import org.jspecify.annotations.Nullable;

/** Reads a pattern from left to right. */
final class Tokens {
  private final String text;
  private int at;

  Tokens(String text) {
    this.text = text;
  }

  boolean atEnd() {
    skipSpace();
    return at >= text.length();
  }

  void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  /** Takes that text where it comes next. */
  boolean take(String expected) {
    skipSpace();
    if (text.startsWith(expected, at)) {
      at += expected.length();
      return true;
    }
    return false;
  }

  void require(String expected) throws InvalidPatternException {
    if (!take(expected)) {
      throw problem("expected " + expected);
    }
  }

  /** Takes that word, whatever its case, where it comes next and ends there. */
  boolean takeWord(String word) {
    skipSpace();
    int end = at + word.length();
    if (text.regionMatches(true, at, word, 0, word.length())
        && (end >= text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
      at = end;
      return true;
    }
    return false;
  }

  /** Characters up to one of those that end them, or a space. */
  String until(String enders) {
    int from = at;
    while (at < text.length()
        && !Character.isWhitespace(text.charAt(at))
        && enders.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  /**
   * What stands between two of that character, which comes next; a backslash takes the next as is.
   */
  String delimited(char delimiter) throws InvalidPatternException {
    var value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == delimiter) {
        at++;
        return value.toString();
      }
      if (c == '\\' && at + 1 < text.length()) {
        char next = text.charAt(at + 1);
        if (next == delimiter || (delimiter == '"' && next == '\\')) {
          at++;
          c = next;
        }
      }
      value.append(c);
    }
    throw problem("a " + delimiter + " is missing");
  }

  @Nullable String oneOf(String... operators) {
    for (var operator : operators) {
      if (take(operator)) {
        return operator;
      }
    }
    return null;
  }

  InvalidPatternException problem(String what) {
    return new InvalidPatternException("Invalid character(s) in pattern at " + at + ": " + what);
  }
}
