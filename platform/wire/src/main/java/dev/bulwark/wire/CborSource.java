package dev.bulwark.wire;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Tokens of CBOR (RFC 8949). */
final class CborSource implements TokenSource {
  private final JsonParser parser;

  CborSource(JsonParser parser) {
    this.parser = parser;
  }

  private interface Reading<T extends @Nullable Object> {
    T read();
  }

  private static <T extends @Nullable Object> T reading(Reading<T> reading) throws DecodeException {
    try {
      return reading.read();
    } catch (JacksonException e) {
      throw new DecodeException(null);
    }
  }

  @Override
  public @Nullable JsonToken next() throws DecodeException {
    return reading(parser::nextToken);
  }

  @Override
  public @Nullable String nextName() throws DecodeException {
    var name = reading(parser::nextName);
    return name == null ? null : paired(name);
  }

  @Override
  public JsonToken current() {
    return Objects.requireNonNull(parser.currentToken());
  }

  @Override
  public void skipChildren() throws DecodeException {
    reading(parser::skipChildren);
  }

  @Override
  public String string() throws DecodeException {
    return paired(reading(parser::getString));
  }

  @Override
  public boolean isBlob() {
    return parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT;
  }

  @Override
  public byte @Nullable [] blob() throws DecodeException {
    return reading(parser::getBinaryValue);
  }

  @Override
  public long longValue() {
    try {
      return parser.getLongValue();
    } catch (JacksonException e) {
      throw new ArithmeticException(e.getOriginalMessage());
    }
  }

  @Override
  public double doubleValue() throws DecodeException {
    return reading(parser::getDoubleValue);
  }

  @Override
  public Number number() throws DecodeException {
    return reading(parser::getNumberValue);
  }

  @Override
  public BigDecimal decimal() throws DecodeException {
    return reading(parser::getDecimalValue);
  }

  /**
   * A text that has an encoding: Jackson lets bytes pass that would be half of a surrogate pair, so
   * that two texts would be stored, or signed, as one.
   */
  private static String paired(String text) throws DecodeException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          throw new DecodeException(null);
        }
        i++;
      }
    }
    return text;
  }
}
