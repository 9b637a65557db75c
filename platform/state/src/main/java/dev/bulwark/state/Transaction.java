package dev.bulwark.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transaction on one connection; for reading alone it is handed out as {@link ReadTx}. */
final class Transaction implements WriteTx {

  /** A statement that changed something, as it can be run again. */
  private record Statement(String sql, Object[] parameters) {}

  private record Change(SqlTable<?> table, @Nullable String key) {}

  /** How much more or less of a pack rows refer to. */
  private record PackChange(PackRef ref, int size) {}

  /** What a row held beside it when it was last read. */
  private record Read(Attachments table, byte[] key, byte[] column) {}

  private final SqlConnection connection;
  private final Thread thread = Thread.currentThread();
  private final boolean writes;
  private final List<Statement> statements = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<PackChange> packChanges = new ArrayList<>(2);
  private final List<PackBatch> batches = new ArrayList<>(1);
  private final Map<Gatherer<?>, List<Object>> gathered = new LinkedHashMap<>(2);
  private @Nullable Read lastRead;
  private @Nullable StoreException failure;
  private boolean over;
  private long pages;

  Transaction(SqlConnection connection, boolean writes) {
    this.connection = connection;
    this.writes = writes;
  }

  static SqlConnection connection(ReadTx tx) {
    var transaction = (Transaction) tx;
    if (transaction.over || transaction.thread != Thread.currentThread()) {
      throw new IllegalStateException("The transaction is over, or another thread's");
    }
    return transaction.connection;
  }

  /** Runs a statement that changes something, and returns how many rows it changed. */
  static int update(WriteTx tx, String sql, Object... parameters) {
    var connection = connection(tx);
    var transaction = (Transaction) tx;
    transaction.lastRead = null;
    for (var parameter : parameters) {
      if (parameter instanceof byte[] bytes) {
        transaction.pages += 1 + (bytes.length >> 12);
      }
    }
    try {
      int changed = connection.update(sql, parameters);
      transaction.statements.add(new Statement(sql, parameters));
      return changed;
    } catch (StoreException e) {
      // Remembered, so that a function that hides it does not pass for done.
      transaction.failure = e;
      throw e;
    }
  }

  boolean writes() {
    return writes;
  }

  /**
   * Tells the caches that a row changes, and remembers to tell them when it has; null for all rows
   * of the table.
   */
  void changed(SqlTable<?> table, @Nullable String key) {
    if (table.hasCaches()) {
      changes.add(new Change(table, key));
      table.invalidate(key);
    }
  }

  /** How the database failed it, if it did. */
  @Nullable StoreException failure() {
    return failure;
  }

  /** Whether the database may not be as it was before. */
  boolean hasWritten() {
    return !statements.isEmpty() || failure != null;
  }

  void end() {
    over = true;
  }

  /** Runs all of its statements again, after a rollback that was not its own fault. */
  void redo() {
    for (var statement : statements) {
      connection.update(statement.sql(), statement.parameters());
    }
  }

  // Bytes beside rows.

  /** A row that it wrote refers to bytes in a pack, which become durable with a batch. */
  void uses(PackRef ref, int size, @Nullable PackBatch batch) {
    packChanges.add(new PackChange(ref, size));
    if (batch != null) {
      batches.add(batch);
    }
  }

  /** A row that it wrote or deleted refers to bytes in a pack no more. */
  void releases(PackRef ref, int size) {
    packChanges.add(new PackChange(ref, -size));
  }

  void read(Attachments table, byte[] key, byte[] column) {
    lastRead = new Read(table, key, column);
  }

  byte @Nullable [] lastRead(Attachments table, byte[] key) {
    var read = lastRead;
    return read != null && read.table() == table && Arrays.equals(read.key(), key)
        ? read.column()
        : null;
  }

  /** Waits until what its rows refer to is durable; returns why that is not to be. */
  @Nullable StoreException awaitAttachments() {
    for (var batch : batches) {
      var failed = batch.await();
      if (failed != null) {
        return failed;
      }
    }
    return null;
  }

  /** Adds what it changed to what is in use. */
  void count(Map<Integer, PackUse> uses, Packs packs) {
    for (var change : packChanges) {
      var ref = change.ref();
      uses.compute(
          ref.pack(),
          (number, known) -> {
            var before = known != null ? known : packs.use(number);
            return new PackUse(
                number,
                before.live() + change.size(),
                change.size() > 0 ? Math.max(before.end(), ref.end()) : before.end());
          });
    }
  }

  static <E> void gather(WriteTx tx, Gatherer<E> gatherer, E element) {
    connection(tx);
    ((Transaction) tx).gathered.computeIfAbsent(gatherer, key -> new ArrayList<>(1)).add(element);
  }

  Map<Gatherer<?>, List<Object>> gathered() {
    return gathered;
  }

  /** A guess at the pages that were written, to know when a checkpoint is due. */
  long pages() {
    return pages;
  }

  /** Tells the caches what changed; after the commit. */
  void publish() {
    for (var change : changes) {
      change.table().invalidate(change.key());
    }
  }
}
