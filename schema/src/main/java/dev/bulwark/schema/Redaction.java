package dev.bulwark.schema;

import java.util.List;
import java.util.Map;

/** Text for people about structures, without the values that their model calls sensitive. */
public final class Redaction {
  private static final String HIDDEN = "***";

  private Redaction() {}

  /** The structure's name and those of its members that are set; sensitive ones are hidden. */
  public static String describe(Structure structure) {
    var shape = structure.shape();
    var text = new StringBuilder(shape.name()).append('[');
    var separator = "";
    for (var member : shape.members()) {
      var value = structure.member(member.index());
      if (value != null) {
        text.append(separator).append(member.name()).append('=');
        append(text, member.target(), value);
        separator = ", ";
      }
    }
    return text.append(']').toString();
  }

  private static void append(StringBuilder text, Shape shape, Object value) {
    if (shape.sensitive()) {
      text.append(HIDDEN);
      return;
    }
    switch (value) {
      case byte[] bytes -> text.append(bytes.length).append(" bytes");
      case List<?> list when shape.type() == ShapeType.LIST -> {
        text.append('[');
        for (var i = 0; i < list.size(); i++) {
          text.append(i == 0 ? "" : ", ");
          append(text, shape.element().target(), list.get(i));
        }
        text.append(']');
      }
      case Map<?, ?> map when shape.type() == ShapeType.MAP -> {
        text.append('{');
        var separator = "";
        for (var entry : map.entrySet()) {
          text.append(separator);
          append(text, shape.key().target(), entry.getKey());
          text.append('=');
          append(text, shape.value().target(), entry.getValue());
          separator = ", ";
        }
        text.append('}');
      }
      default -> text.append(value);
    }
  }
}
