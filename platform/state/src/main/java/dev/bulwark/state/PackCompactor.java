package dev.bulwark.state;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives back the space of what is not referred to any more: deletes packs in which nothing is live,
 * and where there is more garbage than live bytes, moves what is live out of the pack that has the
 * least of it. On a thread of its own, a few records at a time.
 *
 * <p>A pack takes no more before it is cleared out, and is deleted only when every transaction that
 * could have referred to it is over and the count of what is live says none.
 */
final class PackCompactor {

  /**
   * How large packs are.
   *
   * @param full the length at which a pack is followed by the next
   * @param slack garbage that is let be, in bytes
   */
  record Sizes(int full, long slack) {
    static final Sizes USUAL = new Sizes(64 << 20, 64L << 20);
  }

  private static final System.Logger LOG = System.getLogger(PackCompactor.class.getName());

  /** What is moved in one transaction. */
  private static final int BATCH_BYTES = 256 << 10;

  private static final int BATCH_RECORDS = 64;
  private static final long PAUSE_NANOS = 200_000_000;
  private static final long RETRY_NANOS = 10_000_000_000L;

  private final SqliteStore store;
  private final Packs packs;
  private final Sizes sizes;
  private final Thread thread;
  private final AtomicBoolean due = new AtomicBoolean();
  private volatile boolean closing;

  PackCompactor(SqliteStore store, Packs packs, Sizes sizes) {
    this.store = store;
    this.packs = packs;
    this.sizes = sizes;
    this.thread = Thread.ofPlatform().name("bulwark-compactor").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Called by the writer after each commit. */
  void committed() {
    if (!due.get() && due.compareAndSet(false, true)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!closing) {
      if (!due.compareAndSet(true, false)) {
        LockSupport.park(this);
        continue;
      }
      // What many commits leave is looked at once.
      pause(PAUSE_NANOS);
      for (var pack = next(); pack.isPresent() && !closing; pack = next()) {
        if (!clearOut(pack.get())) {
          pause(RETRY_NANOS);
          break;
        }
      }
    }
  }

  private void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long rest = nanos; rest > 0 && !closing; rest = end - System.nanoTime()) {
      LockSupport.parkNanos(this, rest);
    }
  }

  /** False where it is to be tried again later. */
  private boolean clearOut(Pack pack) {
    try {
      moveAndDelete(pack);
      return true;
    } catch (RuntimeException | IOException e) {
      if (closing) {
        return false;
      }
      LOG.log(System.Logger.Level.ERROR, "A pack cannot be cleared out", e);
      if (e instanceof StoreException failure && failure.kind() == StoreException.Kind.CORRUPT) {
        pack.setDamaged();
        return true;
      }
      return false;
    }
  }

  /** The pack that should go next. */
  private Optional<Pack> next() {
    long live = 0;
    long garbage = 0;
    var active = packs.active();
    for (var pack : packs.all()) {
      if (pack != active && !pack.isDamaged() && pack.live() == 0) {
        return Optional.of(pack);
      }
      live += pack.live();
      garbage += pack.garbage();
    }
    return garbage <= Math.max(sizes.slack(), live)
        ? Optional.empty()
        : packs.all().stream()
            .filter(pack -> !pack.isDamaged() && pack.garbage() > 0)
            .min(Comparator.comparingDouble(pack -> (double) pack.live() / pack.end()));
  }

  private void moveAndDelete(Pack pack) throws IOException {
    packs.leave(pack);
    // Transactions that began to refer to it before are over after this.
    store.flush();
    if (pack.live() > 0) {
      moveAll(pack);
    }
    if (pack.live() > 0) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          PackFormat.name(pack.number()) + " has less in it than rows refer to");
    }
    store.run(tx -> Transaction.update(tx, Sql.DELETE_PACK, pack.number()));
    packs.retire(pack);
  }

  private void moveAll(Pack pack) throws IOException {
    var some = new ArrayList<PackFormat.Head>();
    int size = 0;
    int last = pack.end();
    for (int at = PackFormat.FILE_HEAD; at < last; ) {
      var head = pack.head(at, last);
      some.add(head);
      size += head.ref().length();
      if (size >= BATCH_BYTES || some.size() == BATCH_RECORDS) {
        move(some);
        some.clear();
        size = 0;
      }
      at = head.ref().end();
    }
    move(some);
  }

  private void move(List<PackFormat.Head> records) {
    if (closing) {
      throw new StoreException(StoreException.Kind.CLOSED, "The store is closed");
    }
    record Move(SqlTable<?> table, byte[] key, PackRef from, Attachment to) {}
    var moves = new ArrayList<Move>();
    for (var record : store.read(tx -> live(tx, records))) {
      var name = Attachments.tableOf(record.owner());
      var key = Attachments.keyOf(record.owner(), name);
      var content = packs.read(record.ref());
      moves.add(
          new Move(table(name), key, record.ref(), Attachment.of(packs, record.owner(), content)));
    }
    if (!moves.isEmpty()) {
      store.run(
          tx -> {
            for (var move : moves) {
              move.table().moveAttachment(tx, move.key(), move.from(), move.to());
            }
          });
    }
  }

  /** Those that a row refers to. */
  private List<PackFormat.Head> live(ReadTx tx, List<PackFormat.Head> records) {
    return records.stream()
        .filter(
            record -> {
              var name = Attachments.tableOf(record.owner());
              var key = Attachments.keyOf(record.owner(), name);
              return table(name).refers(tx, key, record.ref());
            })
        .toList();
  }

  private SqlTable<?> table(String name) {
    var table = store.declared(name);
    if (table == null) {
      throw new StoreException(StoreException.Kind.IO, "There is no table " + name);
    }
    return table;
  }

  /** Ends what it does after the few records at hand. */
  void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      LockSupport.unpark(thread);
      try {
        thread.join(100);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
