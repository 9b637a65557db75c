package dev.bulwark.access;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes: what canonical requests are written into. */
final class Bytes {
  private static final byte[] LOWER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private byte[] array;
  private int size;

  Bytes(int capacity) {
    array = new byte[capacity];
  }

  byte[] array() {
    return array;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void truncate(int length) {
    size = length;
  }

  Bytes add(int b) {
    if (size == array.length) {
      array = Arrays.copyOf(array, size * 2 + 16);
    }
    array[size++] = (byte) b;
    return this;
  }

  Bytes add(byte[] bytes) {
    return add(bytes, 0, bytes.length);
  }

  Bytes add(byte[] bytes, int from, int length) {
    reserve(length);
    System.arraycopy(bytes, from, array, size, length);
    size += length;
    return this;
  }

  /** Adds text that is known to be ASCII. */
  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) is the one way to copy ASCII without an
  // allocation.
  Bytes ascii(String text) {
    int length = text.length();
    reserve(length);
    text.getBytes(0, length, array, size);
    size += length;
    return this;
  }

  Bytes utf8(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  Bytes hex(byte[] bytes) {
    reserve(bytes.length * 2);
    for (byte b : bytes) {
      array[size++] = LOWER[(b >> 4) & 15];
      array[size++] = LOWER[b & 15];
    }
    return this;
  }

  Bytes percent(int b) {
    return add('%').add(UPPER[(b >> 4) & 15]).add(UPPER[b & 15]);
  }

  private void reserve(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, Math.max(size + more, size * 2));
    }
  }

  byte[] toByteArray() {
    return Arrays.copyOf(array, size);
  }

  /** As text; bytes that are no UTF-8 become replacement characters. */
  @Override
  public String toString() {
    return new String(array, 0, size, StandardCharsets.UTF_8);
  }
}
