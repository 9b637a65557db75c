package dev.bulwark.monitoring.logs;

import dev.bulwark.state.Entry;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Pages of lists that are sorted by name; a token tells the last name of a page. */
final class Pages {
  private static final int SCAN = 200;
  private static final int LONGEST = 4096;

  private Pages() {}

  /** Some rows, and whether there are others. */
  record Page<T>(List<Entry<T>> rows, boolean more) {}

  static <T> Page<T> of(Table<T> table, ReadTx tx, Scan scan, int limit, Predicate<T> wanted) {
    var rows = new ArrayList<Entry<T>>(limit);
    var next = scan.limit(SCAN);
    while (true) {
      var found = table.scan(tx, next);
      for (var row : found) {
        if (wanted.test(row.value())) {
          if (rows.size() == limit) {
            return new Page<>(rows, true);
          }
          rows.add(row);
        }
      }
      if (found.size() < SCAN) {
        return new Page<>(rows, false);
      }
      next = next.after(found.getLast().key());
    }
  }

  static String write(String name) {
    return Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The name in a token.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameterException
   */
  static @Nullable String read(@Nullable String token) {
    if (token == null) {
      return null;
    }
    if (token.length() > LONGEST) {
      throw LogsErrors.invalidToken();
    }
    try {
      var bytes = Base64.getUrlDecoder().decode(token);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw LogsErrors.invalidToken();
    }
  }
}
