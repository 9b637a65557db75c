package dev.bulwark.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks through the bytes of JSON strings, eight at a time. */
final class JsonBytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private JsonBytes() {}

  /**
   * Where the next byte is that stands for itself in no JSON string: a quotation mark, a backslash
   * or a control character (RFC 8259, section 7).
   *
   * @return {@code to} where there is none
   */
  static int nextSpecial(byte[] bytes, int from, int to) {
    var i = from;
    while (i <= to - Long.BYTES && !maySpecial((long) LONGS.get(bytes, i))) {
      i += Long.BYTES;
    }
    while (i < to && !isSpecial(bytes[i])) {
      i++;
    }
    return i;
  }

  /** Whether all bytes are below 128. */
  static boolean isAscii(byte[] bytes, int from, int to) {
    var i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      if (((long) LONGS.get(bytes, i) & HIGHS) != 0) {
        return false;
      }
    }
    for (; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpecial(byte b) {
    return b == '"' || b == '\\' || (b >= 0 && b < ' ');
  }

  /**
   * Whether one of eight bytes is special: a byte's highest bit is set by the subtraction, and not
   * before it, where the byte is less than what is subtracted.
   */
  private static boolean maySpecial(long word) {
    var control = (word - ONES * ' ') & ~word;
    var quoted = word ^ ONES * '"';
    var escaped = word ^ ONES * '\\';
    return ((control | ((quoted - ONES) & ~quoted) | ((escaped - ONES) & ~escaped)) & HIGHS) != 0;
  }
}
