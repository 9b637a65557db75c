package dev.bulwark.state;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/**
 * The connections for reading: as many as run at once, made when first needed, the last used first.
 */
final class ReadPool {

  private static final int SIZE =
      Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 4, 16);

  private final Path database;
  private final boolean durable;
  private final Semaphore permits = new Semaphore(SIZE);
  private final ConcurrentLinkedDeque<SqlConnection> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  ReadPool(Path database, boolean durable) {
    this.database = database;
    this.durable = durable;
  }

  SqlConnection take() {
    permits.acquireUninterruptibly();
    try {
      if (closed) {
        throw new StoreException(StoreException.Kind.CLOSED, "The store is closed");
      }
      var connection = idle.pollFirst();
      return connection != null ? connection : SqlConnection.open(database, durable);
    } catch (RuntimeException e) {
      permits.release();
      throw e;
    }
  }

  void giveBack(SqlConnection connection) {
    idle.addFirst(connection);
    permits.release();
  }

  /** For a connection whose state is in doubt. */
  void discard(SqlConnection connection) {
    permits.release();
    connection.close();
  }

  /** Waits for those who read. */
  void close() {
    closed = true;
    permits.acquireUninterruptibly(SIZE);
    idle.forEach(SqlConnection::close);
    idle.clear();
    permits.release(SIZE);
  }
}
