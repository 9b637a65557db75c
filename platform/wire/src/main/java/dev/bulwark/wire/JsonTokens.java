package dev.bulwark.wire;

import dev.bulwark.schema.TimestampFormat;
import java.math.BigDecimal;
import java.time.Instant;

/** Writes JSON. Instants are seconds since the epoch, where nothing else is said. */
record JsonTokens(JsonText json) implements Tokens {
  @Override
  public void beginObject() {
    json.begin();
  }

  @Override
  public void endObject() {
    json.end();
  }

  @Override
  public void beginArray() {
    json.beginArray();
  }

  @Override
  public void endArray() {
    json.endArray();
  }

  @Override
  public void name(String name) {
    json.key(name);
  }

  @Override
  public void text(String value) {
    json.add(value);
  }

  @Override
  public void flag(boolean value) {
    json.addJson(value ? "true" : "false");
  }

  @Override
  public void number(long value) {
    json.addJson(Long.toString(value));
  }

  @Override
  public void number(BigDecimal value) {
    json.addJson(value.toString());
  }

  @Override
  public void number(float value) {
    floating(Float.isFinite(value), Float.toString(value));
  }

  @Override
  public void number(double value) {
    floating(Double.isFinite(value), Double.toString(value));
  }

  /** What JSON has no numbers for is text, as Smithy spells it. */
  private void floating(boolean finite, String text) {
    if (finite) {
      json.addJson(text);
    } else {
      json.add(text);
    }
  }

  @Override
  public void instant(Instant value, TimestampFormat format) {
    var text = Timestamps.text(value, format, false);
    if (format == TimestampFormat.UNIX) {
      json.addJson(text);
    } else {
      json.add(text);
    }
  }

  @Override
  public void blob(byte[] value) {
    json.addBase64(value);
  }

  @Override
  public void nothing() {
    json.addJson("null");
  }
}
