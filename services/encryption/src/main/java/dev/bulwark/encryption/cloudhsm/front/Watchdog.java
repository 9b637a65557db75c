package dev.bulwark.encryption.cloudhsm.front;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Closes connections that take too long with something, however slowly they go on with it. */
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  Watchdog() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("cloudhsm-watchdog").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  /** What is in time once it is closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  Watch limit(Socket socket, Duration time) {
    var due = timer.schedule(() -> end(socket), time.toMillis(), TimeUnit.MILLISECONDS);
    return () -> due.cancel(false);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was closed.
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
