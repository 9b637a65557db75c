package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.Table;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends what objects' changes have left to be sent, in the order of the changes, at least once.
 * What a queue or topic refuses is tried again for a day, ever more seldom, while others go on;
 * what fails on this side is tried again before anything else.
 */
public final class NotificationWorker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(NotificationWorker.class.getName());
  private static final int BATCH = 100;
  private static final int RETRY_SECONDS = 10;
  private static final int SERVER_ERROR = 500;
  private static final Duration TRIED_FOR = Duration.ofHours(24);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** What waits for targets that refuse is bounded: what comes on top of it is dropped. */
  private static final long MOST_DELAYED = 100_000;

  /** After all rows. */
  private static final String END = "~";

  /** What becomes of a message. */
  private enum Outcome {
    SENT,
    REFUSED,
    FAILED
  }

  private final Store store;
  private final S3Tables tables;
  private final NoticeSender sender;
  private final Clock clock;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("s3-notifications").factory());
  private volatile boolean started;

  NotificationWorker(Store store, S3Tables tables, NoticeSender sender, Clock clock) {
    this.store = store;
    this.tables = tables;
    this.sender = sender;
    this.clock = clock;
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
    if (deliver(tables.notices, END)) {
      deliver(tables.delayedNotices, DelayedNotices.time(clock.instant()));
    }
  }

  /**
   * Sends the messages of a table.
   *
   * @param end before which rows are sent
   * @return whether it is worth going on
   */
  private boolean deliver(Table<Notice> table, String end) {
    while (true) {
      var waiting = store.read(tx -> table.scan(tx, Scan.all().limit(BATCH)));
      for (var row : waiting) {
        if (row.key().compareTo(end) >= 0) {
          return true;
        }
        var outcome = send(row.value());
        if (outcome == Outcome.FAILED) {
          return false;
        }
        var again = outcome == Outcome.REFUSED && isWorthIt(row.value());
        var due = clock.instant().plus(pause(row.value()));
        store.run(
            tx -> {
              table.delete(tx, row.key());
              if (again) {
                DelayedNotices.put(tx, tables, due, row.key(), row.value().refused());
              }
            });
      }
      if (waiting.size() < BATCH) {
        return true;
      }
    }
  }

  /** Whether a refused message is to be kept for later. */
  private boolean isWorthIt(Notice notice) {
    boolean over =
        clock.instant().isAfter(Instant.ofEpochMilli(notice.since()).plus(TRIED_FOR))
            || (notice.refusals() == 0 && isFull());
    if (over) {
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "a notification of " + notice.bucketArn() + " for " + notice.target() + " is lost");
    }
    return !over;
  }

  private boolean isFull() {
    return store.read(tx -> tables.delayedNotices.count(tx, "")) >= MOST_DELAYED;
  }

  private static Duration pause(Notice notice) {
    var pause =
        Duration.ofSeconds(RETRY_SECONDS).multipliedBy(1L << Math.min(notice.refusals(), 9));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  private Outcome send(Notice notice) {
    try {
      sender.send(notice);
      return Outcome.SENT;
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          () -> "a notification of " + notice.bucketArn() + " was refused by " + notice.target(),
          e);
      boolean ours = e.httpStatus() == SERVER_ERROR || e.httpStatus() == SERVER_ERROR + 3;
      return ours ? Outcome.FAILED : Outcome.REFUSED;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
