package dev.bulwark.storage.s3;

import dev.bulwark.base.BulwarkClock;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings to other buckets what changes have left to be brought there: versions of a key in their
 * order, several keys at a time. The replica, the end of its task and the status of its source are
 * one transaction, so that no crash does anything twice or forgets it.
 */
public final class ReplicationWorker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ReplicationWorker.class.getName());
  private static final int BATCH = 32;
  private static final int MOST_DELAYED = 10_000;
  private static final int ATTEMPTS = 8;
  private static final int CHECK_SECONDS = 5;
  private static final long FIRST_DELAY_MILLIS = 10_000;

  /** What S3 Replication Time Control promises. */
  private static final Duration PROMISED = Duration.ofMinutes(15);

  private final Store store;
  private final S3Tables tables;
  private final ObjectRows rows;
  private final Replicator replicator;
  private final Notifications notifications;
  private final BulwarkClock clock;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("s3-replication").factory());
  private volatile boolean started;

  ReplicationWorker(
      Store store,
      S3Tables tables,
      ObjectRows rows,
      Replicator replicator,
      Notifications notifications,
      BulwarkClock clock) {
    this.store = store;
    this.tables = tables;
    this.rows = rows;
    this.replicator = replicator;
    this.notifications = notifications;
    this.clock = clock;
  }

  /** Begins to replicate by itself. */
  public void start() {
    started = true;
    thread.scheduleWithFixedDelay(this::runQuietly, 0, CHECK_SECONDS, TimeUnit.SECONDS);
    clock.onMove(this::wake);
  }

  /** Tells that there is something to do. */
  void wake() {
    if (started && !thread.isShutdown() && woken.compareAndSet(false, true)) {
      thread.execute(this::runQuietly);
    }
  }

  private void runQuietly() {
    woken.set(false);
    try {
      run();
    } catch (RuntimeException e) {
      if (!(e instanceof StoreException failed) || failed.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "replication waits until the next time", e);
      }
    }
  }

  /** Does what is due. */
  void run() {
    // What comes later of a key waits for what came before.
    Set<String> delayed = ConcurrentHashMap.newKeySet();
    String after = null;
    do {
      after = runBatch(delayed, after);
    } while (after != null && delayed.size() < MOST_DELAYED && !thread.isShutdown());
  }

  /** Does some tasks; returns the last of them, or null at the end. */
  private @Nullable String runBatch(Set<String> delayed, @Nullable String after) {
    var found =
        store.read(tx -> tables.replications.scan(tx, Scan.all().after(after).limit(BATCH)));
    var byObject = new LinkedHashMap<String, List<Entry<ReplicationTask>>>();
    for (var row : found) {
      byObject.computeIfAbsent(object(row.value()), key -> new ArrayList<>(1)).add(row);
    }
    byObject.keySet().removeAll(delayed);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      byObject.forEach((object, tasks) -> threads.execute(() -> runAll(object, tasks, delayed)));
    }
    return found.size() < BATCH ? null : found.getLast().cursor();
  }

  private static String object(ReplicationTask task) {
    return Key.of(task.bucket(), task.key());
  }

  private void runAll(String object, List<Entry<ReplicationTask>> tasks, Set<String> delayed) {
    for (var row : tasks) {
      if (row.value().due() > clock.millis() || !run(row)) {
        delayed.add(object);
        return;
      }
    }
  }

  /** Whether a task is done with. */
  private boolean run(Entry<ReplicationTask> row) {
    var task = row.value();
    try {
      replicator.replicate(
          task, clock.instant(), change -> end(row, ReplicationStatus.COMPLETED, null, change));
      return true;
    } catch (ReplicationFailure e) {
      LOG.log(
          System.Logger.Level.DEBUG, () -> task.bucket() + " does not get to its destination", e);
      end(row, ReplicationStatus.FAILED, e.reason(), tx -> {});
      return true;
    } catch (RuntimeException e) {
      if (e instanceof StoreException failed && failed.kind() == StoreException.Kind.CLOSED) {
        return false;
      }
      LOG.log(System.Logger.Level.WARNING, () -> task.bucket() + ": replication is delayed", e);
      return delay(row);
    }
  }

  /** Puts a task off, or gives it up after some attempts. */
  private boolean delay(Entry<ReplicationTask> row) {
    var task = row.value();
    if (task.attempts() + 1 >= ATTEMPTS) {
      // S3 has no name for what fails on its own side.
      end(row, ReplicationStatus.FAILED, "DstPutObjectNotPermitted", tx -> {});
      return true;
    }
    long now = clock.millis();
    var again = task.again(now + (FIRST_DELAY_MILLIS << task.attempts()));
    var telling = isLate(task) && !task.late() ? telling(task) : null;
    store.run(
        tx -> {
          if (telling != null) {
            telling.replication(
                tx, "s3:Replication:OperationMissedThreshold", task, source(tx, task), null);
          }
          tables.replications.put(tx, row.key(), telling == null ? again : again.toldLate());
        });
    notifications.sent(telling);
    return false;
  }

  private boolean isLate(ReplicationTask task) {
    return task.target().timed() && clock.millis() - task.requested() > PROMISED.toMillis();
  }

  private Notifications.@Nullable Telling telling(ReplicationTask task) {
    var bucket = tables.buckets.get(task.bucket());
    return bucket == null ? null : notifications.ofReplication(bucket, clock.instant());
  }

  private @Nullable ObjectRecord source(WriteTx tx, ReplicationTask task) {
    return rows.find(tx, task.bucket(), task.key(), task.version());
  }

  /** Ends a task, in one transaction with what it changes. */
  private void end(
      Entry<ReplicationTask> row,
      ReplicationStatus status,
      @Nullable String reason,
      Consumer<WriteTx> change) {
    var task = row.value();
    var telling = telling(task);
    store.run(
        tx -> {
          if (!tables.replications.delete(tx, row.key())) {
            return;
          }
          change.accept(tx);
          var source = source(tx, task);
          if (source == null) {
            return;
          }
          var next = next(tx, task, source, status);
          if (next != source.extras().replication()) {
            rows.update(tx, task.bucket(), task.key(), source.withReplication(next));
          }
          if (telling != null) {
            tell(tx, telling, task, source, reason);
          }
        });
    notifications.sent(telling);
  }

  /** A version is done with when it is everywhere, and failed when it did not get anywhere. */
  private ReplicationStatus next(
      WriteTx tx, ReplicationTask task, ObjectRecord source, ReplicationStatus status) {
    boolean more =
        tables.replications.firstByIndex(tx, S3Tables.BY_VERSION, S3Tables.version(task)) != null;
    if (status == ReplicationStatus.FAILED
        || source.extras().replication() == ReplicationStatus.FAILED) {
      return ReplicationStatus.FAILED;
    }
    return more ? ReplicationStatus.PENDING : status;
  }

  private void tell(
      WriteTx tx,
      Notifications.Telling telling,
      ReplicationTask task,
      ObjectRecord source,
      @Nullable String reason) {
    if (reason != null) {
      telling.replication(tx, "s3:Replication:OperationFailedReplication", task, source, reason);
      return;
    }
    if (isLate(task)) {
      if (!task.late()) {
        telling.replication(tx, "s3:Replication:OperationMissedThreshold", task, source, null);
      }
      telling.replication(
          tx, "s3:Replication:OperationReplicatedAfterThreshold", task, source, null);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
