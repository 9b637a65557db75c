package dev.bulwark.wire;

import dev.bulwark.schema.TimestampFormat;
import java.math.BigDecimal;
import java.time.Instant;
import tools.jackson.dataformat.cbor.CBORGenerator;

/** Writes CBOR. Instants are tagged seconds since the epoch. */
record CborTokens(CBORGenerator generator) implements Tokens {
  private static final int EPOCH_TAG = 1;

  @Override
  public void beginObject() {
    generator.writeStartObject();
  }

  @Override
  public void endObject() {
    generator.writeEndObject();
  }

  @Override
  public void beginArray() {
    generator.writeStartArray();
  }

  @Override
  public void endArray() {
    generator.writeEndArray();
  }

  @Override
  public void name(String name) {
    generator.writeName(name);
  }

  @Override
  public void text(String value) {
    generator.writeString(value);
  }

  @Override
  public void flag(boolean value) {
    generator.writeBoolean(value);
  }

  @Override
  public void number(long value) {
    generator.writeNumber(value);
  }

  @Override
  public void number(BigDecimal value) {
    generator.writeNumber(value);
  }

  @Override
  public void number(float value) {
    generator.writeNumber((double) value);
  }

  @Override
  public void number(double value) {
    generator.writeNumber(value);
  }

  @Override
  public void instant(Instant value, TimestampFormat format) {
    generator.writeTag(EPOCH_TAG);
    generator.writeNumber(value.toEpochMilli() / 1000.0);
  }

  @Override
  public void blob(byte[] value) {
    generator.writeBinary(value);
  }

  @Override
  public void nothing() {
    generator.writeNull();
  }
}
