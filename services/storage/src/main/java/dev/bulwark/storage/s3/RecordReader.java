package dev.bulwark.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link RecordWriter} wrote. */
final class RecordReader {
  private final byte[] bytes;
  private int at;

  RecordReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether anything was written that was not read. */
  boolean hasMore() {
    return at < bytes.length;
  }

  long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  int integer() {
    return Math.toIntExact(number());
  }

  boolean flag() {
    return number() != 0;
  }

  byte[] raw() {
    int length = integer();
    var value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  String text() {
    return text(integer());
  }

  @Nullable String optional() {
    int length = integer();
    return length == 0 ? null : text(length - 1);
  }

  Map<String, String> map() {
    int size = integer();
    if (size == 0) {
      return Map.of();
    }
    var map = LinkedHashMap.<String, String>newLinkedHashMap(size);
    for (int i = 0; i < size; i++) {
      var key = text();
      map.put(key, text());
    }
    return map;
  }

  private String text(int length) {
    var value = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }
}
