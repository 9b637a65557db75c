package dev.bulwark.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the members of a stored record one after the other: numbers of variable length, and
 * strings with their lengths.
 */
final class RecordWriter {
  private byte[] bytes;
  private int size;

  RecordWriter(int capacity) {
    bytes = new byte[capacity];
  }

  RecordWriter number(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  RecordWriter flag(boolean value) {
    return number(value ? 1 : 0);
  }

  RecordWriter raw(byte[] value) {
    number(value.length);
    ensure(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  RecordWriter text(String value) {
    return raw(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A string that may be absent; apart from an empty one. */
  RecordWriter optional(@Nullable String value) {
    if (value == null) {
      return number(0);
    }
    var encoded = value.getBytes(StandardCharsets.UTF_8);
    number(encoded.length + 1L);
    ensure(encoded.length);
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
    return this;
  }

  RecordWriter map(Map<String, String> map) {
    number(map.size());
    map.forEach((key, value) -> text(key).text(value));
    return this;
  }

  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
