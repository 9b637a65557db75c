package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * The one range of a {@code Range} header, as RFC 9110 section 14 writes it.
 *
 * @param first the first byte, or -1 where the range counts from the end
 * @param last the last byte, or -1 where it is open; the number of bytes where it counts from the
 *     end
 */
record ByteRange(long first, long last) {

  /**
   * A range within an object.
   *
   * @param offset of its first byte
   * @param length in bytes, at least 1
   */
  record Slice(long offset, long length) {}

  /** Parses a header; null where it is none that S3 heeds: it then sends the object whole. */
  static @Nullable ByteRange parse(String header) {
    var text = header.strip();
    if (!text.regionMatches(true, 0, "bytes=", 0, 6)) {
      return null;
    }
    var range = text.substring(6).strip();
    int dash = range.indexOf('-');
    if (dash < 0 || range.indexOf(',') >= 0) {
      return null;
    }
    long first = number(range.substring(0, dash));
    long last = number(range.substring(dash + 1));
    if (first == -2 || last == -2 || (first == -1 && last == -1)) {
      return null;
    }
    return first >= 0 && last >= 0 && last < first ? null : new ByteRange(first, last);
  }

  /** A number; -1 for nothing, -2 for what is none. */
  private static long number(String digits) {
    if (digits.isEmpty()) {
      return -1;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return -2;
      }
    }
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /** The part of an object of that size, or null where the range lies outside. */
  @Nullable Slice within(long size) {
    if (first < 0) {
      long length = Math.min(last, size);
      return length == 0 ? null : new Slice(size - length, length);
    }
    if (first >= size) {
      return null;
    }
    long end = last < 0 ? size - 1 : Math.min(last, size - 1);
    return new Slice(first, end - first + 1);
  }
}
