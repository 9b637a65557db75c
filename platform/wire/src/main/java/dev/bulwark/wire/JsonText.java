package dev.bulwark.wire;

import dev.bulwark.schema.Body;
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

  private static final int SLACK = 256;

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
    reserve(text.length + 2);
    bytes[length++] = '"';
    copy(text, 0, text.length);
    bytes[length++] = '"';
    return this;
  }

  /** A property with text; none where the text is null. */
  public JsonText put(String name, @Nullable String value) {
    return value == null ? this : name(name).value(value);
  }

  /**
   * A property whose value is JSON already.
   *
   * @param json in UTF-8
   */
  public JsonText putJson(String name, byte[] json) {
    name(name);
    reserve(json.length);
    copy(json, 0, json.length);
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
    reserve(name.length() + 4);
    separate();
    bytes[length++] = '"';
    ascii(name);
    bytes[length++] = '"';
    bytes[length++] = ':';
    return this;
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
    return value(value);
  }

  private JsonText value(String value) {
    var utf8 = value.getBytes(StandardCharsets.UTF_8);
    reserve(utf8.length + 2);
    bytes[length++] = '"';
    var special = JsonBytes.nextSpecial(utf8, 0, utf8.length);
    copy(utf8, 0, special);
    if (special < utf8.length) {
      escaped(utf8, special);
    }
    return append('"');
  }

  /** The rest of a text, from its first byte on that must be escaped. */
  private void escaped(byte[] utf8, int first) {
    for (int special = first, from; special < utf8.length; ) {
      reserve(utf8.length - special + 6);
      escape(utf8[special]);
      from = special + 1;
      special = JsonBytes.nextSpecial(utf8, from, utf8.length);
      copy(utf8, from, special);
    }
  }

  /** Where there is room. */
  private void copy(byte[] from, int begin, int end) {
    System.arraycopy(from, begin, bytes, length, end - begin);
    length += end - begin;
  }

  private void escape(byte c) {
    bytes[length++] = '\\';
    if (c >= ' ') {
      bytes[length++] = c;
    } else {
      ascii("u00").append((char) HEX[c >> 4]).append((char) HEX[c & 15]);
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      // What follows a long value shall not move it once more.
      bytes = Arrays.copyOf(bytes, Math.max(length + more + SLACK, bytes.length * 2));
    }
  }

  /** All that was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** All that was written, as a body; nothing can be written any more. */
  Body toBody() {
    return Body.of(bytes, length);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
