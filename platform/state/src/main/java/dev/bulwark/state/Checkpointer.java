package dev.bulwark.state;

import java.util.concurrent.locks.LockSupport;

/**
 * Copies the write-ahead log into the database, on a thread and a connection of its own, so that no
 * commit waits for it. Only where the log has grown long, because writing never paused, does the
 * writer itself stop for a moment to let the log begin anew.
 */
final class Checkpointer {

  private static final System.Logger LOG = System.getLogger(Checkpointer.class.getName());

  /** In pages of 4 KiB. */
  private static final long DUE = 1_000;

  private static final int LONG_LOG = 32_768;

  private final SqlConnection connection;
  private final Thread thread;
  private long written;
  private volatile boolean due;
  private volatile boolean tooLong;
  private volatile boolean closing;

  Checkpointer(SqlConnection connection) {
    this.connection = connection;
    this.thread = Thread.ofPlatform().name("bulwark-checkpoint").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Called by the writer after each commit. */
  void committed(long pages, SqlConnection writer) {
    written += pages;
    if (written >= DUE) {
      written = 0;
      due = true;
      LockSupport.unpark(thread);
    }
    if (tooLong) {
      tooLong = false;
      writer.first("PRAGMA wal_checkpoint(RESTART)", row -> row.getInt(1));
    }
  }

  private void run() {
    while (!closing) {
      if (!due) {
        LockSupport.park(this);
        continue;
      }
      due = false;
      try {
        var frames =
            connection.first(
                "PRAGMA wal_checkpoint(PASSIVE)", row -> row.getInt(1) == 0 ? row.getInt(2) : 0);
        tooLong = frames != null && frames > LONG_LOG;
      } catch (StoreException e) {
        LOG.log(System.Logger.Level.WARNING, "A checkpoint failed", e);
      }
    }
  }

  void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      LockSupport.unpark(thread);
      try {
        thread.join(100);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    connection.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
