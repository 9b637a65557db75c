package dev.bulwark.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Tokens of JSON (RFC 8259) in UTF-8, of a document that is in memory. Strings are looked through
 * eight bytes at a time and become what is asked for, text or bytes, at once: most of a request is
 * often one long string in base64.
 */
final class JsonSource implements TokenSource {
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
    if (to - from > Documents.MAX_NAME) {
      throw malformed();
    }
    var name = string();
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
    if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
      return;
    }
    for (int outside = depth - 1; depth > outside; ) {
      if (!inObject() || nextName() != null) {
        next();
      }
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
    if (to - from > Documents.MAX_NUMBER) {
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
      return utf8(from, to);
    }
    var text = new StringBuilder(to - from);
    for (int i = from; i < to; ) {
      int plain = i;
      i = JsonBytes.nextSpecial(in, i, to);
      text.append(utf8(plain, i));
      if (i < to) {
        i = unescape(i + 1, text);
      }
    }
    return Surrogates.paired(text.toString());
  }

  /** Reads what stands behind a backslash; gives the place behind that. */
  private int unescape(int place, StringBuilder text) throws DecodeException {
    int c = in[place];
    switch (c) {
      case '"', '\\', '/' -> text.append((char) c);
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'u' -> {
        int unit = 0;
        for (int i = place + 1; i <= place + 4; i++) {
          int digit = i < to ? Character.digit((char) (in[i] & 0xff), 16) : -1;
          if (digit < 0) {
            throw malformed();
          }
          unit = unit << 4 | digit;
        }
        text.append((char) unit);
        return place + 5;
      }
      default -> throw malformed();
    }
    return place + 1;
  }

  private String utf8(int begin, int end) throws DecodeException {
    if (JsonBytes.isAscii(in, begin, end)) {
      return new String(in, begin, end - begin, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(in, begin, end - begin))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  @Override
  public byte @Nullable [] blob() throws DecodeException {
    if (token != JsonToken.VALUE_STRING) {
      return null;
    }
    return escaped
        ? Base64.getDecoder().decode(string())
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
    return Double.parseDouble(digitsOfNumber());
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
