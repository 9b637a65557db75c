package dev.bulwark.wire;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.ShapeType;
import java.util.ArrayList;
import java.util.List;

/** Lists in one header field: items between commas, in quotes where they hold commas themselves. */
final class HeaderLists {
  private HeaderLists() {}

  /**
   * Splits.
   *
   * @param commasInItems whether the first comma of two stands within an item, as in {@code Sat, 31
   *     Jan 2026 12:00:00 GMT}
   */
  static List<String> split(String value, boolean commasInItems) {
    var items = new ArrayList<String>();
    var item = new StringBuilder();
    var quoted = false;
    var commas = 0;
    for (var i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      if (quoted && c == '\\' && i + 1 < value.length()) {
        item.append(value.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted && (!commasInItems || ++commas % 2 == 0)) {
        add(items, item);
      } else {
        item.append(c);
      }
    }
    add(items, item);
    return items;
  }

  private static void add(List<String> items, StringBuilder item) {
    var text = item.toString().strip();
    if (!text.isEmpty()) {
      items.add(text);
    }
    item.setLength(0);
  }

  static String join(List<String> items, Member element) {
    var strings = element.target().type() == ShapeType.STRING;
    var out = new StringBuilder();
    for (var item : items) {
      if (!out.isEmpty()) {
        out.append(", ");
      }
      if (strings && (item.indexOf(',') >= 0 || item.indexOf('"') >= 0)) {
        out.append('"').append(item.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      } else {
        out.append(item);
      }
    }
    return out.toString();
  }
}
