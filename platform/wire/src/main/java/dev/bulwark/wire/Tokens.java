package dev.bulwark.wire;

import dev.bulwark.schema.TimestampFormat;
import java.math.BigDecimal;
import java.time.Instant;

/** The tokens of a document in JSON or CBOR, as they are written one after the other. */
sealed interface Tokens permits JsonTokens, CborTokens {
  void beginObject();

  void endObject();

  void beginArray();

  void endArray();

  /** The name of what comes next. */
  void name(String name);

  void text(String value);

  void flag(boolean value);

  void number(long value);

  void number(BigDecimal value);

  void number(float value);

  void number(double value);

  /** An instant, in the format where the protocol leaves a choice. */
  void instant(Instant value, TimestampFormat format);

  void blob(byte[] value);

  void nothing();
}
