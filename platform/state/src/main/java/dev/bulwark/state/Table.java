package dev.bulwark.state;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one type by key. Keys are non-empty text without unpaired surrogates, in the order of
 * their UTF-8 bytes: see {@link Key}.
 */
public interface Table<T> {

  /** The table's name. */
  String name();

  /** The value of a key outside of any transaction: the newest that is durable. */
  @Nullable T get(String key);

  /** The value of a key; null where there is none. */
  @Nullable T get(ReadTx tx, String key);

  /** The value of a key with its version; null where there is none. */
  @Nullable Entry<T> entry(ReadTx tx, String key);

  /** Whether there is such a row. */
  boolean contains(ReadTx tx, String key);

  /** The rows of a scan. */
  List<Entry<T>> scan(ReadTx tx, Scan scan);

  /** The keys of a scan, without reading the values. */
  List<String> keys(ReadTx tx, Scan scan);

  /**
   * Every row of a scan, whatever its limit, in constant memory. The consumer may read and write,
   * and sees or does not see rows that it adds.
   */
  void forEach(ReadTx tx, Scan scan, Consumer<Entry<T>> consumer);

  /**
   * The rows of a scan over an index's keys; rows of the same index key in the order of their keys.
   */
  List<Entry<T>> scanByIndex(ReadTx tx, String index, Scan scan);

  /** The first row that an index files under {@code indexKey}; null where there is none. */
  default @Nullable Entry<T> firstByIndex(ReadTx tx, String index, String indexKey) {
    var found = scanByIndex(tx, index, Scan.equal(indexKey).limit(1));
    return found.isEmpty() ? null : found.getFirst();
  }

  /**
   * Takes in bytes that are to lie beside a row, and puts them on their way to the disk. They cost
   * the writer next to nothing, since they are written elsewhere, many together. What no row is put
   * with is forgotten.
   */
  Attachment attach(String key, byte[] content);

  /** The newest durable value of a key with what lies beside it; null where there is none. */
  @Nullable Attached<T> attached(String key);

  /** The value of a key with what lies beside it; null where there is none. */
  @Nullable Attached<T> attached(ReadTx tx, String key);

  /** How many keys begin with {@code prefix}. */
  long count(ReadTx tx, String prefix);

  /**
   * Adds a row.
   *
   * @return the row's version
   * @throws StoreException CONFLICT if the key is taken
   */
  long insert(WriteTx tx, String key, T value);

  /** Adds or replaces a row, and returns its new version. */
  long put(WriteTx tx, String key, T value);

  /**
   * Adds or replaces a row with what lies beside it; without {@code attachment} nothing does. Every
   * other change leaves there what is there.
   */
  long put(WriteTx tx, String key, T value, @Nullable Attachment attachment);

  /**
   * Replaces a row that has not changed since it was read.
   *
   * @throws StoreException CONFLICT if its version is not {@code expectedVersion}, or it is gone
   */
  long replace(WriteTx tx, String key, long expectedVersion, T value);

  /**
   * Replaces a row by what {@code change} makes of it; returns the new value, null where there is
   * no row.
   */
  @Nullable T update(WriteTx tx, String key, UnaryOperator<T> change);

  /** Deletes a row, and returns whether there was one. */
  boolean delete(WriteTx tx, String key);

  /** Deletes all rows whose keys begin with {@code prefix}, and returns how many. */
  long deleteAll(WriteTx tx, String prefix);

  /** A cache of this table's values for hot keys: see {@link StoreCache}. */
  default StoreCache<T> cached(int maxEntries) {
    return cached(maxEntries, value -> value);
  }

  /**
   * A cache of what {@code load} makes of a row of this table, and of rows of others that never
   * change but in one transaction with it.
   */
  <D> StoreCache<D> cachedTogether(int maxEntries, BiFunction<ReadTx, String, @Nullable D> load);

  /** A cache of what {@code derive} makes of this table's values (a parsed policy, say). */
  <D> StoreCache<D> cached(int maxEntries, Function<T, D> derive);
}
