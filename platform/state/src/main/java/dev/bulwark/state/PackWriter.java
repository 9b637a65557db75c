package dev.bulwark.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the newest pack: gives records their places at once, and has them written by a thread
 * that makes what has come together durable with one sync.
 */
final class PackWriter implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(PackWriter.class.getName());

  private static final int BUFFER = 1 << 20;
  private static final int LEAST_AHEAD = 64 * 1024;
  private static final int MOST_AHEAD = 4 << 20;

  private final Path folder;
  private final boolean durable;
  private final int full;
  private final Map<Integer, Pack> packs;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Deque<PackBatch> batches = new ArrayDeque<>();
  private final Thread thread;
  private @Nullable Pack active;
  private int reserved;
  private int next;
  private boolean closed;
  private @Nullable ByteBuffer buffer;
  private volatile int limit = Integer.MAX_VALUE;

  /**
   * A writer of packs.
   *
   * @param full the length at which a pack is followed by the next
   * @param packs takes those that it makes
   * @param next the number of the next one
   */
  PackWriter(Path folder, boolean durable, int full, Map<Integer, Pack> packs, int next) {
    this.folder = folder;
    this.durable = durable;
    this.full = full;
    this.packs = packs;
    this.next = next;
    this.thread = Thread.ofPlatform().name("bulwark-packs").daemon().unstarted(this::run);
    var newest = packs.get(next - 1);
    if (newest != null && !newest.isDamaged() && newest.end() < full) {
      active = newest;
      reserved = newest.end();
    }
  }

  void start() {
    thread.start();
  }

  /**
   * Takes a record in.
   *
   * @param located is told its place, before this returns
   * @return with what it becomes durable
   */
  PackBatch append(byte[] owner, byte[] content, Consumer<PackRef> located) {
    int crc = PackFormat.crc(content);
    var head = PackFormat.head(owner, content.length, crc);
    lock.lock();
    try {
      if (closed) {
        throw new StoreException(StoreException.Kind.CLOSED, "The store is closed");
      }
      var pack = active(head.length + content.length);
      var batch = batches.peekLast();
      if (batch == null || batch.pack() != pack) {
        batch = new PackBatch(pack, reserved);
        batches.addLast(batch);
        work.signal();
      }
      batch.add(head, content);
      located.accept(new PackRef(pack.number(), reserved + head.length, content.length, crc));
      reserved = batch.end();
      return batch;
    } catch (IOException e) {
      throw DataFolder.translate("A pack cannot be made", e, "");
    } finally {
      lock.unlock();
    }
  }

  private Pack active(int more) throws IOException {
    if (active != null && (reserved >= full || reserved > Integer.MAX_VALUE - more)) {
      active = null;
    }
    if (active == null) {
      var pack = Pack.create(folder, next, durable);
      packs.put(next++, pack);
      active = pack;
      reserved = PackFormat.FILE_HEAD;
    }
    return active;
  }

  private void run() {
    while (true) {
      PackBatch batch;
      lock.lock();
      try {
        while (batches.isEmpty() && !closed) {
          work.awaitUninterruptibly();
        }
        batch = batches.pollFirst();
      } finally {
        lock.unlock();
      }
      if (batch == null) {
        return;
      }
      write(batch);
    }
  }

  private void write(PackBatch batch) {
    try {
      int at = batch.start();
      var out = buffer == null ? ByteBuffer.allocateDirect(BUFFER) : buffer.clear();
      buffer = out;
      for (var bytes : batch.bytes()) {
        for (int from = 0; from < bytes.length; ) {
          if (!out.hasRemaining()) {
            at = flush(batch.pack(), at);
          }
          int count = Math.min(out.remaining(), bytes.length - from);
          out.put(bytes, from, count);
          from += count;
        }
      }
      flush(batch.pack(), at);
      if (durable) {
        batch.pack().extend(batch.end(), room(batch.end()));
        batch.pack().force();
      }
      batch.succeeded();
    } catch (IOException e) {
      failed(batch, DataFolder.translate("A pack cannot be written", e, ""));
    }
  }

  /** How far a pack is to be prepared: by as much as it holds, in bounds. */
  private int room(int end) {
    int more = Math.clamp(end, LEAST_AHEAD, MOST_AHEAD);
    return Math.min(Math.max(end, Math.min(full, end + more)), limit);
  }

  private int flush(Pack pack, int at) throws IOException {
    var out = buffer;
    if (out == null) {
      return at;
    }
    int count = out.flip().remaining();
    if (at + count > limit) {
      // As where the disk is full: a part is written.
      pack.write(out.slice(0, count / 2), at);
      throw new IOException("No space left on device");
    }
    pack.write(out, at);
    out.clear();
    return at + count;
  }

  /** Refuses to let packs grow beyond a length, as if the disk were full. */
  void limit(int length) {
    limit = length;
  }

  /** What comes after in the pack fails too, since its places are taken back. */
  private void failed(PackBatch batch, StoreException failure) {
    var failures = new ArrayList<>(List.of(batch));
    lock.lock();
    try {
      for (var later = batches.iterator(); later.hasNext(); ) {
        var one = later.next();
        if (one.pack() == batch.pack()) {
          failures.add(one);
          later.remove();
        }
      }
      if (active == batch.pack()) {
        if (failure.kind() == StoreException.Kind.DISK_FULL) {
          reserved = batch.start();
        } else {
          active = null;
        }
      }
      batch.pack().cut(batch.start());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "A pack cannot be cut off", e);
    } finally {
      lock.unlock();
    }
    failures.forEach(one -> one.failed(failure));
  }

  /** The pack that is written to; null where the next one is not made yet. */
  @Nullable Pack active() {
    lock.lock();
    try {
      return active;
    } finally {
      lock.unlock();
    }
  }

  /** Has what comes next go elsewhere. */
  void leave(Pack pack) {
    lock.lock();
    try {
      if (active == pack) {
        active = null;
      }
      pack.beginClosing();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
