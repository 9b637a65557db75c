package dev.bulwark.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Small bytes in files that are only appended to. Whoever has something to keep gets its place at
 * once; a thread writes what has come together meanwhile and makes it durable with one sync. A row
 * that refers to a place is committed after that. How much of each pack rows refer to is counted in
 * the same transactions, so a start need not look at what is in the packs: it cuts them off where
 * the last commit ended, and deletes those that nothing refers to.
 */
final class Packs implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Packs.class.getName());

  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final boolean durable;
  private final int full;
  private final Map<Integer, Pack> packs = new ConcurrentHashMap<>();

  /** Cleared out and deleted by this process: what was there is elsewhere now, or gone. */
  private final Set<Integer> retired = ConcurrentHashMap.newKeySet();

  /** Packs without a file. */
  private final Map<Integer, PackUse> lost = new ConcurrentHashMap<>();

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
   * @param full the length at which a pack is followed by the next
   */
  private Packs(Path folder, boolean durable, int full) {
    this.folder = folder;
    this.durable = durable;
    this.full = full;
    this.thread = Thread.ofPlatform().name("bulwark-packs").daemon().unstarted(this::run);
  }

  /** Opens the packs of a store as its last commit left them. */
  static Packs open(Path folder, boolean durable, int full, SqlConnection connection) {
    var packs = new Packs(folder, durable, full);
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder);
      }
      packs.load(connection);
    } catch (IOException e) {
      packs.packs.values().forEach(Packs::closeQuietly);
      throw DataFolder.translate("The folder " + folder + " cannot be used", e, "");
    }
    packs.thread.start();
    return packs;
  }

  private void load(SqlConnection connection) throws IOException {
    var files = new HashMap<Integer, Path>();
    try (var listed = Files.newDirectoryStream(folder)) {
      for (var file : listed) {
        files.put(PackFormat.number(file.getFileName().toString()), file);
      }
    }
    files.remove(0);
    next = 1 + files.keySet().stream().mapToInt(n -> n).max().orElse(0);
    var uses =
        connection.query(
            Sql.PACKS, row -> new PackUse(row.getInt(1), row.getLong(2), row.getInt(3)));
    for (var use : uses) {
      next = Math.max(next, use.pack() + 1);
      if (use.live() == 0) {
        connection.update(Sql.DELETE_PACK, use.pack());
        continue;
      }
      var file = files.remove(use.pack());
      if (file == null) {
        LOG.log(
            System.Logger.Level.ERROR,
            "{0} is missing, with {1} bytes that are still referred to",
            PackFormat.name(use.pack()),
            use.live());
        lost.put(use.pack(), use);
      } else {
        packs.put(use.pack(), Pack.open(file, use.pack(), use.end(), use.live()));
      }
    }
    for (var file : files.values()) {
      Files.delete(file);
    }
    goOnWithTheNewest();
  }

  private void goOnWithTheNewest() {
    var newest = packs.get(next - 1);
    if (newest != null && !newest.isDamaged() && newest.end() < full) {
      active = newest;
      reserved = newest.end();
    }
  }

  private static void closeQuietly(Pack pack) {
    try {
      pack.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A pack cannot be closed", e);
    }
  }

  // Writing.

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
        batch.pack().force();
      }
      batch.succeeded();
    } catch (IOException e) {
      failed(batch, DataFolder.translate("A pack cannot be written", e, ""));
    }
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

  // Reading.

  /**
   * The bytes of a place.
   *
   * @throws StoreException NOT_FOUND if they are not there any more, CORRUPT if they are not what
   *     was written
   */
  byte[] read(PackRef ref) {
    var pack = packs.get(ref.pack());
    if (pack == null) {
      if (retired.contains(ref.pack())) {
        throw moved(ref);
      }
      throw new StoreException(
          StoreException.Kind.CORRUPT, PackFormat.name(ref.pack()) + " is missing");
    }
    try {
      return pack.read(ref);
    } catch (ClosedChannelException e) {
      throw moved(ref);
    } catch (IOException e) {
      throw DataFolder.translate(ref + " cannot be read", e, "");
    }
  }

  private static StoreException moved(PackRef ref) {
    return new StoreException(StoreException.Kind.NOT_FOUND, ref + " has moved");
  }

  // Keeping count.

  /** Whether what is new may not refer to a pack. */
  boolean isClosing(int number) {
    var pack = packs.get(number);
    return pack == null || pack.isClosing();
  }

  /** What rows say of a pack, as of the last commit. */
  PackUse use(int number) {
    var pack = packs.get(number);
    return pack != null
        ? new PackUse(number, pack.live(), pack.end())
        : lost.getOrDefault(number, new PackUse(number, 0, PackFormat.FILE_HEAD));
  }

  /** Takes over what a commit left. */
  void committed(PackUse use) {
    var pack = packs.get(use.pack());
    if (pack != null) {
      pack.committed(use);
    } else {
      lost.computeIfPresent(use.pack(), (number, before) -> use);
    }
  }

  /** All packs that are there. */
  Collection<Pack> all() {
    return packs.values();
  }

  /** Packs that rows refer to and that are not there. */
  Collection<PackUse> lost() {
    return lost.values().stream().filter(use -> use.live() > 0).toList();
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
  void close(Pack pack) {
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

  /** Deletes a pack that no row refers to any more, durably. */
  void retire(Pack pack) throws IOException {
    retired.add(pack.number());
    packs.remove(pack.number());
    pack.delete();
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
    packs.values().forEach(Packs::closeQuietly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
