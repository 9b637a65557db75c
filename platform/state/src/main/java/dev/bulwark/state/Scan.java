package dev.bulwark.state;

import org.jspecify.annotations.Nullable;

/**
 * Which rows to read, in the order of the UTF-8 bytes of their keys (or index keys).
 *
 * @param prefix what the keys begin with; all for the empty text
 * @param exact whether the key is to be {@code prefix} itself (for index scans: several rows)
 * @param after the cursor of the row to go on after, or a key (which need not exist) in a plain
 *     scan
 * @param afterPrefix go on after all keys that begin with this, in a plain forward scan
 * @param limit how many rows at most, 1 to {@link #MAX_LIMIT}
 * @param reverse from the last to the first
 */
public record Scan(
    String prefix,
    boolean exact,
    @Nullable String after,
    @Nullable String afterPrefix,
    int limit,
    boolean reverse) {

  /** The most rows that one scan returns. */
  public static final int MAX_LIMIT = 10_000;

  /**
   * @throws IllegalArgumentException if the limit is out of its range
   */
  public Scan {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("A scan's limit is 1 to " + MAX_LIMIT);
    }
  }

  /** All rows, {@link #MAX_LIMIT} at a time. */
  public static Scan all() {
    return prefix("");
  }

  /** The rows whose keys begin with {@code prefix}. */
  public static Scan prefix(String prefix) {
    return new Scan(prefix, false, null, null, MAX_LIMIT, false);
  }

  /** The rows that an index files under {@code key}. */
  public static Scan equal(String key) {
    return new Scan(key, true, null, null, MAX_LIMIT, false);
  }

  /** The same, going on after the row of {@code cursor}; from the start where it is null. */
  public Scan after(@Nullable String cursor) {
    return new Scan(prefix, exact, cursor, afterPrefix, limit, reverse);
  }

  /** The same, past all keys that begin with {@code skipped} and all before them. */
  public Scan afterPrefix(String skipped) {
    return new Scan(prefix, exact, after, skipped, limit, reverse);
  }

  /** The same, of at most {@code rows} rows. */
  public Scan limit(int rows) {
    return new Scan(prefix, exact, after, afterPrefix, rows, reverse);
  }

  /** The same, from the last row to the first. */
  public Scan reversed() {
    return new Scan(prefix, exact, after, afterPrefix, limit, true);
  }
}
