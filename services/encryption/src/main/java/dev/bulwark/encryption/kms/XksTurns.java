package dev.bulwark.encryption.kms;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds how many requests to one proxy are on their way. Safe for many threads. */
final class XksTurns {
  private final int most;
  private final Duration patience;
  private final Map<String, Turns> proxies = new ConcurrentHashMap<>();

  /** The turns of a proxy, and how many have or want one. */
  private record Turns(Semaphore free, int users) {
    Turns and(int more) {
      return new Turns(free, users + more);
    }
  }

  /**
   * Turns.
   *
   * @param most of one proxy
   * @param patience how long a request waits for its turn
   */
  XksTurns(int most, Duration patience) {
    this.most = most;
    this.patience = patience;
  }

  /** What is done in a turn. */
  @FunctionalInterface
  interface Exchange<T> {
    T run() throws IOException;
  }

  /**
   * Does something in a turn.
   *
   * @throws IOException where all turns of that proxy stay taken
   */
  <T> T take(String proxy, Exchange<T> exchange) throws IOException {
    var turns =
        proxies.compute(
            proxy,
            (any, known) -> (known == null ? new Turns(new Semaphore(most), 0) : known).and(1));
    try {
      if (!turns.free().tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("the proxy is being asked too much at once");
      }
      try {
        return exchange.run();
      } finally {
        turns.free().release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the proxy was busy");
    } finally {
      proxies.computeIfPresent(proxy, (any, known) -> known.users() == 1 ? null : known.and(-1));
    }
  }
}
