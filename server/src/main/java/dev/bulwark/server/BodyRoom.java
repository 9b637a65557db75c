package dev.bulwark.server;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much of all requests' bodies may be in memory at a time: bodies are read before it is known
 * who sent them, so strangers could fill the heap. Thread-safe.
 */
final class BodyRoom {
  private static final int KIB = 1024;

  private final Semaphore free;
  private final Duration patience;

  /**
   * Room.
   *
   * @param bytes of all bodies together
   * @param patience how long a body waits for others to go
   */
  BodyRoom(long bytes, Duration patience) {
    this.free = new Semaphore(Math.toIntExact(bytes / KIB), true);
    this.patience = patience;
  }

  /** Takes room; false where there is none. */
  boolean take(int bytes) {
    try {
      return free.tryAcquire(bytes / KIB, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void giveBack(int bytes) {
    free.release(bytes / KIB);
  }
}
