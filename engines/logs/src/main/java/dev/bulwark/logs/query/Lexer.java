package dev.bulwark.logs.query;

import java.util.ArrayList;
import java.util.List;

/** Cuts a query into words, numbers, texts, expressions and signs. */
final class Lexer {
  /** What a token is. */
  enum Kind {
    NAME,
    NUMBER,
    DURATION,
    TEXT,
    REGEX,
    SIGN,
    END
  }

  /**
   * A token.
   *
   * @param quoted whether a name stands in backticks, so that it is no word of the language
   */
  record Token(Kind kind, String text, int at, boolean quoted) {
    boolean is(String word) {
      return !quoted && (kind == Kind.SIGN || kind == Kind.NAME) && text.equalsIgnoreCase(word);
    }
  }

  private static final List<String> SIGNS =
      List.of(
          "!=", "<=", ">=", "=~", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", "[", "]",
          ",", "|");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) throws MalformedQueryException {
    var lexer = new Lexer(text);
    while (lexer.next()) {
      // The next one.
    }
    lexer.tokens.add(new Token(Kind.END, "", text.length(), false));
    return lexer.tokens;
  }

  private boolean next() throws MalformedQueryException {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at >= text.length()) {
      return false;
    }
    char c = text.charAt(at);
    if (c == '#') {
      int end = text.indexOf('\n', at);
      at = end < 0 ? text.length() : end;
    } else if (c == '\'' || c == '"') {
      delimited(c, Kind.TEXT);
    } else if (c == '`') {
      delimited(c, Kind.NAME);
    } else if (c == '/' && regexMayFollow()) {
      delimited(c, Kind.REGEX);
    } else if (Character.isDigit(c)) {
      number();
    } else if (isName(c)) {
      int from = at;
      while (at < text.length()
          && (isName(text.charAt(at)) || Character.isDigit(text.charAt(at)))) {
        at++;
      }
      tokens.add(new Token(Kind.NAME, text.substring(from, at), from, false));
    } else {
      sign();
    }
    return true;
  }

  private static boolean isName(char c) {
    return Character.isLetter(c) || c == '_' || c == '@' || c == '.' || c == '$' || c == ':';
  }

  /** Elsewhere a slash divides. */
  private boolean regexMayFollow() {
    if (tokens.isEmpty()) {
      return false;
    }
    var last = tokens.getLast();
    if (last.is("like") || last.is("=~") || last.is("parse")) {
      return true;
    }
    return tokens.size() >= 2 && tokens.get(tokens.size() - 2).is("parse");
  }

  private void number() {
    int from = at;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    int unit = at;
    while (at < text.length() && isName(text.charAt(at))) {
      at++;
    }
    tokens.add(
        new Token(unit == at ? Kind.NUMBER : Kind.DURATION, text.substring(from, at), from, false));
  }

  private void delimited(char delimiter, Kind kind) throws MalformedQueryException {
    int from = at++;
    var value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == delimiter) {
        tokens.add(new Token(kind, value.toString(), from, delimiter == '`'));
        return;
      }
      if (c == '\\' && at < text.length()) {
        char escaped = text.charAt(at);
        if (escaped == delimiter || (kind == Kind.TEXT && escaped == '\\')) {
          c = escaped;
          at++;
        }
      }
      value.append(c);
    }
    throw new MalformedQueryException("unterminated " + delimiter, from);
  }

  private void sign() throws MalformedQueryException {
    for (var sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        tokens.add(new Token(Kind.SIGN, sign, at, false));
        at += sign.length();
        return;
      }
    }
    throw new MalformedQueryException("unexpected symbol found " + text.charAt(at), at);
  }
}
