package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Structure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares values by what they hold. */
final class Same {
  private Same() {}

  /** A text that is equal for equal values. */
  static String text(Object value) {
    return switch (value) {
      case null -> "null";
      case Structure structure -> {
        var out = new StringBuilder(structure.shape().name()).append('{');
        for (var member : structure.shape().members()) {
          var item = structure.member(member.index());
          if (item != null) {
            out.append(member.name()).append('=').append(text(item)).append(';');
          }
        }
        yield out.append('}').toString();
      }
      case List<?> list -> list.stream().map(Same::text).toList().toString();
      case Map<?, ?> map -> {
        var sorted = new TreeMap<String, String>();
        map.forEach((key, item) -> sorted.put((String) key, text(item)));
        yield sorted.toString();
      }
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case Body body -> {
        try {
          body.stream().reset();
          yield Arrays.toString(body.stream().readAllBytes());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case BigDecimal number -> number.toPlainString();
      default -> value.toString();
    };
  }
}
