package dev.bulwark.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Tokens of JSON (RFC 8259) in UTF-8, of a document that is in memory. Strings are looked through
 * eight bytes at a time and become what is asked for, text or bytes, at once: most of a request is
 * often one long string in base64.
 */
final class JsonSource implements TokenSource {
  /** How long the escape of a UTF-16 code unit is: a backslash, a {@code u}, four digits. */
  private static final int UNIT = 6;

  /** How many digits fit into a {@code long} whatever they are. */
  private static final int LONG_DIGITS = 18;

  private final byte[] in;
  private int at;
  private int tokens;
  private @Nullable JsonToken token;

  /** How many arrays and objects are open, and which of them are objects, the innermost lowest. */
  private int depth;

  private long objects;

  /** Whether a value of the innermost array or object has come. */
  private boolean several;

  /** Where the last string, without its quotation marks, or number is. */
  private int from;

  private int to;
  private boolean escaped;

  JsonSource(byte[] document) {
    in = document;
    at = beginsWithMark(document) ? 3 : 0;
  }

  /** A byte order mark, which RFC 8259 lets parsers pass over. */
  private static boolean beginsWithMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }

  // Structure.

  @Override
  public JsonToken current() {
    if (token == null) {
      throw new IllegalStateException("nothing has been read");
    }
    return token;
  }

  @Override
  public @Nullable JsonToken next() throws DecodeException {
    int c = skipSpace();
    if (depth == 0) {
      if (c < 0) {
        return null;
      }
      if (token != null) {
        throw malformed();
      }
      return value(c);
    }
    if (token == JsonToken.PROPERTY_NAME) {
      return value(c);
    }
    if (inObject()) {
      throw new IllegalStateException("the name of a member comes next");
    }
    if (c == ']') {
      return end(JsonToken.END_ARRAY);
    }
    return value(afterComma(c));
  }

  @Override
  public @Nullable String nextName() throws DecodeException {
    int c = skipSpace();
    if (c == '}') {
      end(JsonToken.END_OBJECT);
      return null;
    }
    if (afterComma(c) != '"') {
      throw malformed();
    }
    string('"');
    // Six bytes may stand for one.
    if (to - from > (escaped ? 6 : 1) * Documents.MAX_NAME) {
      throw malformed();
    }
    var name = string();
    if (name.length() > Documents.MAX_NAME) {
      throw malformed();
    }
    if (skipSpace() != ':') {
      throw malformed();
    }
    at++;
    count();
    token = JsonToken.PROPERTY_NAME;
    return name;
  }

  /** The byte at which the next value or name begins. */
  private int afterComma(int c) throws DecodeException {
    if (!several) {
      return c;
    }
    if (c != ',') {
      throw malformed();
    }
    at++;
    return skipSpace();
  }

  @Override
  public void skipChildren() throws DecodeException {
    checkString();
    if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
      return;
    }
    for (int outside = depth - 1; depth > outside; ) {
      if (!inObject() || nextName() != null) {
        next();
        checkString();
      }
    }
  }

  /** Nobody may ask what a string says, but it has to say something. */
  private void checkString() throws DecodeException {
    if (token == JsonToken.VALUE_STRING && (escaped || !JsonBytes.isAscii(in, from, to))) {
      string();
    }
  }

  private boolean inObject() {
    return (objects & 1) != 0;
  }

  private JsonToken begin(JsonToken begun) throws DecodeException {
    if (++depth > Documents.MAX_DEPTH) {
      throw malformed();
    }
    objects = objects << 1 | (begun == JsonToken.START_OBJECT ? 1 : 0);
    several = false;
    at++;
    return begun;
  }

  private JsonToken end(JsonToken ended) throws DecodeException {
    depth--;
    objects >>>= 1;
    several = true;
    at++;
    count();
    token = ended;
    return ended;
  }

  private void count() throws DecodeException {
    if (++tokens > Documents.MAX_TOKENS) {
      throw malformed();
    }
  }

  /** Passes over white space; the byte behind it, -1 at the end. */
  private int skipSpace() {
    while (at < in.length) {
      int c = in[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c & 0xff;
      }
      at++;
    }
    return -1;
  }

  private static DecodeException malformed() {
    return new DecodeException(null);
  }

  // Values.

  private JsonToken value(int c) throws DecodeException {
    count();
    var read =
        switch (c) {
          case '{' -> begin(JsonToken.START_OBJECT);
          case '[' -> begin(JsonToken.START_ARRAY);
          case '"' -> string(c);
          case 't' -> literal("true", JsonToken.VALUE_TRUE);
          case 'f' -> literal("false", JsonToken.VALUE_FALSE);
          case 'n' -> literal("null", JsonToken.VALUE_NULL);
          default -> scanNumber();
        };
    token = read;
    return read;
  }

  private JsonToken literal(String text, JsonToken meant) throws DecodeException {
    for (var i = 0; i < text.length(); i++) {
      if (peek(at + i) != text.charAt(i)) {
        throw malformed();
      }
    }
    at += text.length();
    several = true;
    return meant;
  }

  private int peek(int place) {
    return place < in.length ? in[place] & 0xff : -1;
  }

  /** Finds the end of the string that begins here. */
  private JsonToken string(int quote) throws DecodeException {
    from = at + 1;
    escaped = false;
    to = JsonBytes.nextSpecial(in, from, in.length);
    while (peek(to) == '\\') {
      escaped = true;
      to = JsonBytes.nextSpecial(in, Math.min(to + 2, in.length), in.length);
    }
    if (peek(to) != quote) {
      throw malformed();
    }
    at = to + 1;
    several = true;
    return JsonToken.VALUE_STRING;
  }

  private JsonToken scanNumber() throws DecodeException {
    from = at;
    if (peek(at) == '-') {
      at++;
    }
    int first = at;
    digits();
    if (in[first] == '0' && at > first + 1) {
      throw malformed();
    }
    var whole = true;
    if (peek(at) == '.') {
      at++;
      digits();
      whole = false;
    }
    if (peek(at) == 'e' || peek(at) == 'E') {
      at++;
      if (peek(at) == '+' || peek(at) == '-') {
        at++;
      }
      digits();
      whole = false;
    }
    to = at;
    if (to - first > Documents.MAX_NUMBER) {
      throw malformed();
    }
    several = true;
    return whole ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT;
  }

  /** Passes over digits, of which there is one at least. */
  private void digits() throws DecodeException {
    int first = at;
    while (at < in.length && in[at] >= '0' && in[at] <= '9') {
      at++;
    }
    if (at == first) {
      throw malformed();
    }
  }

  // What they are.

  @Override
  public String string() throws DecodeException {
    if (!escaped) {
      return utf8(in, from, to);
    }
    var text = unescaped();
    return utf8(text, 0, text.length);
  }

  private static String utf8(byte[] bytes, int begin, int end) throws DecodeException {
    if (JsonBytes.isAscii(bytes, begin, end)) {
      return new String(bytes, begin, end - begin, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, begin, end - begin))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  /** The string without its escapes, none of which is shorter than what it stands for. */
  private byte[] unescaped() throws DecodeException {
    var text = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; ) {
      int special = JsonBytes.nextSpecial(in, i, to);
      System.arraycopy(in, i, text, length, special - i);
      length += special - i;
      i = special;
      if (i < to) {
        int c = in[i + 1];
        if (c == 'u') {
          int point = codePoint(i);
          i += Character.charCount(point) * UNIT;
          length = put(point, text, length);
        } else {
          text[length++] = escape(c);
          i += 2;
        }
      }
    }
    return Arrays.copyOf(text, length);
  }

  private static byte escape(int c) throws DecodeException {
    return switch (c) {
      case '"', '\\', '/' -> (byte) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> throw malformed();
    };
  }

  /**
   * The character that an escape names, or two of them together. Half of a surrogate pair is none:
   * no byte sequence stands for it, so that two texts would be stored, or signed, as one.
   */
  private int codePoint(int place) throws DecodeException {
    char first = unit(place);
    if (!Character.isSurrogate(first)) {
      return first;
    }
    if (Character.isHighSurrogate(first) && peek(place + UNIT) == '\\') {
      char second = unit(place + UNIT);
      if (Character.isLowSurrogate(second)) {
        return Character.toCodePoint(first, second);
      }
    }
    throw malformed();
  }

  /** What four hexadecimal digits behind a backslash and a {@code u} say. */
  private char unit(int place) throws DecodeException {
    if (place + UNIT > to || in[place + 1] != 'u') {
      throw malformed();
    }
    int unit = 0;
    for (int i = place + 2; i < place + UNIT; i++) {
      int digit = Character.digit((char) (in[i] & 0xff), 16);
      if (digit < 0) {
        throw malformed();
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  private static int put(int point, byte[] text, int at) {
    int next = at;
    if (point < 0x80) {
      text[next++] = (byte) point;
    } else if (point < 0x800) {
      text[next++] = (byte) (0xc0 | point >> 6);
      text[next++] = continued(point);
    } else if (point < 0x10000) {
      text[next++] = (byte) (0xe0 | point >> 12);
      text[next++] = continued(point >> 6);
      text[next++] = continued(point);
    } else {
      text[next++] = (byte) (0xf0 | point >> 18);
      text[next++] = continued(point >> 12);
      text[next++] = continued(point >> 6);
      text[next++] = continued(point);
    }
    return next;
  }

  private static byte continued(int bits) {
    return (byte) (0x80 | bits & 0x3f);
  }

  @Override
  public boolean isBlob() {
    return token == JsonToken.VALUE_STRING;
  }

  @Override
  public byte[] blob() throws DecodeException {
    return escaped
        ? Base64.getDecoder().decode(unescaped())
        : Base64.getDecoder().decode(ByteBuffer.wrap(in, from, to - from)).array();
  }

  private String digitsOfNumber() {
    return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
  }

  @Override
  public long longValue() {
    try {
      return Long.parseLong(digitsOfNumber());
    } catch (NumberFormatException e) {
      throw new ArithmeticException(e.getMessage());
    }
  }

  @Override
  public double doubleValue() {
    double value = Double.parseDouble(digitsOfNumber());
    // No whole number is below zero by its sign alone.
    return token == JsonToken.VALUE_NUMBER_INT ? value + 0.0 : value;
  }

  @Override
  public Number number() throws DecodeException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      return decimal();
    }
    var digits = digitsOfNumber();
    if (digits.length() <= LONG_DIGITS) {
      long value = Long.parseLong(digits);
      if (value == (int) value) {
        return (int) value;
      }
      return value;
    }
    var exact = new BigInteger(digits);
    if (exact.bitLength() < Long.SIZE) {
      return exact.longValue();
    }
    return exact;
  }

  @Override
  public BigDecimal decimal() throws DecodeException {
    try {
      return new BigDecimal(digitsOfNumber());
    } catch (NumberFormatException e) {
      // An exponent of more digits than there are numbers for.
      throw malformed();
    }
  }
}
