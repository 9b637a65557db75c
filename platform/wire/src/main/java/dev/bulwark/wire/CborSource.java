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
    return name == null ? null : Surrogates.paired(name);
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
    return Surrogates.paired(reading(parser::getString));
  }

  @Override
  public byte @Nullable [] blob() throws DecodeException {
    return parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT
        ? reading(parser::getBinaryValue)
        : null;
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
}
