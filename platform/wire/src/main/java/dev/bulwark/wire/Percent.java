package dev.bulwark.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-encoding: RFC 3986, and the form encoding's plus sign. */
final class Percent {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private Percent() {}

  /**
   * Decodes once.
   *
   * @param plus whether a plus sign stands for a space
   * @return null where an escape is broken or the bytes are no UTF-8
   */
  static @Nullable String decode(String text, int from, int to, boolean plus) {
    var special = from;
    while (special < to) {
      var c = text.charAt(special);
      if (c == '%' || c > 0x7f || (plus && c == '+')) {
        break;
      }
      special++;
    }
    if (special == to) {
      return text.substring(from, to);
    }
    var bytes = new byte[(to - from) * 3];
    var length = 0;
    for (var i = from; i < to; i++) {
      var c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= to) {
          return null;
        }
        var high = Character.digit(text.charAt(i + 1), 16);
        var low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return null;
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (plus && c == '+') {
        bytes[length++] = ' ';
      } else if (c <= 0x7f) {
        bytes[length++] = (byte) c;
      } else {
        var end = Character.isHighSurrogate(c) && i + 1 < to ? i + 2 : i + 1;
        for (var b : text.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
          bytes[length++] = b;
        }
        i = end - 1;
      }
    }
    return utf8(bytes, length);
  }

  /** Decodes UTF-8; null where the bytes are none. */
  static @Nullable String utf8(byte[] bytes, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /**
   * Encodes all but RFC 3986's unreserved characters and those given, as S3 does for {@code
   * encoding-type=url}.
   */
  static String encode(String text, String alsoUnreserved) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var out = new byte[bytes.length * 3];
    var length = 0;
    for (var b : bytes) {
      var c = (char) (b & 0xff);
      if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '-'
          || c == '_'
          || c == '.'
          || c == '~'
          || alsoUnreserved.indexOf(c) >= 0) {
        out[length++] = b;
      } else {
        out[length++] = '%';
        out[length++] = HEX[c >> 4];
        out[length++] = HEX[c & 15];
      }
    }
    return new String(out, 0, length, StandardCharsets.US_ASCII);
  }
}
