package dev.bulwark.wire;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.StructureBuilder;
import dev.bulwark.schema.TimestampFormat;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Reads JSON or CBOR into structures. Unknown members are skipped; a value of a wrong type is an
 * error, told as AWS tells it.
 */
final class TokenReader {
  private final TokenSource source;
  private final boolean cbor;

  private TokenReader(TokenSource source, boolean cbor) {
    this.source = source;
    this.cbor = cbor;
  }

  /** Reads a document that holds one structure. */
  static Structure structure(byte[] document, Shape shape, boolean cbor) throws DecodeException {
    var builder = shape.newBuilder();
    fill(document, shape, builder, cbor);
    return builder.build();
  }

  /**
   * Reads a document into a builder; only members that belong to the body are read. An empty
   * document sets nothing.
   */
  static void fill(byte[] document, Shape shape, StructureBuilder<?> builder, boolean cbor)
      throws DecodeException {
    read(
        document,
        cbor,
        reader -> {
          reader.expectStructure();
          reader.members(shape, builder);
          return null;
        });
  }

  /** Reads a JSON document that holds one value of the member's shape. */
  static @Nullable Object value(byte[] document, Member member) throws DecodeException {
    return read(document, false, reader -> reader.value(member));
  }

  /** Reads a document that holds any JSON value. */
  static @Nullable Object document(byte[] document) throws DecodeException {
    return read(document, false, TokenReader::any);
  }

  private interface Action {
    @Nullable Object run(TokenReader reader) throws DecodeException;
  }

  private static @Nullable Object read(byte[] document, boolean cbor, Action action)
      throws DecodeException {
    if (document.length == 0) {
      return null;
    }
    if (!cbor) {
      return new TokenReader(new JsonSource(document), false).read(action);
    }
    try (var parser = Documents.CBOR.createParser(ObjectReadContext.empty(), document)) {
      return new TokenReader(new CborSource(parser), true).read(action);
    } catch (JacksonException e) {
      throw new DecodeException(null);
    }
  }

  private @Nullable Object read(Action action) throws DecodeException {
    if (source.next() == null) {
      throw new DecodeException(null);
    }
    var value = action.run(this);
    if (source.next() != null) {
      throw new DecodeException(null);
    }
    return value;
  }

  private void expectStructure() throws DecodeException {
    if (source.current() != JsonToken.START_OBJECT) {
      throw new DecodeException(
          source.current() == JsonToken.START_ARRAY
              ? "Start of list found where not expected"
              : "Unexpected field type");
    }
  }

  private void members(Shape shape, StructureBuilder<?> builder) throws DecodeException {
    String name;
    while ((name = source.nextName()) != null) {
      var member = shape.memberOnWire(name);
      source.next();
      if (member == null || member.location() != dev.bulwark.schema.Location.BODY) {
        source.skipChildren();
      } else {
        builder.member(member.index(), value(member));
      }
    }
  }

  private @Nullable Object value(Member member) throws DecodeException {
    var token = source.current();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    var shape = member.target();
    return switch (shape.type()) {
      case STRUCTURE -> {
        expectStructure();
        var builder = shape.newBuilder();
        members(shape, builder);
        yield builder.build();
      }
      case LIST -> list(shape);
      case MAP -> map(shape);
      case STRING -> string();
      case BOOLEAN -> bool();
      case INTEGER, LONG -> integer(shape.type());
      case FLOAT, DOUBLE -> floating(shape.type());
      case TIMESTAMP -> timestamp(member);
      case BLOB -> blob(member);
      case DOCUMENT -> any();
      case EVENT_STREAM -> throw new DecodeException("Unexpected field type");
    };
  }

  private List<@Nullable Object> list(Shape shape) throws DecodeException {
    if (source.current() != JsonToken.START_ARRAY) {
      throw new DecodeException(
          source.current() == JsonToken.START_OBJECT
              ? "Start of structure or map found where not expected."
              : "Unexpected field type");
    }
    var element = shape.element();
    var list = new ArrayList<@Nullable Object>();
    while (source.next() != JsonToken.END_ARRAY) {
      list.add(value(element));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(Shape shape) throws DecodeException {
    expectStructure();
    var member = shape.value();
    var map = new LinkedHashMap<String, @Nullable Object>();
    String name;
    while ((name = source.nextName()) != null) {
      source.next();
      map.put(name, value(member));
    }
    return map;
  }

  private String string() throws DecodeException {
    if (source.current() != JsonToken.VALUE_STRING) {
      throw wrong("String");
    }
    return source.string();
  }

  private Boolean bool() throws DecodeException {
    return switch (source.current()) {
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      default -> throw wrong("Boolean");
    };
  }

  private Object integer(ShapeType type) throws DecodeException {
    var name = type == ShapeType.INTEGER ? "Integer" : "Long";
    long value;
    switch (source.current()) {
      case VALUE_NUMBER_INT -> {
        try {
          value = source.longValue();
        } catch (ArithmeticException e) {
          throw wrong(name);
        }
      }
      case VALUE_NUMBER_FLOAT -> {
        var exact = source.doubleValue();
        // AWS cuts fractions off.
        value = (long) exact;
        if (!(Math.abs(exact) < 0x1p63)) {
          throw wrong(name);
        }
      }
      default -> throw wrong(name);
    }
    if (type == ShapeType.LONG) {
      return value;
    }
    if (value != (int) value) {
      throw wrong(name);
    }
    return (int) value;
  }

  private Object floating(ShapeType type) throws DecodeException {
    var name = type == ShapeType.FLOAT ? "Float" : "Double";
    double value;
    switch (source.current()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> value = source.doubleValue();
      case VALUE_STRING -> {
        var special = Scalars.specialFloat(source.string());
        if (special == null) {
          throw wrong(name);
        }
        value = special;
      }
      default -> throw wrong(name);
    }
    return type == ShapeType.FLOAT ? (Object) (float) value : (Object) value;
  }

  private Object timestamp(Member member) throws DecodeException {
    var format = Timestamps.format(member, TimestampFormat.UNIX);
    java.time.@Nullable Instant instant;
    switch (source.current()) {
      case VALUE_NUMBER_INT ->
          instant = Timestamps.ofEpoch(new BigDecimal(source.number().toString()));
      case VALUE_NUMBER_FLOAT -> instant = Timestamps.ofEpoch(source.doubleValue());
      case VALUE_STRING -> {
        if (cbor || format == TimestampFormat.UNIX) {
          throw new DecodeException(
              "STRING_VALUE can not be converted to milliseconds since epoch");
        }
        instant = Timestamps.parse(source.string(), format);
      }
      default -> throw wrong("Timestamp");
    }
    if (instant == null) {
      throw wrong("Timestamp");
    }
    return instant;
  }

  private byte @Nullable [] blob(Member member) throws DecodeException {
    if (!source.isBlob()) {
      throw wrong("Blob");
    }
    try {
      return source.blob();
    } catch (IllegalArgumentException e) {
      throw new DecodeException("Invalid base64 in member " + member.wireName());
    }
  }

  private @Nullable Object any() throws DecodeException {
    return switch (source.current()) {
      case START_OBJECT -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        String name;
        while ((name = source.nextName()) != null) {
          source.next();
          map.put(name, any());
        }
        yield map;
      }
      case START_ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        while (source.next() != JsonToken.END_ARRAY) {
          list.add(any());
        }
        yield list;
      }
      case VALUE_STRING -> source.string();
      case VALUE_NUMBER_INT -> source.number();
      case VALUE_NUMBER_FLOAT -> source.decimal();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> throw new DecodeException("Unexpected token received from parser");
    };
  }

  private DecodeException wrong(String target) {
    return new DecodeException(
        switch (source.current()) {
          case START_OBJECT -> "Start of structure or map found where not expected.";
          case START_ARRAY -> "Start of list found where not expected";
          case VALUE_STRING -> WireErrors.notConverted("STRING_VALUE", target);
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
              WireErrors.notConverted("NUMBER_VALUE", target);
          case VALUE_TRUE -> WireErrors.notConverted("TRUE_VALUE", target);
          case VALUE_FALSE -> WireErrors.notConverted("FALSE_VALUE", target);
          default -> "Unexpected token received from parser";
        });
  }
}
