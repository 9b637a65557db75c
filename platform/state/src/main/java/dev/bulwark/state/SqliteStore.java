package dev.bulwark.state;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The store on one SQLite database in write-ahead mode. */
final class SqliteStore implements Store {

  /** A setting of the driver. */
  private static final String NATIVE_FOLDER = "org.sqlite.tmpdir";

  /** Marks a table with attachments where the layouts of tables are kept. */
  private static final String ATTACHED = "+a";

  private final DataFolder folder;
  private final SqlConnection writer;
  private final CommitQueue queue;
  private final Checkpointer checkpointer;
  private final Packs packs;
  private final PackCompactor compactor;
  private final ReadPool readers;
  private final ThreadLocal<@Nullable Transaction> current = new ThreadLocal<>();
  private final AtomicLong version = new AtomicLong();
  private final Map<String, SqlTable<?>> tables = new ConcurrentHashMap<>();

  /** The names of the indexes that each table has in the database. */
  private final Map<String, String> made = new HashMap<>();

  private final AtomicBoolean closed = new AtomicBoolean();

  /** Completes when all tables declared so far exist. */
  private volatile CompletableFuture<?> declared = CompletableFuture.completedFuture(null);

  private SqliteStore(DataFolder folder, PackCompactor.Sizes packSizes) {
    this.folder = folder;
    var database = folder.path().resolve("bulwark.db");
    boolean durable = !folder.isTemporary();
    writer = SqlConnection.open(database, durable);
    try {
      Migrations.run(writer, folder.path());
      writer
          .query(
              Sql.META_WITH_PREFIX,
              row -> Map.entry(row.getString(1), row.getString(2)),
              "table.",
              "table/")
          .forEach(row -> made.put(row.getKey().substring("table.".length()), row.getValue()));
      writer.execute("PRAGMA busy_timeout = 100");
      writer.execute("PRAGMA journal_size_limit = " + (256L << 20));
      checkpointer = new Checkpointer(SqlConnection.open(database, durable));
      packs = Packs.open(folder.path().resolve("packs"), durable, packSizes.full(), writer);
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
    readers = new ReadPool(database, durable);
    compactor = new PackCompactor(this, packs, packSizes);
    queue =
        new CommitQueue(
            writer,
            current,
            new GroupEnd(packs),
            pages -> {
              checkpointer.committed(pages, writer);
              compactor.committed();
            });
    queue.start();
    checkpointer.start();
    compactor.start();
  }

  static Store open(Path dataDir) {
    return open(dataDir, PackCompactor.Sizes.USUAL);
  }

  static SqliteStore open(Path dataDir, PackCompactor.Sizes packSizes) {
    return in(DataFolder.open(dataDir.toAbsolutePath().normalize()), packSizes);
  }

  /** Keeps the driver's native library out of the machine's folder for temporary files. */
  private static void chooseNativeFolder(DataFolder folder) {
    if (!folder.isTemporary() && System.getProperty(NATIVE_FOLDER) == null) {
      System.setProperty(NATIVE_FOLDER, folder.emptyFolder("native").toString());
    }
  }

  static Store ephemeral() {
    return in(DataFolder.temporary(), PackCompactor.Sizes.USUAL);
  }

  private static SqliteStore in(DataFolder folder, PackCompactor.Sizes packSizes) {
    try {
      chooseNativeFolder(folder);
      return new SqliteStore(folder, packSizes);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  @Override
  public Path directory() {
    return folder.path();
  }

  @Override
  public boolean isDurable() {
    return !folder.isTemporary();
  }

  // Tables.

  @Override
  public <T> Table<T> table(TableSpec<T> spec) {
    synchronized (made) {
      var known = tables.get(spec.name());
      if (known != null) {
        if (!layout(known.spec()).equals(layout(spec))) {
          throw new IllegalArgumentException(
              "Table " + spec.name() + " is declared with other indexes already");
        }
        @SuppressWarnings("unchecked")
        var same = (SqlTable<T>) known;
        return same;
      }
      var table = new SqlTable<>(this, spec);
      var layout = layout(spec);
      var before = made.get(spec.name());
      if (!layout.equals(before)) {
        // Not waited for here, so that a first start makes all tables in one commit.
        var making = queue.submit(tx -> make(table, before, layout, tx));
        declared = CompletableFuture.allOf(declared, making);
        made.put(spec.name(), layout);
      }
      tables.put(spec.name(), table);
      return table;
    }
  }

  /** What of a table shows in the database: its indexes, and whether bytes lie beside its rows. */
  private static String layout(TableSpec<?> spec) {
    return String.join(",", SqlTable.names(spec)) + (spec.attachments() ? ATTACHED : "");
  }

  private <T> boolean make(SqlTable<T> table, @Nullable String before, String layout, WriteTx tx) {
    var had = before == null ? Set.<String>of() : Set.of(before.replace(ATTACHED, "").split(","));
    if (!table.spec().attachments()) {
      Transaction.update(tx, Sql.createTable(table.name()));
    } else if (before == null || before.endsWith(ATTACHED)) {
      Transaction.update(tx, Sql.createAttachedTable(table.name()));
    } else {
      var old = "old_" + table.name();
      Transaction.update(tx, Sql.renameTable(table.name(), old));
      Transaction.update(tx, Sql.createAttachedTable(table.name()));
      Transaction.update(tx, Sql.fillFrom(table.name(), old));
      Transaction.update(tx, Sql.dropTable(old));
    }
    for (var old : had) {
      // An index that this program does not know would not be kept up.
      if (!old.isEmpty() && !SqlTable.names(table.spec()).contains(old)) {
        Transaction.update(tx, Sql.dropIndex(table.name() + "__" + old));
      }
    }
    for (var index : table.spec().indexes()) {
      if (!had.contains(index.name())) {
        Transaction.update(tx, Sql.createIndex(table.indexTable(index)));
        table.fillIndex(tx, index);
      }
    }
    Transaction.update(tx, Sql.PUT_META, "table." + table.name(), layout);
    return true;
  }

  private void awaitDeclared() {
    var pending = declared;
    if (!pending.isDone() || pending.isCompletedExceptionally()) {
      join(pending);
    }
  }

  // Transactions.

  @Override
  public <R, X extends Exception> R read(ReadFunction<R, X> f) throws X {
    var outer = current.get();
    if (outer != null) {
      return f.apply(outer);
    }
    awaitDeclared();
    var connection = readers.take();
    boolean clean = false;
    try {
      connection.update(Sql.BEGIN);
      var tx = new Transaction(connection, false);
      current.set(tx);
      try {
        return f.apply(tx);
      } finally {
        tx.end();
        current.remove();
        connection.update(Sql.ROLLBACK);
        clean = true;
      }
    } finally {
      if (clean) {
        readers.giveBack(connection);
      } else {
        readers.discard(connection);
      }
    }
  }

  /** One statement's work on a connection. */
  interface OneRead<R> {
    @Nullable R apply(SqlConnection connection);
  }

  /** Runs one statement: on the transaction of this thread if there is one, else by itself. */
  <R> @Nullable R readOne(OneRead<R> f) {
    var outer = current.get();
    if (outer != null) {
      return f.apply(Transaction.connection(outer));
    }
    awaitDeclared();
    var connection = readers.take();
    try {
      return f.apply(connection);
    } finally {
      readers.giveBack(connection);
    }
  }

  @Override
  public <R, X extends Exception> R write(WriteFunction<R, X> f) throws X {
    var outer = current.get();
    if (outer != null) {
      if (!outer.writes()) {
        throw new IllegalStateException("A write cannot be started inside a read");
      }
      return f.apply(outer);
    }
    awaitDeclared();
    @SuppressWarnings("unchecked") // The function's own result.
    R result = (R) join(queue.submit(f));
    return result;
  }

  @Override
  public void append(WriteAction<?> f, Runnable settled) {
    var outer = current.get();
    if (outer != null && outer.writes()) {
      try {
        f.apply(outer);
      } catch (Exception e) {
        throw SqliteStore.<RuntimeException>asIs(e);
      }
      settled.run();
      return;
    }
    awaitDeclared();
    queue.append(
        tx -> {
          f.apply(tx);
          return true;
        },
        settled);
  }

  @Override
  public void flush() {
    if (inTransaction()) {
      throw new IllegalStateException("A transaction cannot wait for others");
    }
    join(queue.submit(tx -> true));
  }

  private static <R> R join(CompletableFuture<R> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      throw SqliteStore.<RuntimeException>asIs(e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * Throws what the function threw, which its type allows, past a compiler that cannot see that.
   */
  @SuppressWarnings("unchecked")
  private static <X extends Throwable> RuntimeException asIs(Throwable thrown) throws X {
    throw (X) thrown;
  }

  boolean inTransaction() {
    return current.get() != null;
  }

  /** Grows with every write, over restarts too unless the machine's clock went back. */
  long nextVersion() {
    long now = System.currentTimeMillis() << 12;
    return version.updateAndGet(last -> Math.max(last + 1, now));
  }

  @Override
  public <E> Gatherer<E> gatherer(BiConsumer<WriteTx, List<E>> write) {
    return new Gatherer<>(write);
  }

  Packs packs() {
    return packs;
  }

  @Nullable SqlTable<?> declared(String name) {
    return tables.get(name);
  }

  // Caches, maintenance.

  @Override
  public <V> StoreCache<V> cache(
      int maxEntries, BiFunction<ReadTx, String, @Nullable V> load, Table<?>... tables) {
    var cache =
        new StoreCache<V>(
            maxEntries,
            1,
            key -> read(tx -> Optional.ofNullable(load.apply(tx, key))).orElse(null),
            this::inTransaction);
    for (var table : tables) {
      ((SqlTable<?>) table).addCache(cache);
    }
    return cache;
  }

  @Override
  public void clear(Set<String> except) {
    run(
        tx -> {
          for (var table : tables.values()) {
            if (!except.contains(table.name())) {
              table.clear(tx);
            }
          }
        });
  }

  @Override
  public List<String> check() {
    var problems = new ArrayList<String>();
    try {
      var lines =
          read(
              tx ->
                  Transaction.connection(tx)
                      .query("PRAGMA integrity_check(100)", row -> row.getString(1)));
      lines.stream().filter(line -> !"ok".equals(line)).forEach(problems::add);
      for (var table : List.copyOf(tables.values())) {
        problems.addAll(read(table::check));
      }
      packs.lost().forEach(use -> problems.add(PackFormat.name(use.pack()) + " is missing"));
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      problems.add(String.valueOf(e.getMessage()));
    }
    return problems;
  }

  @Override
  public void scrub(Pace pace, Consumer<String> problem) throws InterruptedException {
    packs.lost().forEach(use -> problem.accept(PackFormat.name(use.pack()) + " is missing"));
    for (var pack : List.copyOf(packs.all())) {
      PackScrub.of(pack, pace, problem);
    }
  }

  /** Makes the database refuse to grow beyond so many pages, as if the disk were full. */
  void limitPages(int pages) {
    write(tx -> Transaction.connection(tx).query("PRAGMA max_page_count = " + pages, row -> 1));
  }

  /** The same of packs, in bytes. */
  void limitPacks(int length) {
    packs.limit(length);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    compactor.close();
    queue.close();
    packs.close();
    readers.close();
    checkpointer.close();
    writer.close();
    folder.close();
  }
}
