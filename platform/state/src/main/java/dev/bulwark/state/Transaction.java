package dev.bulwark.state;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction on one connection; for reading alone it is handed out as {@link ReadTx}. */
final class Transaction implements WriteTx {

  private record Change(SqlTable<?> table, @Nullable String key) {}

  private final SqlConnection connection;
  private final Thread thread = Thread.currentThread();
  private final boolean writes;
  private final List<Change> changes = new ArrayList<>();
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

  boolean writes() {
    return writes;
  }

  /** Remembers that a row changed, for the caches; null for all rows of the table. */
  void changed(SqlTable<?> table, @Nullable String key) {
    if (table.hasCaches()) {
      changes.add(new Change(table, key));
    }
  }

  /**
   * Remembers that the database failed, so that a function that hides it does not pass for done.
   */
  StoreException failed(StoreException e) {
    failure = e;
    return e;
  }

  @Nullable StoreException failure() {
    return failure;
  }

  /** Counts what a statement wrote, to guess when a checkpoint is due. */
  void wrote(int bytes) {
    pages += 2 + (bytes >> 12);
  }

  long pages() {
    return pages;
  }

  void end() {
    over = true;
  }

  /** Tells the caches what changed; after the commit. */
  void publish() {
    for (var change : changes) {
      change.table().invalidate(change.key());
    }
  }
}
