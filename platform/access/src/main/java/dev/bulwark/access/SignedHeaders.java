package dev.bulwark.access;

import dev.bulwark.wire.HttpHeaders;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** The names of the headers that a signature covers: lower case, sorted, each once. */
record SignedHeaders(List<String> names, String text) {

  static SignedHeaders parse(String text) {
    var names = new ArrayList<String>(8);
    var canonical = true;
    int from = 0;
    while (from <= text.length()) {
      int semicolon = text.indexOf(';', from);
      int to = semicolon < 0 ? text.length() : semicolon;
      var name = text.substring(from, to);
      canonical &= isLowerCase(name) && (names.isEmpty() || names.getLast().compareTo(name) < 0);
      names.add(name);
      from = to + 1;
    }
    return canonical ? new SignedHeaders(List.copyOf(names), text) : of(names);
  }

  static SignedHeaders of(Iterable<String> names) {
    var sorted = new TreeSet<String>();
    for (var name : names) {
      var lower = name.trim().toLowerCase(Locale.ROOT);
      if (!lower.isEmpty()) {
        sorted.add(lower);
      }
    }
    return new SignedHeaders(List.copyOf(sorted), String.join(";", sorted));
  }

  private static boolean isLowerCase(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 127 || (c >= 'A' && c <= 'Z')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  /**
   * Writes the canonical headers.
   *
   * @param charset how characters beyond ASCII became text
   * @return whether there were any such
   */
  boolean write(Bytes out, HttpHeaders headers, Charset charset) {
    var foreign = false;
    for (var name : names) {
      out.utf8(name).add(':');
      var first = true;
      for (var value : headers.all(name)) {
        if (!first) {
          out.add(',');
        }
        first = false;
        foreign |= writeValue(out, value, charset);
      }
      out.add('\n');
    }
    return foreign;
  }

  /** Without white space around, and with one space for each run of white space inside. */
  private static boolean writeValue(Bytes out, String value, Charset charset) {
    int start = out.size();
    var space = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        space = true;
      } else if (c >= 128) {
        out.truncate(start);
        out.add(fold(value).getBytes(charset));
        return true;
      } else {
        if (space && out.size() > start) {
          out.add(' ');
        }
        space = false;
        out.add(c);
      }
    }
    return false;
  }

  private static String fold(String value) {
    var out = new StringBuilder(value.length());
    var space = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        space = true;
      } else {
        if (space && !out.isEmpty()) {
          out.append(' ');
        }
        space = false;
        out.append(c);
      }
    }
    return out.toString();
  }
}
