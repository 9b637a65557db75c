package dev.bulwark.state;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** How values are written as bytes and read back. */
public interface Codec<T> {

  /** The value's bytes. */
  byte[] encode(T value);

  /** The value that {@link #encode} wrote, by this or another version of the program. */
  T decode(byte[] bytes);

  /**
   * Records as JSON. Times are ISO-8601 text, bytes base64; absent fields read as null, zero or
   * false, and unknown ones are passed over, so that rows of older and newer programs can be read.
   * A record with collections should turn null into an empty one in its constructor.
   */
  static <T> Codec<T> json(Class<T> type) {
    return new JsonCodec<>(type);
  }

  /** Bytes as they are. Neither side may change an array that it has passed or got. */
  static Codec<byte[]> bytes() {
    return of(bytes -> bytes, bytes -> bytes);
  }

  /** Text as UTF-8. */
  static Codec<String> string() {
    return of(
        text -> text.getBytes(StandardCharsets.UTF_8),
        bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** A codec of two functions. */
  static <T> Codec<T> of(Function<T, byte[]> encode, Function<byte[], T> decode) {
    return new Codec<>() {
      @Override
      public byte[] encode(T value) {
        return encode.apply(value);
      }

      @Override
      public T decode(byte[] bytes) {
        return decode.apply(bytes);
      }
    };
  }
}
