package dev.bulwark.encryption.kms;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Bounds how many requests to one proxy are on their way. Safe for many threads. */
final class XksTurns {
  private final int most;
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();

  XksTurns(int most) {
    this.most = most;
  }

  /** What is done in a turn. */
  @FunctionalInterface
  interface Exchange<T> {
    T run() throws IOException;
  }

  /**
   * Does something in a turn.
   *
   * @throws IOException at once where all turns of that proxy are taken
   */
  <T> T take(String proxy, Exchange<T> exchange) throws IOException {
    int now = taken.merge(proxy, 1, Integer::sum);
    try {
      if (now > most) {
        throw new IOException("the proxy is being asked too much at once");
      }
      return exchange.run();
    } finally {
      taken.computeIfPresent(proxy, (any, count) -> count == 1 ? null : count - 1);
    }
  }
}
