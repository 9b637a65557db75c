package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends what objects' changes have left to be sent, in the order of the changes, at least once.
 * What a queue or topic refuses is dropped; what fails on this side is tried again.
 */
public final class NotificationWorker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(NotificationWorker.class.getName());
  private static final int BATCH = 100;
  private static final int RETRY_SECONDS = 10;
  private static final int SERVER_ERROR = 500;

  private final Store store;
  private final S3Tables tables;
  private final NoticeSender sender;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("s3-notifications").factory());
  private volatile boolean started;

  NotificationWorker(Store store, S3Tables tables, NoticeSender sender) {
    this.store = store;
    this.tables = tables;
    this.sender = sender;
  }

  /** Begins to send by itself. */
  public void start() {
    started = true;
    thread.scheduleWithFixedDelay(this::deliverQuietly, 0, RETRY_SECONDS, TimeUnit.SECONDS);
  }

  /** Tells that there is something to send. */
  void wake() {
    if (started && !thread.isShutdown() && woken.compareAndSet(false, true)) {
      thread.execute(this::deliverQuietly);
    }
  }

  private void deliverQuietly() {
    woken.set(false);
    try {
      deliver();
    } catch (RuntimeException e) {
      if (!(e instanceof StoreException failed) || failed.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "notifications wait until the next time", e);
      }
    }
  }

  /** Sends what waits. */
  void deliver() {
    while (true) {
      var waiting = store.read(tx -> tables.notices.scan(tx, Scan.all().limit(BATCH)));
      for (var row : waiting) {
        if (!send(row.value())) {
          return;
        }
        store.run(tx -> tables.notices.delete(tx, row.key()));
      }
      if (waiting.size() < BATCH) {
        return;
      }
    }
  }

  /** Whether a message is done with. */
  private boolean send(Notice notice) {
    try {
      sender.send(notice);
      return true;
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          () -> "a notification of " + notice.bucketArn() + " was refused by " + notice.target(),
          e);
      return e.httpStatus() != SERVER_ERROR && e.httpStatus() != SERVER_ERROR + 3;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
