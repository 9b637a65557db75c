package dev.bulwark.cryptography;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what attestation documents hold of CBOR (RFC 8949): integers, strings, arrays, maps, tags,
 * true, false and null. Integers become {@link Long}, byte strings {@code byte[]}, tags are left
 * out. Nothing is taken for longer than the bytes that are there.
 */
final class CborReader {
  private static final int DEEPEST = 8;
  private static final int INDEFINITE = 31;
  private static final byte BREAK = (byte) 0xff;

  private final ByteBuffer in;

  private CborReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  /**
   * The one value that these bytes are.
   *
   * @throws IllegalArgumentException where they are not
   */
  static @Nullable Object read(byte[] bytes) {
    var reader = new CborReader(bytes);
    var value = reader.value(0);
    if (reader.in.hasRemaining()) {
      throw new IllegalArgumentException("there is more than one value");
    }
    return value;
  }

  private @Nullable Object value(int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("values are nested too deeply");
    }
    int head = next();
    int kind = head >> 5;
    int more = head & 0x1f;
    return switch (kind) {
      case 0 -> number(more);
      case 1 -> -1 - number(more);
      case 2 -> bytes(length(more));
      case 3 -> text(bytes(length(more)));
      case 4 -> array(more, depth);
      case 5 -> map(more, depth);
      case 6 -> {
        number(more);
        yield value(depth + 1);
      }
      default -> simple(more);
    };
  }

  private int next() {
    require(1);
    return in.get() & 0xff;
  }

  private void require(long count) {
    if (count > in.remaining()) {
      throw new IllegalArgumentException("the bytes end too early");
    }
  }

  private long number(int more) {
    if (more < 24) {
      return more;
    }
    long value =
        switch (more) {
          case 24 -> next();
          case 25 -> {
            require(2);
            yield in.getShort() & 0xffffL;
          }
          case 26 -> {
            require(4);
            yield in.getInt() & 0xffffffffL;
          }
          case 27 -> {
            require(8);
            yield in.getLong();
          }
          default -> throw new IllegalArgumentException("a number of an unknown form");
        };
    if (value < 0) {
      throw new IllegalArgumentException("a number is too large");
    }
    return value;
  }

  private int length(int more) {
    long length = number(more);
    require(length);
    return (int) length;
  }

  private byte[] bytes(int length) {
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a text is not UTF-8", e);
    }
  }

  private List<@Nullable Object> array(int more, int depth) {
    var values = new ArrayList<@Nullable Object>();
    long left = more == INDEFINITE ? Long.MAX_VALUE : length(more);
    while (left-- > 0 && !(more == INDEFINITE && ends())) {
      values.add(value(depth + 1));
    }
    return values;
  }

  private Map<Object, @Nullable Object> map(int more, int depth) {
    var values = new LinkedHashMap<Object, @Nullable Object>();
    long left = more == INDEFINITE ? Long.MAX_VALUE : length(more);
    while (left-- > 0 && !(more == INDEFINITE && ends())) {
      var key = value(depth + 1);
      if (!(key instanceof Long) && !(key instanceof String)) {
        throw new IllegalArgumentException("a map has a key that is neither a number nor a text");
      }
      if (values.containsKey(key)) {
        throw new IllegalArgumentException("a map has a key twice");
      }
      values.put(key, value(depth + 1));
    }
    return values;
  }

  private boolean ends() {
    require(1);
    if (in.get(in.position()) != BREAK) {
      return false;
    }
    in.get();
    return true;
  }

  private static @Nullable Object simple(int more) {
    return switch (more) {
      case 20 -> false;
      case 21 -> true;
      case 22 -> null;
      default -> throw new IllegalArgumentException("a value of an unknown form");
    };
  }
}
