package dev.bulwark.state;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** Keys as the bytes that the database orders them by, and scans as ranges of these. */
final class KeyBytes {

  /** After every key, since no UTF-8 begins with it. */
  private static final byte[] END = {(byte) 0xff};

  static final byte[] START = {};

  private KeyBytes() {}

  static byte[] lower(Scan scan) {
    var from = utf8(scan.prefix());
    if (scan.after() != null && !scan.reverse()) {
      from = later(from, successorOfKey(utf8(scan.after())));
    }
    if (scan.afterPrefix() != null && !scan.reverse()) {
      from = later(from, successorOfPrefix(utf8(scan.afterPrefix())));
    }
    return from;
  }

  static byte[] upper(Scan scan) {
    var prefix = utf8(scan.prefix());
    var end = scan.exact() ? successorOfKey(prefix) : successorOfPrefix(prefix);
    if (scan.after() != null && scan.reverse()) {
      var after = utf8(scan.after());
      return Arrays.compareUnsigned(after, end) < 0 ? after : end;
    }
    return end;
  }

  static byte[] later(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
  }

  static byte[] successorOfKey(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /**
   * The first bytes after all that begin with a prefix; its last byte is below 0xff, as in all
   * UTF-8.
   */
  static byte[] successorOfPrefix(byte[] prefix) {
    if (prefix.length == 0) {
      return END;
    }
    var next = prefix.clone();
    next[next.length - 1]++;
    return next;
  }

  static byte[] bytes(String key) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("A key cannot be empty");
    }
    return utf8(key);
  }

  /** UTF-8, refusing what has none: replaced characters would make two keys one. */
  static byte[] utf8(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != text.length()) {
      try {
        ByteBuffer strict = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        return Arrays.copyOf(strict.array(), strict.limit());
      } catch (CharacterCodingException e) {
        throw new IllegalArgumentException("A key with an unpaired surrogate", e);
      }
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '?' && text.charAt(i) != '?') {
        throw new IllegalArgumentException("A key with an unpaired surrogate");
      }
    }
    return bytes;
  }

  static String text(ResultSet row, int column) throws SQLException {
    return new String(row.getBytes(column), StandardCharsets.UTF_8);
  }
}
