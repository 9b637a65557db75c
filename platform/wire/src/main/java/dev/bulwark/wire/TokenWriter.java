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
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORGenerator;

/** Writes structures as JSON or CBOR. */
final class TokenWriter {
  private static final int CAPACITY = 512;

  private final Tokens out;

  private TokenWriter(Tokens out) {
    this.out = out;
  }

  /** A document of one object, whose members the content writes. */
  static byte[] object(boolean cbor, Consumer<TokenWriter> content) {
    Consumer<TokenWriter> object =
        writer -> {
          writer.out.beginObject();
          content.accept(writer);
          writer.out.endObject();
        };
    return cbor ? cbor(object) : json(object);
  }

  private static byte[] json(Consumer<TokenWriter> content) {
    return text(content).toByteArray();
  }

  private static JsonText text(Consumer<TokenWriter> content) {
    var json = new JsonText(CAPACITY);
    content.accept(new TokenWriter(new JsonTokens(json)));
    return json;
  }

  private static byte[] cbor(Consumer<TokenWriter> content) {
    var bytes = new ByteArrayOutputStream(CAPACITY);
    try (var generator = Documents.CBOR.createGenerator(ObjectWriteContext.empty(), bytes)) {
      content.accept(new TokenWriter(new CborTokens((CBORGenerator) generator)));
    }
    return bytes.toByteArray();
  }

  /** A document of one structure. */
  static byte[] structure(Structure structure, boolean cbor) {
    return object(cbor, writer -> writer.members(structure));
  }

  /** A JSON document of one structure, as a body. */
  static Body body(Structure structure) {
    return text(writer -> writer.any(structure)).toBody();
  }

  /** A JSON document of one member's value. */
  static byte[] payload(Member member, @Nullable Object value) {
    return json(writer -> writer.value(member, value));
  }

  /** A JSON document of any value. */
  static byte[] document(@Nullable Object value) {
    return json(writer -> writer.any(value));
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
    out.name(member.wireName());
    value(member, value);
  }

  void text(String name, String value) {
    out.name(name);
    out.text(value);
  }

  void untyped(String name, @Nullable Object value) {
    out.name(name);
    any(value);
  }

  @SuppressWarnings("unchecked")
  private void value(Member member, @Nullable Object value) {
    if (value == null) {
      out.nothing();
      return;
    }
    Shape shape = member.target();
    switch (shape.type()) {
      case LIST -> {
        out.beginArray();
        for (var element : (List<@Nullable Object>) value) {
          value(shape.element(), element);
        }
        out.endArray();
      }
      case MAP -> {
        out.beginObject();
        for (var entry : ((Map<String, @Nullable Object>) value).entrySet()) {
          out.name(entry.getKey());
          value(shape.value(), entry.getValue());
        }
        out.endObject();
      }
      case TIMESTAMP ->
          out.instant((Instant) value, Timestamps.format(member, TimestampFormat.UNIX));
      case STRUCTURE, STRING, BOOLEAN, INTEGER, LONG, FLOAT, DOUBLE, BLOB, DOCUMENT -> any(value);
      case EVENT_STREAM ->
          throw new IllegalArgumentException("an event stream cannot stand in a document");
    }
  }

  private void any(@Nullable Object value) {
    switch (value) {
      case null -> out.nothing();
      case String text -> out.text(text);
      case Boolean flag -> out.flag(flag);
      case Integer number -> out.number(number.longValue());
      case Long number -> out.number(number.longValue());
      case Float number -> out.number(number.floatValue());
      case Double number -> out.number(number.doubleValue());
      case BigInteger number -> out.number(new BigDecimal(number));
      case BigDecimal number -> out.number(number);
      case Instant instant -> out.instant(instant, TimestampFormat.UNIX);
      case byte[] bytes -> out.blob(bytes);
      case Structure structure -> {
        out.beginObject();
        members(structure);
        out.endObject();
      }
      case Iterable<?> list -> {
        out.beginArray();
        list.forEach(this::any);
        out.endArray();
      }
      case Map<?, ?> map -> {
        out.beginObject();
        map.forEach((name, entry) -> untyped(String.valueOf(name), entry));
        out.endObject();
      }
      default -> out.text(value.toString());
    }
  }
}
