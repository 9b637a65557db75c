package dev.bulwark.wire;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.TimestampFormat;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Values without members as text: in query parameters, headers, path labels and XML. */
final class Scalars {
  private Scalars() {}

  /** NaN or an infinity in Smithy's spelling, or null. */
  static @Nullable Double specialFloat(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> null;
    };
  }

  /**
   * Parses a value.
   *
   * @param timestamps the format of instants where the model gives none
   * @return null where the text is none of the member's type
   */
  static @Nullable Object parse(Member member, String text, TimestampFormat timestamps) {
    try {
      return switch (member.target().type()) {
        case STRING -> text;
        case BOOLEAN -> bool(text);
        case INTEGER -> Integer.valueOf(text.strip());
        case LONG -> Long.valueOf(text.strip());
        case FLOAT -> {
          var number = number(text);
          yield number == null ? null : (Object) number.floatValue();
        }
        case DOUBLE -> number(text);
        case TIMESTAMP -> Timestamps.parse(text, Timestamps.format(member, timestamps));
        case BLOB -> Base64.getMimeDecoder().decode(text);
        default -> null;
      };
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Boolean bool(String text) {
    var trimmed = text.strip();
    if (trimmed.equalsIgnoreCase("true")) {
      return Boolean.TRUE;
    }
    return trimmed.equalsIgnoreCase("false") ? Boolean.FALSE : null;
  }

  private static @Nullable Double number(String text) {
    var trimmed = text.strip();
    var special = specialFloat(trimmed);
    if (special != null) {
      return special;
    }
    for (var i = 0; i < trimmed.length(); i++) {
      if ("0123456789+-.eE".indexOf(trimmed.charAt(i)) < 0) {
        return null;
      }
    }
    return trimmed.length() > 128 ? null : Double.valueOf(trimmed);
  }

  /** Writes a value. */
  static String text(
      Member member, Object value, TimestampFormat timestamps, boolean alwaysMillis) {
    return switch (value) {
      case String text -> text;
      case Instant instant ->
          Timestamps.text(instant, Timestamps.format(member, timestamps), alwaysMillis);
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      default -> value.toString();
    };
  }
}
