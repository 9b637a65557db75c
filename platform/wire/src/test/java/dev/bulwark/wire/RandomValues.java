package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.TimestampFormat;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random values of any shape, such as a client might send. */
final class RandomValues {
  private static final String ASCII = "abcXYZ019-_. /:+=@%&?#'";
  private static final String WIDE = ASCII + "äß漢<>\"\t\n";

  private final Random random;

  RandomValues(long seed) {
    random = new Random(seed);
  }

  Structure structure(Shape shape, int depth) {
    var builder = shape.newBuilder();
    var members = shape.members();
    var only = shape.union() && !members.isEmpty() ? random.nextInt(members.size()) : -1;
    var empty = true;
    for (var member : members) {
      var wanted =
          shape.union()
              ? member.index() == only
              : member.required()
                  || member.streaming()
                  || member.location() == Location.URI
                  || (depth > 0 && random.nextInt(3) > 0);
      if (wanted && (depth > -2 || member.required() || isScalar(member.target()))) {
        builder.member(member.index(), value(member, depth - 1));
        empty = false;
      }
    }
    if (empty && !members.isEmpty()) {
      // The query protocols cannot tell an empty structure from none.
      var any =
          members.stream()
              .filter(member -> isScalar(member.target()))
              .findFirst()
              .orElse(members.getFirst());
      builder.member(any.index(), value(any, depth - 1));
    }
    return builder.build();
  }

  private static boolean isScalar(Shape shape) {
    return switch (shape.type()) {
      case STRUCTURE, LIST, MAP -> false;
      default -> true;
    };
  }

  private Object value(Member member, int depth) {
    var inHeader = member.location() == Location.HEADER || member.location() == Location.HEADERS;
    var plain = member.location() != Location.BODY;
    if (member.streaming()) {
      var bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      return new Body(new ByteArrayInputStream(bytes), bytes.length);
    }
    if (Timestamps.format(member, TimestampFormat.UNIX) == TimestampFormat.RFC822) {
      return value(member.target(), depth, true, inHeader);
    }
    return value(member.target(), depth, plain, inHeader);
  }

  private Object value(Shape shape, int depth, boolean plain, boolean inHeader) {
    return switch (shape.type()) {
      case STRUCTURE -> structure(shape, depth);
      case LIST -> list(shape, depth, plain, inHeader);
      case MAP -> map(shape, depth, plain, inHeader);
      case STRING -> string(shape, plain);
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> random.nextInt();
      case LONG -> random.nextLong();
      case FLOAT -> random.nextInt(10) == 0 ? Float.NEGATIVE_INFINITY : random.nextFloat() * 1000;
      case DOUBLE -> random.nextInt(10) == 0 ? Double.NaN : random.nextDouble() * 1e6;
      case TIMESTAMP -> timestamp(inHeader || plain);
      case BLOB -> {
        var bytes = new byte[1 + random.nextInt(30)];
        random.nextBytes(bytes);
        yield bytes;
      }
      case DOCUMENT -> Map.of("a", List.of("b", true));
      case EVENT_STREAM -> throw new IllegalArgumentException();
    };
  }

  private Instant timestamp(boolean wholeSeconds) {
    var millis = random.nextLong(4_000_000_000_000L);
    return Instant.ofEpochMilli(
        wholeSeconds || random.nextBoolean() ? millis / 1000 * 1000 : millis);
  }

  private List<Object> list(Shape shape, int depth, boolean plain, boolean inHeader) {
    var list = new ArrayList<Object>();
    var size = 1 + random.nextInt(3);
    for (var i = 0; i < size; i++) {
      list.add(value(shape.element().target(), depth, plain, inHeader));
    }
    return list;
  }

  private Map<String, Object> map(Shape shape, int depth, boolean plain, boolean inHeader) {
    var map = new LinkedHashMap<String, Object>();
    var size = 1 + random.nextInt(3);
    for (var i = 0; i < size; i++) {
      var key = plain ? "k" + i : string(shape.key().target(), false) + i;
      map.put(key, value(shape.value().target(), depth, plain, inHeader));
    }
    return map;
  }

  private String string(Shape shape, boolean plain) {
    if (!shape.constraints().enumValues().isEmpty()) {
      var values = shape.constraints().enumValues();
      return values.get(random.nextInt(values.size()));
    }
    var letters = plain ? ASCII : WIDE;
    var text = new StringBuilder("v");
    for (var i = random.nextInt(12); i > 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.append('v').toString();
  }

  static boolean hasEventStream(Shape shape) {
    return shape.members().stream()
        .anyMatch(member -> member.target().type() == ShapeType.EVENT_STREAM);
  }
}
