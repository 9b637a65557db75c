package dev.bulwark.audit.cloudtrail;

import dev.bulwark.events.ApiCall;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has the stream of API calls read from time to time, by a thread that rests longer than it works
 * unless it is far behind, so that requests hardly notice.
 */
final class PacedReader implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PacedReader.class.getName());
  private static final Duration FAR_BEHIND = Duration.ofSeconds(60);

  /** What reads. */
  interface Work {
    /** Reads some of the stream; null at its end, else the newest call that was read. */
    @Nullable ApiCall step();

    /** Does what is due once the end has been reached. */
    void due();
  }

  private final String name;
  private final int rests;
  private final Clock clock;
  private final Work work;
  private @Nullable ScheduledExecutorService timer;

  /**
   * @param name of the thread
   * @param rests how much longer it rests than it works
   */
  PacedReader(String name, int rests, Clock clock, Work work) {
    this.name = name;
    this.rests = rests;
    this.clock = clock;
    this.work = work;
  }

  /** Works from time to time, until it is closed. */
  synchronized void start(Duration interval) {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
    timer.scheduleWithFixedDelay(
        this::runQuietly, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void runQuietly() {
    try {
      run();
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, name + " waits for the store", e);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, name + " failed, and tries again", e);
    }
  }

  private void run() {
    var began = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      var newest = work.step();
      if (newest == null) {
        break;
      }
      if (newest.time().isAfter(clock.instant().minus(FAR_BEHIND))) {
        LockSupport.parkNanos(rests * (System.nanoTime() - began));
      }
      began = System.nanoTime();
    }
    work.due();
  }

  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
  }
}
