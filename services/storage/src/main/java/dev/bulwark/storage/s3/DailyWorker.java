package dev.bulwark.storage.s3;

import dev.bulwark.base.BulwarkClock;
import dev.bulwark.state.StoreException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does what is to be done with all buckets each day: at the start, and then once a day, after
 * midnight UTC. A clock that is moved over midnight makes it act at once.
 */
final class DailyWorker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(DailyWorker.class.getName());
  private static final long CHECK_SECONDS = 60;

  /** Something that is to be done each day; done again, it finds nothing to do. */
  @FunctionalInterface
  interface Job {
    void run(Instant now);
  }

  private final List<Job> jobs;
  private final BulwarkClock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("s3-daily").factory());
  private @Nullable LocalDate lastDay;

  /**
   * A worker.
   *
   * @param jobs in the order in which they are done
   */
  DailyWorker(List<Job> jobs, BulwarkClock clock) {
    this.jobs = List.copyOf(jobs);
    this.clock = clock;
  }

  /** Begins to act by itself. */
  void start() {
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
    if (!today.equals(lastDay) && run()) {
      lastDay = today;
    }
  }

  /**
   * Does something with each of several things, so that what fails with one does not keep the
   * others from it; what failed last is told at the end.
   */
  static <T> void each(Iterable<T> things, Consumer<T> work) {
    RuntimeException failed = null;
    for (var thing : things) {
      try {
        work.accept(thing);
      } catch (RuntimeException e) {
        if (e instanceof StoreException gone && gone.kind() == StoreException.Kind.CLOSED) {
          throw e;
        }
        failed = e;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** Does all that is due by now; returns whether all of it could be done. */
  boolean run() {
    var now = clock.instant();
    boolean done = true;
    for (var job : jobs) {
      try {
        job.run(now);
      } catch (RuntimeException e) {
        done = false;
        if (!(e instanceof StoreException failed) || failed.kind() != StoreException.Kind.CLOSED) {
          LOG.log(System.Logger.Level.WARNING, "what is due stays until the next time", e);
        }
      }
    }
    return done;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
