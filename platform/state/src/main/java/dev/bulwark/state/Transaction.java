package dev.bulwark.state;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction on one connection; for reading alone it is handed out as {@link ReadTx}. */
final class Transaction implements WriteTx {

  /** A statement that changed something, as it can be run again. */
  private record Statement(String sql, Object[] parameters) {}

  private record Change(SqlTable<?> table, @Nullable String key) {}

  private final SqlConnection connection;
  private final Thread thread = Thread.currentThread();
  private final boolean writes;
  private final List<Statement> statements = new ArrayList<>();
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

  /** Runs a statement that changes something, and returns how many rows it changed. */
  static int update(WriteTx tx, String sql, Object... parameters) {
    var connection = connection(tx);
    var transaction = (Transaction) tx;
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

  /** Remembers that a row changed, for the caches; null for all rows of the table. */
  void changed(SqlTable<?> table, @Nullable String key) {
    if (table.hasCaches()) {
      changes.add(new Change(table, key));
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
