package dev.bulwark.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A table as an SQL table of key, version and bytes, with one more for each index. */
final class SqlTable<T> implements Table<T> {

  private static final int PAGE = 256;
  private static final int MAX_VALUE = 64 << 20;
  private static final int MAX_PROBLEMS = 100;
  private static final int STRIPES = 1024;

  private final SqliteStore store;
  private final TableSpec<T> spec;
  private final Codec<T> codec;
  private final String get;
  private final String put;
  private final String getAttached;
  private final String putAttached;
  private final @Nullable Attachments attachments;
  private final List<StoreCache<?>> caches = new CopyOnWriteArrayList<>();

  SqlTable(SqliteStore store, TableSpec<T> spec) {
    this.store = store;
    this.spec = spec;
    this.codec = spec.codec();
    this.get = Sql.get(spec.name());
    this.put = Sql.put(spec.name());
    this.getAttached = Sql.getAttached(spec.name());
    this.putAttached = Sql.putAttached(spec.name());
    this.attachments = spec.attachments() ? new Attachments(store.packs(), spec.name()) : null;
  }

  @Override
  public String name() {
    return spec.name();
  }

  TableSpec<T> spec() {
    return spec;
  }

  String indexTable(Index<T> index) {
    return spec.name() + "__" + index.name();
  }

  // Reading.

  @Override
  public @Nullable T get(String key) {
    return store.readOne(connection -> get(connection, KeyBytes.bytes(key)));
  }

  @Override
  public @Nullable T get(ReadTx tx, String key) {
    return get(Transaction.connection(tx), KeyBytes.bytes(key));
  }

  private @Nullable T get(SqlConnection connection, byte[] key) {
    var value = connection.first(get, row -> row.getBytes(1), key);
    return value == null ? null : codec.decode(value);
  }

  @Override
  public @Nullable Entry<T> entry(ReadTx tx, String key) {
    return Transaction.connection(tx)
        .first(
            get,
            row -> new Entry<>(key, codec.decode(row.getBytes(1)), row.getLong(2), key),
            KeyBytes.bytes(key));
  }

  @Override
  public @Nullable Attached<T> attached(String key) {
    var beside = attachments();
    return store.readOne(
        connection ->
            connection.first(
                getAttached,
                row ->
                    new Attached<>(codec.decode(row.getBytes(1)), beside.ofColumn(row.getBytes(3))),
                KeyBytes.bytes(key)));
  }

  @Override
  public @Nullable Attached<T> attached(ReadTx tx, String key) {
    var beside = attachments();
    var k = KeyBytes.bytes(key);
    return Transaction.connection(tx)
        .first(
            getAttached,
            row -> {
              var column = row.getBytes(3);
              beside.read(tx, k, column);
              return new Attached<>(codec.decode(row.getBytes(1)), beside.ofColumn(column));
            },
            k);
  }

  private Attachments attachments() {
    if (attachments == null) {
      throw new IllegalArgumentException("Nothing lies beside the rows of " + spec.name());
    }
    return attachments;
  }

  @Override
  public boolean contains(ReadTx tx, String key) {
    return Transaction.connection(tx)
            .first(Sql.contains(spec.name()), row -> row.getInt(1), KeyBytes.bytes(key))
        != null;
  }

  @Override
  public List<Entry<T>> scan(ReadTx tx, Scan scan) {
    return Transaction.connection(tx)
        .query(
            Sql.scan(spec.name(), scan.reverse()),
            row -> {
              var key = KeyBytes.text(row, 1);
              return new Entry<>(key, codec.decode(row.getBytes(2)), row.getLong(3), key);
            },
            KeyBytes.lower(scan),
            KeyBytes.upper(scan),
            scan.limit());
  }

  @Override
  public List<String> keys(ReadTx tx, Scan scan) {
    return Transaction.connection(tx)
        .query(
            Sql.keys(spec.name(), scan.reverse()),
            row -> KeyBytes.text(row, 1),
            KeyBytes.lower(scan),
            KeyBytes.upper(scan),
            scan.limit());
  }

  @Override
  public void forEach(ReadTx tx, Scan scan, Consumer<Entry<T>> consumer) {
    var page = scan(tx, scan.limit(PAGE));
    while (!page.isEmpty()) {
      page.forEach(consumer);
      page =
          page.size() < PAGE
              ? List.of()
              : scan(tx, scan.limit(PAGE).after(page.getLast().cursor()));
    }
  }

  @Override
  public List<Entry<T>> scanByIndex(ReadTx tx, String index, Scan scan) {
    var table = indexTable(index(index));
    var prefix = KeyBytes.utf8(scan.prefix());
    var end = scan.exact() ? KeyBytes.successorOfKey(prefix) : KeyBytes.successorOfPrefix(prefix);
    var cursor = scan.after() == null ? null : IndexCursor.parse(scan.after(), prefix, end);
    SqlConnection.RowReader<Entry<T>> reader =
        row -> {
          var key = KeyBytes.text(row, 1);
          var value = codec.decode(row.getBytes(2));
          return new Entry<>(
              key, value, row.getLong(3), new IndexCursor(KeyBytes.text(row, 4), key).toString());
        };
    var connection = Transaction.connection(tx);
    if (scan.reverse()) {
      return connection.query(
          Sql.scanIndexReversed(spec.name(), table),
          reader,
          cursor == null ? end : KeyBytes.utf8(cursor.indexKey()),
          cursor == null ? KeyBytes.START : KeyBytes.utf8(cursor.key()),
          prefix,
          scan.limit());
    }
    return connection.query(
        Sql.scanIndex(spec.name(), table),
        reader,
        cursor == null ? prefix : KeyBytes.utf8(cursor.indexKey()),
        cursor == null ? KeyBytes.START : KeyBytes.utf8(cursor.key()),
        end,
        scan.limit());
  }

  private Index<T> index(String name) {
    for (var index : spec.indexes()) {
      if (index.name().equals(name)) {
        return index;
      }
    }
    throw new IllegalArgumentException("Table " + spec.name() + " has no index " + name);
  }

  @Override
  public long count(ReadTx tx, String prefix) {
    var counted =
        Transaction.connection(tx)
            .first(
                Sql.count(spec.name()),
                row -> row.getLong(1),
                KeyBytes.utf8(prefix),
                KeyBytes.successorOfPrefix(KeyBytes.utf8(prefix)));
    return counted == null ? 0 : counted;
  }

  // Writing.

  @Override
  public long insert(WriteTx tx, String key, T value) {
    var k = KeyBytes.bytes(key);
    long version = store.nextVersion();
    if (Transaction.update(tx, Sql.insert(spec.name()), k, version, encode(value)) == 0) {
      throw conflict("exists already");
    }
    for (var index : spec.indexes()) {
      addToIndex(tx, index, keysOf(index, value), k);
    }
    changed(tx, key);
    return version;
  }

  @Override
  public long put(WriteTx tx, String key, T value) {
    var k = KeyBytes.bytes(key);
    long version = store.nextVersion();
    var old = spec.indexes().isEmpty() ? null : get(Transaction.connection(tx), k);
    Transaction.update(tx, put, k, version, encode(value));
    reindex(tx, k, old, value);
    changed(tx, key);
    return version;
  }

  @Override
  public Attachment attach(String key, byte[] content) {
    return attachments().attach(KeyBytes.bytes(key), content);
  }

  @Override
  public long put(WriteTx tx, String key, T value, @Nullable Attachment attachment) {
    var beside = attachments();
    var k = KeyBytes.bytes(key);
    long version = store.nextVersion();
    var old = spec.indexes().isEmpty() ? null : get(Transaction.connection(tx), k);
    beside.release(tx, k);
    Transaction.update(tx, putAttached, k, version, encode(value), beside.use(tx, k, attachment));
    reindex(tx, k, old, value);
    changed(tx, key);
    return version;
  }

  /** Changes where bytes of a row lie, if they still lie where they were. */
  void moveAttachment(WriteTx tx, byte[] key, PackRef from, Attachment moved) {
    if (attachments().move(tx, key, from, moved)) {
      changed(tx, new String(key, StandardCharsets.UTF_8));
    }
  }

  /** Whether a row refers to bytes in a pack. */
  boolean refers(ReadTx tx, byte[] key, PackRef ref) {
    return attachments().refers(tx, key, ref);
  }

  @Override
  public long replace(WriteTx tx, String key, long expectedVersion, T value) {
    var k = KeyBytes.bytes(key);
    long version = store.nextVersion();
    var old = spec.indexes().isEmpty() ? null : get(Transaction.connection(tx), k);
    if (Transaction.update(tx, Sql.replace(spec.name()), version, encode(value), k, expectedVersion)
        == 0) {
      throw conflict("has changed since it was read");
    }
    reindex(tx, k, old, value);
    changed(tx, key);
    return version;
  }

  @Override
  public @Nullable T update(WriteTx tx, String key, UnaryOperator<T> change) {
    var k = KeyBytes.bytes(key);
    var old = get(Transaction.connection(tx), k);
    if (old == null) {
      return null;
    }
    var value = change.apply(old);
    Transaction.update(tx, put, k, store.nextVersion(), encode(value));
    reindex(tx, k, old, value);
    changed(tx, key);
    return value;
  }

  @Override
  public boolean delete(WriteTx tx, String key) {
    var k = KeyBytes.bytes(key);
    var old = spec.indexes().isEmpty() ? null : get(Transaction.connection(tx), k);
    if (attachments != null) {
      attachments.release(tx, k);
    }
    boolean deleted = Transaction.update(tx, Sql.delete(spec.name()), k) > 0;
    reindex(tx, k, old, null);
    changed(tx, key);
    return deleted;
  }

  @Override
  public long deleteAll(WriteTx tx, String prefix) {
    if (!spec.indexes().isEmpty()) {
      long deleted = 0;
      for (var keys = keys(tx, Scan.prefix(prefix).limit(PAGE));
          !keys.isEmpty();
          keys = keys(tx, Scan.prefix(prefix).limit(PAGE))) {
        keys.forEach(key -> delete(tx, key));
        deleted += keys.size();
      }
      return deleted;
    }
    var from = KeyBytes.utf8(prefix);
    var to = KeyBytes.successorOfPrefix(from);
    if (attachments != null) {
      attachments.releaseRange(tx, from, to);
    }
    int deleted = Transaction.update(tx, Sql.deleteRange(spec.name()), from, to);
    changed(tx, null);
    return deleted;
  }

  /** Deletes everything, whatever it holds. */
  void clear(WriteTx tx) {
    if (attachments != null) {
      attachments.releaseRange(tx, KeyBytes.START, KeyBytes.successorOfPrefix(KeyBytes.START));
    }
    Transaction.update(tx, Sql.clearTable(spec.name()));
    for (var index : spec.indexes()) {
      Transaction.update(tx, Sql.clearIndex(indexTable(index)));
    }
    changed(tx, null);
  }

  /** Files all rows under an index that is new. */
  void fillIndex(WriteTx tx, Index<T> index) {
    forEach(
        tx,
        Scan.all(),
        entry -> addToIndex(tx, index, keysOf(index, entry.value()), KeyBytes.bytes(entry.key())));
  }

  /** What is wrong with the table: values that cannot be read, and rows that an index lacks. */
  List<String> check(ReadTx tx) {
    var problems = new ArrayList<String>();
    var filed = new HashMap<String, Long>();
    @Nullable String after = null;
    do {
      var keys = keys(tx, Scan.all().limit(PAGE).after(after));
      for (var key : keys) {
        try {
          var value = Objects.requireNonNull(get(tx, key));
          checkAttachment(tx, key);
          spec.indexes()
              .forEach(
                  index ->
                      filed.merge(index.name(), (long) keysOf(index, value).size(), Long::sum));
        } catch (RuntimeException e) {
          problems.add("table " + name() + ": a row cannot be read: " + e.getMessage());
        }
      }
      after = keys.isEmpty() ? null : keys.getLast();
    } while (after != null && problems.size() < MAX_PROBLEMS);
    for (var index : spec.indexes()) {
      var rows =
          Transaction.connection(tx)
              .first(Sql.countIndex(indexTable(index)), row -> row.getLong(1));
      if (problems.isEmpty() && !filed.getOrDefault(index.name(), 0L).equals(rows)) {
        problems.add("table " + name() + ": index " + index.name() + " does not match its rows");
      }
    }
    return problems;
  }

  private void checkAttachment(ReadTx tx, String key) {
    var row = attachments == null ? null : attached(tx, key);
    if (row != null && row.attachment() != null) {
      row.attachment().read();
    }
  }

  private void reindex(WriteTx tx, byte[] key, @Nullable T old, @Nullable T value) {
    for (var index : spec.indexes()) {
      var before = old == null ? Set.<String>of() : keysOf(index, old);
      var after = value == null ? Set.<String>of() : keysOf(index, value);
      if (!before.equals(after)) {
        for (var gone : before) {
          if (!after.contains(gone)) {
            Transaction.update(tx, Sql.deleteIndex(indexTable(index)), KeyBytes.utf8(gone), key);
          }
        }
        addToIndex(tx, index, after, key);
      }
    }
  }

  private void addToIndex(WriteTx tx, Index<T> index, Set<String> indexKeys, byte[] key) {
    for (var indexKey : indexKeys) {
      Transaction.update(tx, Sql.putIndex(indexTable(index)), KeyBytes.utf8(indexKey), key);
    }
  }

  private Set<String> keysOf(Index<T> index, T value) {
    return new LinkedHashSet<>(index.keys().apply(value));
  }

  private byte[] encode(T value) {
    var bytes = codec.encode(value);
    if (bytes.length > MAX_VALUE) {
      throw new IllegalArgumentException("A value of more than " + MAX_VALUE + " bytes");
    }
    return bytes;
  }

  private void changed(WriteTx tx, @Nullable String key) {
    ((Transaction) tx).changed(this, key);
  }

  private StoreException conflict(String what) {
    return new StoreException(
        StoreException.Kind.CONFLICT, "The row of table " + spec.name() + " " + what);
  }

  // Caches.

  @Override
  public <D> StoreCache<D> cached(int maxEntries, Function<T, D> derive) {
    var cache =
        new StoreCache<D>(
            maxEntries,
            STRIPES,
            key -> {
              var value = get(key);
              return value == null ? null : derive.apply(value);
            },
            store::inTransaction);
    addCache(cache);
    return cache;
  }

  @Override
  public <D> StoreCache<D> cachedTogether(
      int maxEntries, BiFunction<ReadTx, String, @Nullable D> load) {
    var cache =
        new StoreCache<D>(
            maxEntries,
            STRIPES,
            key -> store.read(tx -> Optional.ofNullable(load.apply(tx, key))).orElse(null),
            store::inTransaction);
    addCache(cache);
    return cache;
  }

  void addCache(StoreCache<?> cache) {
    caches.add(cache);
    // A transaction that began before may commit without having noted its changes for this cache.
    store.flush();
    cache.changedAll();
  }

  boolean hasCaches() {
    return !caches.isEmpty();
  }

  void invalidate(@Nullable String key) {
    for (var cache : caches) {
      if (key == null) {
        cache.changedAll();
      } else {
        cache.changed(key);
      }
    }
  }

  /** The indexes by name, in the form that is kept to notice new and dropped ones. */
  static List<String> names(TableSpec<?> spec) {
    var names = new ArrayList<String>();
    spec.indexes().forEach(index -> names.add(index.name()));
    return names;
  }

  /** Where an index scan goes on: the length of the index key, the index key, the row's key. */
  private record IndexCursor(String indexKey, String key) {

    /** Cursors come back from clients: one that was forged may not lead out of its scan. */
    static IndexCursor parse(String cursor, byte[] from, byte[] to) {
      int colon = cursor.indexOf(':');
      try {
        int length = Integer.parseInt(cursor, 0, Math.max(colon, 0), 10);
        var parsed =
            new IndexCursor(
                cursor.substring(colon + 1, colon + 1 + length),
                cursor.substring(colon + 1 + length));
        var indexKey = KeyBytes.utf8(parsed.indexKey());
        if (Arrays.compareUnsigned(indexKey, from) >= 0
            && Arrays.compareUnsigned(indexKey, to) < 0) {
          return parsed;
        }
      } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
        throw new InvalidCursorException(e);
      }
      throw new InvalidCursorException(null);
    }

    @Override
    public String toString() {
      return indexKey.length() + ":" + indexKey + key;
    }
  }
}
