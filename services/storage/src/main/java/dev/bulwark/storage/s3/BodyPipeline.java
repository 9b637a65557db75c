package dev.bulwark.storage.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body piece by piece, and hands each to several stages, such as a hash and a file: every
 * stage takes the pieces in order, but the stages and the reading work side by side, since one
 * large body has more work than one processor does in the time. A few pieces are in memory at a
 * time. When {@link #run} returns or throws, no stage works any more.
 */
final class BodyPipeline {

  /** Takes what was read; the bytes are another piece's after it has returned. */
  interface Stage {
    void take(byte[] bytes, int count);
  }

  /** What is taken in at a time. */
  private static final int PIECE = 256 * 1024;

  /** Pieces of a body that are in memory at a time. */
  private static final int PIECES = 4;

  /** Beneath it the stages take less time than to hand it to other threads. */
  private static final int SHORT = 128 * 1024;

  /** As many bodies work so; those beyond do with one small piece, a stage at a time. */
  private static final Semaphore WIDE = new Semaphore(32);

  private static final int NARROW_PIECE = 64 * 1024;

  private static final Executor SIDE_BY_SIDE = task -> Thread.ofVirtual().start(task);

  private final InputStream in;
  private final long length;
  private final List<Stage> stages;
  private final Executor executor;
  private final int piece;
  private final Slot[] slots;
  private final CompletableFuture<?>[] last;

  /** A piece, and what is still at work on it. */
  private static final class Slot {
    byte @Nullable [] bytes;
    CompletableFuture<?> done = CompletableFuture.completedFuture(null);
  }

  private BodyPipeline(
      InputStream in, long length, List<Stage> stages, int pieces, int piece, Executor executor) {
    this.in = in;
    this.length = length;
    this.stages = stages;
    this.executor = executor;
    this.piece = length < 0 ? piece : (int) Math.min(piece, length);
    this.slots = new Slot[pieces];
    Arrays.setAll(slots, i -> new Slot());
    this.last = new CompletableFuture<?>[stages.size()];
    Arrays.fill(last, CompletableFuture.completedFuture(null));
  }

  /**
   * Reads a body.
   *
   * @param length in bytes, or -1 for as many as come
   * @return how many bytes were read
   * @throws EOFException where there are fewer
   */
  static long run(InputStream in, long length, List<Stage> stages) throws IOException {
    boolean isShort = length >= 0 && length < SHORT;
    if (isShort || !WIDE.tryAcquire()) {
      return new BodyPipeline(in, length, stages, 1, NARROW_PIECE, Runnable::run).run();
    }
    try {
      return new BodyPipeline(in, length, stages, PIECES, PIECE, SIDE_BY_SIDE).run();
    } finally {
      WIDE.release();
    }
  }

  private long run() throws IOException {
    try {
      long size = copy();
      for (var stage : last) {
        stage.join();
      }
      return size;
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      // Also where reading failed: whoever closes what the stages write into does it after them.
      for (var stage : last) {
        stage.exceptionally(failure -> null).join();
      }
    }
  }

  private long copy() throws IOException {
    long size = 0;
    for (int turn = 0; length < 0 || size < length; turn = (turn + 1) % slots.length) {
      var slot = slots[turn];
      slot.done.join();
      var bytes = slot.bytes == null ? new byte[piece] : slot.bytes;
      slot.bytes = bytes;
      long rest = length < 0 ? piece : length - size;
      int count = in.readNBytes(bytes, 0, (int) Math.min(piece, rest));
      if (count == 0) {
        if (length < 0) {
          return size;
        }
        throw new EOFException();
      }
      hand(slot, bytes, count);
      size += count;
    }
    return size;
  }

  private void hand(Slot slot, byte[] bytes, int count) {
    for (int i = 0; i < last.length; i++) {
      var stage = stages.get(i);
      last[i] = last[i].thenRunAsync(() -> stage.take(bytes, count), executor);
    }
    slot.done = CompletableFuture.allOf(last.clone());
  }
}
