package dev.bulwark.lake;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A query as it was sent, of which only the ids of event data stores are understood. They stand
 * there bare, which is no SQL: here they get quotes.
 */
public final class QueryText {
  private static final Pattern ID =
      Pattern.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\\w-])");

  /** What may hold an id that is none: texts and remarks; and names, which may be ids. */
  private static final Pattern OPAQUE =
      Pattern.compile("'(?:[^']|'')*'|--[^\\n]*|(?s:/\\*.*?\\*/)|\"((?:[^\"]|\"\")*)\"");

  private final String sql;
  private final List<String> ids;

  private QueryText(String sql, Set<String> ids) {
    this.sql = sql;
    this.ids = List.copyOf(ids);
  }

  /** Reads a statement. */
  public static QueryText of(String statement) {
    var ids = new LinkedHashSet<String>();
    var sql = new StringBuilder(statement.length() + 16);
    var opaque = OPAQUE.matcher(statement);
    int from = 0;
    while (opaque.find()) {
      quote(statement.substring(from, opaque.start()), sql, ids);
      var name = opaque.group(1);
      if (name != null && ID.matcher(name).matches()) {
        ids.add(name.toLowerCase(Locale.ROOT));
        sql.append(opaque.group().toLowerCase(Locale.ROOT));
      } else {
        sql.append(opaque.group());
      }
      from = opaque.end();
    }
    quote(statement.substring(from), sql, ids);
    return new QueryText(sql.toString(), ids);
  }

  private static void quote(String part, StringBuilder sql, Set<String> ids) {
    var id = ID.matcher(part);
    int from = 0;
    while (id.find()) {
      boolean begins = id.start() == 0 || !isNamePart(part.charAt(id.start() - 1));
      if (begins) {
        var name = id.group().toLowerCase(Locale.ROOT);
        ids.add(name);
        sql.append(part, from, id.start()).append('"').append(name).append('"');
        from = id.end();
      }
    }
    sql.append(part, from, part.length());
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-';
  }

  /** The ids of event data stores that are named, in the order of the text. */
  public List<String> ids() {
    return ids;
  }

  String sql() {
    return sql;
  }

  static boolean isId(String name) {
    return ID.matcher(name).matches();
  }
}
