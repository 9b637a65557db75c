package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.TimestampFormat;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORGenerator;

/** Writes structures as JSON or CBOR. */
final class TokenWriter {
  private static final int EPOCH_TAG = 1;

  private final JsonGenerator generator;
  private final boolean cbor;

  private TokenWriter(JsonGenerator generator, boolean cbor) {
    this.generator = generator;
    this.cbor = cbor;
  }

  /** What is written into a document. */
  interface Content {
    void write(TokenWriter writer);
  }

  /** A document of one object, whose members the content writes. */
  static byte[] object(boolean cbor, Content content) {
    var out = new ByteArrayOutputStream(512);
    var factory = cbor ? Documents.CBOR : Documents.JSON;
    try (var generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartObject();
      content.write(new TokenWriter(generator, cbor));
      generator.writeEndObject();
    }
    return out.toByteArray();
  }

  /** A document of one structure. */
  static byte[] structure(Structure structure, boolean cbor) {
    return object(cbor, writer -> writer.members(structure));
  }

  /** A JSON document of one member's value. */
  static byte[] payload(Member member, @Nullable Object value) {
    var out = new ByteArrayOutputStream(512);
    try (var generator = Documents.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      new TokenWriter(generator, false).value(member, value);
    }
    return out.toByteArray();
  }

  /** A document of any JSON value. */
  static byte[] document(@Nullable Object value) {
    var out = new ByteArrayOutputStream(512);
    try (var generator = Documents.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      new TokenWriter(generator, false).any(value);
    }
    return out.toByteArray();
  }

  /** Writes the members of the body. */
  void members(Structure structure) {
    var members = structure.shape().members();
    for (var i = 0; i < members.size(); i++) {
      var member = members.get(i);
      var value = structure.member(i);
      if (value != null && member.location() == Location.BODY) {
        member(member, value);
      }
    }
  }

  void member(Member member, Object value) {
    if (value instanceof Body) {
      throw new IllegalArgumentException("a stream cannot stand in a document: " + member);
    }
    generator.writeName(member.wireName());
    value(member, value);
  }

  void text(String name, String value) {
    generator.writeName(name);
    generator.writeString(value);
  }

  void untyped(String name, @Nullable Object value) {
    generator.writeName(name);
    any(value);
  }

  @SuppressWarnings("unchecked")
  private void value(Member member, @Nullable Object value) {
    if (value == null) {
      generator.writeNull();
      return;
    }
    Shape shape = member.target();
    switch (shape.type()) {
      case STRUCTURE -> {
        generator.writeStartObject();
        members((Structure) value);
        generator.writeEndObject();
      }
      case LIST -> {
        generator.writeStartArray();
        for (var element : (List<@Nullable Object>) value) {
          value(shape.element(), element);
        }
        generator.writeEndArray();
      }
      case MAP -> {
        generator.writeStartObject();
        for (var entry : ((Map<String, @Nullable Object>) value).entrySet()) {
          generator.writeName(entry.getKey());
          value(shape.value(), entry.getValue());
        }
        generator.writeEndObject();
      }
      case STRING -> generator.writeString((String) value);
      case BOOLEAN -> generator.writeBoolean((Boolean) value);
      case INTEGER -> generator.writeNumber((Integer) value);
      case LONG -> generator.writeNumber((Long) value);
      case FLOAT -> floating(((Float) value).doubleValue(), value);
      case DOUBLE -> floating((Double) value, value);
      case TIMESTAMP -> timestamp(member, (Instant) value);
      case BLOB -> blob((byte[]) value);
      case DOCUMENT -> any(value);
      case EVENT_STREAM ->
          throw new IllegalArgumentException("an event stream cannot stand in a document");
    }
  }

  private void blob(byte[] value) {
    if (cbor) {
      generator.writeBinary(value);
    } else {
      // The JDK's encoder is several times as fast as the generator's own.
      var text = Base64.getEncoder().encode(value);
      generator.writeRawUTF8String(text, 0, text.length);
    }
  }

  private void floating(double value, Object boxed) {
    if (cbor) {
      generator.writeNumber(value);
    } else if (Double.isFinite(value)) {
      generator.writeNumber(boxed.toString());
    } else {
      generator.writeString(boxed.toString());
    }
  }

  private void timestamp(Member member, Instant instant) {
    if (cbor) {
      ((CBORGenerator) generator).writeTag(EPOCH_TAG);
      generator.writeNumber(instant.toEpochMilli() / 1000.0);
      return;
    }
    var format = Timestamps.format(member, TimestampFormat.UNIX);
    var text = Timestamps.text(instant, format, false);
    if (format == TimestampFormat.UNIX) {
      generator.writeNumber(text);
    } else {
      generator.writeString(text);
    }
  }

  private void any(@Nullable Object value) {
    switch (value) {
      case null -> generator.writeNull();
      case String text -> generator.writeString(text);
      case Boolean flag -> generator.writeBoolean(flag);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Float number -> floating(number.doubleValue(), number);
      case Double number -> floating(number, number);
      case BigInteger number -> generator.writeNumber(number);
      case BigDecimal number -> generator.writeNumber(number);
      case Instant instant -> {
        if (cbor) {
          ((CBORGenerator) generator).writeTag(EPOCH_TAG);
          generator.writeNumber(instant.toEpochMilli() / 1000.0);
        } else {
          generator.writeNumber(Timestamps.epoch(instant));
        }
      }
      case byte[] bytes -> blob(bytes);
      case Structure structure -> {
        generator.writeStartObject();
        members(structure);
        generator.writeEndObject();
      }
      case Iterable<?> list -> {
        generator.writeStartArray();
        list.forEach(this::any);
        generator.writeEndArray();
      }
      case Map<?, ?> map -> {
        generator.writeStartObject();
        map.forEach((name, entry) -> untyped(String.valueOf(name), entry));
        generator.writeEndObject();
      }
      default -> generator.writeString(value.toString());
    }
  }
}
