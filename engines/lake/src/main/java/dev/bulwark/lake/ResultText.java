package dev.bulwark.lake;

import java.sql.Array;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.jspecify.annotations.Nullable;

/** Values of results as text, in the way of Trino. */
final class ResultText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

  private ResultText() {}

  static String of(@Nullable Object value) throws SQLException {
    return switch (value) {
      case null -> "";
      case Timestamp time -> TIME.format(time.toLocalDateTime());
      case LocalDateTime time -> TIME.format(time);
      case OffsetDateTime time -> TIME.format(time.withOffsetSameInstant(ZoneOffset.UTC)) + " UTC";
      case Map<?, ?> map -> map(map);
      case DuckDBStruct struct -> struct(struct);
      case Struct struct -> list(struct.getAttributes());
      case Array array -> list((Object[]) array.getArray());
      default -> value.toString();
    };
  }

  private static String inner(@Nullable Object value) throws SQLException {
    return value == null ? "null" : of(value);
  }

  private static String map(Map<?, ?> map) throws SQLException {
    var text = new StringBuilder("{");
    for (var entry : map.entrySet()) {
      text.append(text.length() == 1 ? "" : ", ")
          .append(inner(entry.getKey()))
          .append('=')
          .append(inner(entry.getValue()));
    }
    return text.append('}').toString();
  }

  private static String struct(DuckDBStruct struct) throws SQLException {
    var text = new StringBuilder("{");
    for (var entry : struct.getMap().entrySet()) {
      text.append(text.length() == 1 ? "" : ", ")
          .append(entry.getKey().toLowerCase(Locale.ROOT))
          .append('=')
          .append(inner(entry.getValue()));
    }
    return text.append('}').toString();
  }

  private static String list(Object[] values) throws SQLException {
    var text = new StringBuilder("[");
    for (var value : values) {
      text.append(text.length() == 1 ? "" : ", ").append(inner(value));
    }
    return text.append(']').toString();
  }
}
