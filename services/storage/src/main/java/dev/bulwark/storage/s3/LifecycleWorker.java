package dev.bulwark.storage.s3;

import dev.bulwark.base.BulwarkClock;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does what the lifecycle rules of all buckets say: at the start, and then once a day, after
 * midnight UTC. A clock that is moved over midnight makes it act at once.
 */
public final class LifecycleWorker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LifecycleWorker.class.getName());
  private static final long CHECK_SECONDS = 60;

  private final Store store;
  private final S3Tables tables;
  private final LifecycleRun bucketRun;
  private final BulwarkClock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("s3-lifecycle").factory());
  private @Nullable LocalDate lastDay;

  LifecycleWorker(Store store, S3Tables tables, LifecycleRun bucketRun, BulwarkClock clock) {
    this.store = store;
    this.tables = tables;
    this.bucketRun = bucketRun;
    this.clock = clock;
  }

  /** Begins to act by itself. */
  public void start() {
    thread.scheduleWithFixedDelay(this::runDaily, 1, CHECK_SECONDS, TimeUnit.SECONDS);
    clock.onMove(
        () -> {
          if (!thread.isShutdown()) {
            thread.execute(this::runDaily);
          }
        });
  }

  private void runDaily() {
    var today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    if (today.equals(lastDay)) {
      return;
    }
    try {
      run();
      lastDay = today;
    } catch (RuntimeException e) {
      if (!(e instanceof StoreException failed) || failed.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "what is due stays until the next time", e);
      }
    }
  }

  /** Does all that is due by now. */
  void run() {
    var now = clock.instant();
    for (var bucket : buckets()) {
      try {
        bucketRun.run(bucket, now);
      } catch (ApiException e) {
        LOG.log(
            System.Logger.Level.DEBUG, () -> "bucket " + bucket + " went while it was gone over");
      }
    }
  }

  /** The buckets that have a configuration. */
  private Set<String> buckets() {
    var found = new LinkedHashSet<String>();
    store.read(
        tx -> {
          tables.configurations.forEach(
              tx,
              Scan.all(),
              row -> {
                if (Key.last(row.key(), 2).equals(LifecyclePolicy.KIND)) {
                  found.add(Key.split(row.key(), 2).getFirst());
                }
              });
          return found;
        });
    return found;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
