package dev.bulwark.identity.iam;

import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * IAM's paging: MaxItems of 100 where none is given, and a Marker that names the last item shown,
 * so that pages stay right while items come and go.
 */
final class Pages {
  static final int DEFAULT_MAX_ITEMS = 100;

  private Pages() {}

  /**
   * A page.
   *
   * @param marker where the next one begins; null where this is the last
   */
  record Page<T>(List<T> items, @Nullable String marker) {
    boolean truncated() {
      return marker != null;
    }

    <R> List<R> map(Function<T, R> mapping) {
      return items.stream().map(mapping).toList();
    }
  }

  /**
   * A page of items that are few enough to be at hand; each has a position that is its own, and
   * they come in the order of it.
   */
  static <T> Page<T> of(
      List<T> sorted,
      Function<T, String> position,
      @Nullable Integer maxItems,
      @Nullable String marker) {
    int most = most(maxItems);
    var after = decode(marker);
    var items = new ArrayList<T>(Math.min(most, sorted.size()));
    for (var item : sorted) {
      if (after != null && position.apply(item).compareTo(after) <= 0) {
        continue;
      }
      if (items.size() == most) {
        return new Page<>(items, encode(position.apply(items.getLast())));
      }
      items.add(item);
    }
    return new Page<>(items, null);
  }

  /** A page of items that stay as they are, in the order they have. */
  static <T> Page<T> inOrder(List<T> items, @Nullable Integer maxItems, @Nullable String marker) {
    var numbered = new ArrayList<Numbered<T>>(items.size());
    for (var item : items) {
      numbered.add(new Numbered<>("%08d".formatted(numbered.size()), item));
    }
    var page = of(numbered, Numbered::number, maxItems, marker);
    return new Page<>(page.map(Numbered::item), page.marker());
  }

  private record Numbered<T>(String number, T item) {}

  /** A page of the rows whose keys begin with a prefix. */
  static <T> Page<T> scan(
      ReadTx tx,
      Table<T> table,
      String prefix,
      Predicate<T> filter,
      @Nullable Integer maxItems,
      @Nullable String marker) {
    int most = most(maxItems);
    var after = decode(marker);
    if (after != null && !after.startsWith(prefix)) {
      throw IamErrors.invalidMarker(String.valueOf(marker));
    }
    var items = new ArrayList<T>();
    var last = after;
    while (true) {
      var rows = table.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1));
      for (var row : rows) {
        if (filter.test(row.value())) {
          if (items.size() == most) {
            return new Page<>(items, encode(last));
          }
          items.add(row.value());
          last = row.key();
        }
        after = row.key();
      }
      if (rows.size() <= most) {
        return new Page<>(items, null);
      }
    }
  }

  static int most(@Nullable Integer maxItems) {
    return maxItems == null ? DEFAULT_MAX_ITEMS : maxItems;
  }

  static @Nullable String encode(@Nullable String position) {
    return position == null
        ? null
        : Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(position.getBytes(StandardCharsets.UTF_8));
  }

  static @Nullable String decode(@Nullable String marker) {
    if (marker == null) {
      return null;
    }
    try {
      return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw IamErrors.invalidMarker(marker);
    }
  }
}
