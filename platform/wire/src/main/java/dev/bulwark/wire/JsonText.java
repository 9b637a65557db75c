package dev.bulwark.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) as UTF-8: of a request's record almost all is plain text, for which this
 * is several times as fast as a general generator. Commas are set by themselves.
 */
public final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  /** An empty text with room for some bytes. */
  public JsonText(int capacity) {
    bytes = new byte[capacity];
  }

  /** Begins an object, as a value or an element. */
  public JsonText begin() {
    separate();
    return append('{');
  }

  /** Begins an object, as a property. */
  public JsonText begin(String name) {
    name(name);
    return append('{');
  }

  /** Ends an object. */
  public JsonText end() {
    return append('}');
  }

  /** Begins an array, as a property. */
  public JsonText beginArray(String name) {
    name(name);
    return append('[');
  }

  /** Begins an array, as a value or an element. */
  public JsonText beginArray() {
    separate();
    return append('[');
  }

  /** Ends an array. */
  public JsonText endArray() {
    return append(']');
  }

  /** A name from outside, to be followed by its value. */
  public JsonText key(String name) {
    quoted(name);
    return append(':');
  }

  /** Text, as a value or an element. */
  public JsonText add(String value) {
    return quoted(value);
  }

  /**
   * A value that is JSON already.
   *
   * @param json in ASCII
   */
  public JsonText addJson(String json) {
    separate();
    return ascii(json);
  }

  /** Bytes in base64, as a value or an element. */
  JsonText addBase64(byte[] value) {
    separate();
    var text = Base64.getEncoder().encode(value);
    append('"');
    copy(text, 0, text.length);
    return append('"');
  }

  /** A property with text; none where the text is null. */
  public JsonText put(String name, @Nullable String value) {
    if (value != null) {
      name(name);
      quoted(value);
    }
    return this;
  }

  /** A property that is true or false. */
  public JsonText put(String name, boolean value) {
    name(name);
    return ascii(value ? "true" : "false");
  }

  /** A property that is a number. */
  public JsonText put(String name, int value) {
    name(name);
    return ascii(Integer.toString(value));
  }

  /** The name of a property of the program's own, which needs no escapes. */
  JsonText name(String name) {
    separate();
    return append('"').ascii(name).append('"').append(':');
  }

  /** How much is written, in bytes. */
  int length() {
    return length;
  }

  /** Forgets all that was written after some length. */
  void truncate(int to) {
    length = to;
  }

  private void separate() {
    if (length > 0) {
      var last = bytes[length - 1];
      if (last != '{' && last != '[' && last != ':') {
        append(',');
      }
    }
  }

  private JsonText append(char c) {
    reserve(1);
    bytes[length++] = (byte) c;
    return this;
  }

  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) is the one way to copy ASCII without an
  // allocation.
  private JsonText ascii(String text) {
    reserve(text.length());
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
    return this;
  }

  private JsonText quoted(String value) {
    separate();
    var utf8 = value.getBytes(StandardCharsets.UTF_8);
    reserve(utf8.length + 2);
    bytes[length++] = '"';
    var from = 0;
    for (var special = 0; special < utf8.length; from = special + 1) {
      special = JsonBytes.nextSpecial(utf8, from, utf8.length);
      copy(utf8, from, special);
      if (special < utf8.length) {
        escape(utf8[special]);
      }
    }
    return append('"');
  }

  private void copy(byte[] from, int begin, int end) {
    reserve(end - begin);
    System.arraycopy(from, begin, bytes, length, end - begin);
    length += end - begin;
  }

  private void escape(byte c) {
    reserve(6);
    bytes[length++] = '\\';
    if (c >= ' ') {
      bytes[length++] = c;
    } else {
      ascii("u00").append((char) HEX[c >> 4]).append((char) HEX[c & 15]);
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }

  /** All that was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
