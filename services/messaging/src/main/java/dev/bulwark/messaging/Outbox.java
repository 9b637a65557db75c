package dev.bulwark.messaging;

import dev.bulwark.messaging.Outbox.Waiting;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Index;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is to be delivered: kept in the store until it is, and tried when it is due. Deliveries of
 * one lane take few of the turns, so that a receiver that does not answer holds up its own alone.
 *
 * @param <R> a delivery as stored
 */
public final class Outbox<R extends Waiting> implements AutoCloseable {
  /** A delivery. */
  public interface Waiting {
    /** When it is to be tried, in milliseconds. */
    long due();

    /** Whose deliveries it may hold up. */
    String lane();
  }

  /** Tries a delivery; afterwards it has left the outbox, or is due at another time. */
  @FunctionalInterface
  public interface Attempt<R> {
    void run(String key, R delivery);
  }

  private static final System.Logger LOG = System.getLogger(Outbox.class.getName());
  private static final String BY_DUE = "due";
  private static final int MOST_AT_ONCE = 64;
  private static final int MOST_OF_LANE = 8;
  private static final int SCAN = 500;
  private static final long IDLE_MILLIS = 1000;

  private final Store store;
  private final Table<R> table;
  private final Sequence numbers;
  private final Clock clock;
  private final Attempt<R> attempt;
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE);
  private final Set<String> underWay = new HashSet<>();
  private final Map<String, Integer> lanes = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean news = true;
  private boolean closed;

  /**
   * An outbox.
   *
   * @param name of its table
   */
  public Outbox(
      Store store, String name, Class<R> type, Sequence numbers, Clock clock, Attempt<R> attempt) {
    this.store = store;
    this.table =
        store.table(TableSpec.json(name, type, Index.of(BY_DUE, one -> Sequence.text(one.due()))));
    this.numbers = numbers;
    this.clock = clock;
    this.attempt = attempt;
  }

  /** Begins to deliver, also what a restart has interrupted. */
  public void start() {
    Thread.ofPlatform().daemon().name(table.name()).start(this::run);
  }

  /** The key of a new delivery. */
  public String newKey() {
    return Sequence.text(numbers.next());
  }

  /** Puts a delivery in; {@link #wake} is to follow once that is durable. */
  public void put(WriteTx tx, String key, R delivery) {
    table.put(tx, key, delivery);
  }

  /** Takes a delivery out. */
  public void remove(WriteTx tx, String key) {
    table.delete(tx, key);
  }

  /** There may be something to deliver. */
  public void wake() {
    lock.lock();
    try {
      news = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (true) {
      try {
        long next = dispatch();
        if (!await(next)) {
          return;
        }
      } catch (StoreException e) {
        if (e.kind() == StoreException.Kind.CLOSED) {
          return;
        }
        LOG.log(System.Logger.Level.WARNING, "deliveries wait for the store", e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits until that time, or for news; false at the end. */
  private boolean await(long until) throws InterruptedException {
    lock.lock();
    try {
      long wait = Math.min(until - clock.millis(), IDLE_MILLIS);
      if (!closed && !news && wait > 0) {
        var unused = changed.await(wait, TimeUnit.MILLISECONDS);
      }
      news = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Begins with what is due, and returns when the next delivery is. */
  private long dispatch() throws InterruptedException {
    String after = null;
    while (true) {
      var from = after;
      var rows =
          store.read(tx -> table.scanByIndex(tx, BY_DUE, Scan.all().after(from).limit(SCAN)));
      for (var row : rows) {
        if (row.value().due() > clock.millis()) {
          return row.value().due();
        }
        begin(row);
      }
      if (rows.size() < SCAN) {
        return Long.MAX_VALUE;
      }
      after = rows.getLast().cursor();
    }
  }

  private void begin(Entry<R> row) throws InterruptedException {
    var lane = row.value().lane();
    if (enter(row.key(), lane)) {
      turns.acquire();
      Thread.ofVirtual().name("delivery").start(() -> attempt(row.key(), lane));
    }
  }

  private boolean enter(String key, String lane) {
    lock.lock();
    try {
      if (lanes.getOrDefault(lane, 0) >= MOST_OF_LANE || !underWay.add(key)) {
        return false;
      }
      lanes.merge(lane, 1, Integer::sum);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void attempt(String key, String lane) {
    try {
      var delivery = table.get(key);
      if (delivery != null && delivery.due() <= clock.millis()) {
        attempt.run(key, delivery);
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a delivery will be tried again", e);
    } finally {
      leave(key, lane);
      turns.release();
    }
  }

  private void leave(String key, String lane) {
    lock.lock();
    try {
      underWay.remove(key);
      lanes.computeIfPresent(lane, (any, count) -> count == 1 ? null : count - 1);
      news = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
