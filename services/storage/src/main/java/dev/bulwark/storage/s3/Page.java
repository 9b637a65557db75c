package dev.bulwark.storage.s3;

import dev.bulwark.state.Entry;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One page of a listing: rows, and the common prefixes in which a delimiter hides others. What a
 * common prefix hides is skipped, not read, so that a page costs what it shows.
 *
 * @param items in the order of their keys
 * @param truncated whether there are more
 */
record Page<T>(List<Item<T>> items, boolean truncated) {
  private static final int FIRST_BATCH = 8;

  /** Something that a page shows. */
  sealed interface Item<T> {
    /** A row. */
    record Row<T>(String key, Entry<T> entry) implements Item<T> {}

    /** All rows whose keys begin alike up to the delimiter. */
    record CommonPrefix<T>(String prefix) implements Item<T> {}
  }

  /**
   * Where rows come from.
   *
   * @param scan reads rows
   * @param keyOf the key that a row's key in the store stands for
   * @param rowPrefix what keys in the store begin with that stand for keys with a prefix
   */
  record Source<T>(
      Function<Scan, List<Entry<T>>> scan,
      UnaryOperator<String> keyOf,
      UnaryOperator<String> rowPrefix) {}

  /** Which rows a page is to show. */
  record Query(String prefix, @Nullable String delimiter, int limit) {}

  /**
   * Reads a page.
   *
   * @param start sets where the listing begins
   */
  static <T> Page<T> read(Source<T> source, Query query, UnaryOperator<Scan> start) {
    var items = new ArrayList<Item<T>>(Math.min(query.limit(), 64));
    if (query.limit() == 0) {
      return new Page<>(items, false);
    }
    boolean grouping = query.delimiter() != null;
    var all = Scan.prefix(source.rowPrefix().apply(query.prefix()));
    var scan = start.apply(all);
    int batch = grouping ? FIRST_BATCH : query.limit() + 1;
    while (true) {
      var rows = source.scan().apply(scan.limit(batch));
      String skip = null;
      for (var row : rows) {
        if (items.size() == query.limit()) {
          return new Page<>(items, true);
        }
        var key = source.keyOf().apply(row.key());
        var common = grouping ? commonPrefix(key, query) : null;
        if (common != null) {
          items.add(new Item.CommonPrefix<>(common));
          skip = source.rowPrefix().apply(common);
          break;
        }
        items.add(new Item.Row<>(key, row));
      }
      if (skip != null) {
        scan = all.afterPrefix(skip);
        batch = FIRST_BATCH;
      } else if (rows.size() < batch) {
        return new Page<>(items, false);
      } else {
        scan = all.after(rows.getLast().cursor());
        batch = Math.min(batch * 2, Limits.PAGE + 1);
      }
    }
  }

  /** What a key is hidden in; null where it is shown by itself. */
  static @Nullable String commonPrefix(String key, Query query) {
    var delimiter = query.delimiter();
    if (delimiter == null) {
      return null;
    }
    int at = key.indexOf(delimiter, query.prefix().length());
    return at < 0 ? null : key.substring(0, at + delimiter.length());
  }
}
