package dev.bulwark.encryption.cloudhsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.state.Store;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/**
 * Keeps a store from writing until it is closed. Calls have read by then what was there before, and
 * write in the order in which they were queued.
 */
final class HeldWriter implements AutoCloseable {
  private final Semaphore released = new Semaphore(0);

  HeldWriter(Store store) {
    var held = new Semaphore(0);
    Thread.ofPlatform()
        .daemon()
        .start(
            () ->
                store.run(
                    tx -> {
                      held.release();
                      released.acquireUninterruptibly();
                    }));
    held.acquireUninterruptibly();
  }

  /** Starts a call, and returns once it waits for the writer. */
  <T> Future<T> queue(Callable<T> call) {
    var task = new FutureTask<>(call);
    var thread = Thread.ofPlatform().daemon().start(task);
    while (!waitsForWriter(thread)) {
      assertThat(task.isDone()).as("the call ended without writing").isFalse();
      Thread.onSpinWait();
    }
    return task;
  }

  private static boolean waitsForWriter(Thread thread) {
    if (thread.getState() != Thread.State.WAITING) {
      return false;
    }
    for (var frame : thread.getStackTrace()) {
      if (frame.getClassName().startsWith("dev.bulwark.state.SqliteStore")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    released.release();
  }
}
