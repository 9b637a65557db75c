package dev.bulwark.state;

import java.util.ArrayList;
import java.util.List;

/**
 * Composes keys of several parts. Parts are set apart by U+0001, which sorts before all visible
 * text, so that rows sort by their first part, then their second, and so on. Any part may hold any
 * text: U+0000 to U+0002 are written as two characters in all parts but the last, which is kept as
 * it is (an S3 object key keeps its order and prefixes).
 */
public final class Key {

  private static final char SEPARATOR = '\u0001';
  private static final char ESCAPE = '\u0002';
  private static final int ESCAPED = 0x10;

  private Key() {}

  /** The key of these parts. */
  public static String of(String first, String... more) {
    if (more.length == 0) {
      return first;
    }
    int length = first.length() + more.length;
    for (var part : more) {
      length += part.length();
    }
    var key = new StringBuilder(length);
    escape(first, key);
    for (int i = 0; i < more.length; i++) {
      key.append(SEPARATOR);
      if (i == more.length - 1) {
        key.append(more[i]);
      } else {
        escape(more[i], key);
      }
    }
    return key.toString();
  }

  /** What all keys begin with that have these parts first, and at least one more. */
  public static String prefix(String... parts) {
    var key = new StringBuilder(16 * parts.length);
    for (var part : parts) {
      escape(part, key);
      key.append(SEPARATOR);
    }
    return key.toString();
  }

  /**
   * The parts of a key that {@link #of} made of {@code count} parts.
   *
   * @throws IllegalArgumentException if it has fewer
   */
  public static List<String> split(String key, int count) {
    var parts = new ArrayList<String>(count);
    int from = 0;
    for (int i = 1; i < count; i++) {
      int end = key.indexOf(SEPARATOR, from);
      if (end < 0) {
        throw new IllegalArgumentException("A key of fewer parts than " + count);
      }
      parts.add(unescape(key.substring(from, end)));
      from = end + 1;
    }
    parts.add(key.substring(from));
    return List.copyOf(parts);
  }

  /** The last of a key's {@code count} parts. */
  public static String last(String key, int count) {
    return split(key, count).getLast();
  }

  private static void escape(String part, StringBuilder key) {
    if (isPlain(part)) {
      key.append(part);
      return;
    }
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c <= ESCAPE) {
        key.append(ESCAPE).append((char) (c + ESCAPED));
      } else {
        key.append(c);
      }
    }
  }

  private static boolean isPlain(String part) {
    for (int i = 0; i < part.length(); i++) {
      if (part.charAt(i) <= ESCAPE) {
        return false;
      }
    }
    return true;
  }

  private static String unescape(String part) {
    if (part.indexOf(ESCAPE) < 0) {
      return part;
    }
    var text = new StringBuilder(part.length());
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      text.append(c == ESCAPE && i + 1 < part.length() ? (char) (part.charAt(++i) - ESCAPED) : c);
    }
    return text.toString();
  }
}
