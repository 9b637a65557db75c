package dev.bulwark.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern with {@code *} (any characters) and {@code ?} (one character). Matching searches each
 * run of literals once from left to right, so that the time is at most the product of the two
 * lengths, whatever the pattern.
 *
 * <p>Patterns come as tokens: text in which {@link #STAR} and {@link #ONE} stand for wildcards, so
 * that a literal star can be told from a wildcard. The parser lets no document through that
 * contains these two noncharacters, and no value that does replaces a variable.
 */
final class Glob {
  static final char STAR = '\uFFFF';
  static final char ONE = '\uFFFE';

  private static final String[] NO_RUNS = {};

  /** The text before the first star; all of it where there is no star. */
  private final String head;

  /** The text after the last star; null where there is no star. */
  private final String tail;

  private final String[] middle;
  private final boolean open;
  private final boolean hasOnes;
  private final int minLength;

  private Glob(
      String head, String tail, String[] middle, boolean open, boolean hasOnes, int minLength) {
    this.head = head;
    this.tail = tail;
    this.middle = middle;
    this.open = open;
    this.hasOnes = hasOnes;
    this.minLength = minLength;
  }

  /**
   * Compiles policy text in which {@code *} and {@code ?} are wildcards and nothing is a variable.
   */
  static Glob of(String text) {
    return ofTokens(text.replace('*', STAR).replace('?', ONE));
  }

  static Glob ofTokens(String tokens) {
    boolean hasOnes = tokens.indexOf(ONE) >= 0;
    int first = tokens.indexOf(STAR);
    if (first < 0) {
      return new Glob(tokens, "", NO_RUNS, false, hasOnes, tokens.length());
    }
    int last = tokens.lastIndexOf(STAR);
    var head = tokens.substring(0, first);
    var tail = tokens.substring(last + 1);
    List<String> runs = new ArrayList<>();
    int min = head.length() + tail.length();
    for (int at = first + 1; at < last; ) {
      int star = tokens.indexOf(STAR, at);
      if (star > at) {
        runs.add(tokens.substring(at, star));
        min += star - at;
      }
      at = star + 1;
    }
    return new Glob(
        head, tail, runs.isEmpty() ? NO_RUNS : runs.toArray(NO_RUNS), true, hasOnes, min);
  }

  /** Whether a text holds what stands for wildcards in patterns. */
  static boolean hasTokens(String text) {
    return text.indexOf(STAR) >= 0 || text.indexOf(ONE) >= 0;
  }

  /** Whether this matches one text only. */
  boolean isLiteral() {
    return !open && !hasOnes;
  }

  /** Whether this is a lone star. */
  boolean matchesEverything() {
    return open && minLength == 0;
  }

  /** The literal text that every match starts with. */
  String literalPrefix() {
    int one = head.indexOf(ONE);
    return one < 0 ? head : head.substring(0, one);
  }

  boolean matches(String text) {
    return matches(text, 0, text.length());
  }

  /** Whether a part of a text matches. */
  boolean matches(String text, int start, int stop) {
    int length = stop - start;
    if (length < minLength || (!open && length != minLength)) {
      return false;
    }
    if (!at(head, text, start)) {
      return false;
    }
    if (!open) {
      return true;
    }
    int end = stop - tail.length();
    if (!at(tail, text, end)) {
      return false;
    }
    int from = start + head.length();
    for (var run : middle) {
      int found = find(run, text, from, end);
      if (found < 0) {
        return false;
      }
      from = found + run.length();
    }
    return true;
  }

  private boolean at(String run, String text, int offset) {
    if (text.startsWith(run, offset)) {
      return true;
    }
    if (!hasOnes || offset + run.length() > text.length()) {
      return false;
    }
    for (int i = 0; i < run.length(); i++) {
      char c = run.charAt(i);
      if (c != ONE && c != text.charAt(offset + i)) {
        return false;
      }
    }
    return true;
  }

  private int find(String run, String text, int from, int end) {
    if (!hasOnes) {
      return text.indexOf(run, from, end);
    }
    for (int i = from; i + run.length() <= end; i++) {
      if (at(run, text, i)) {
        return i;
      }
    }
    return -1;
  }
}
