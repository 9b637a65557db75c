package dev.bulwark.messaging;

import dev.bulwark.messaging.Outbox.Waiting;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is to be delivered: kept in the store until it is, and tried when it is due. Deliveries of
 * one lane take few of the turns, so that a receiver that does not answer holds up its own alone;
 * and what waits behind them is not looked at before there is a turn for it, however much it is.
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

  /**
   * How much may wait before {@link #isFull} says that nothing more is to be taken.
   *
   * @param lane in one lane
   * @param all in all of them
   */
  public record Limits(long lane, long all) {
    public static final Limits DEFAULT = new Limits(100_000, 1_000_000);
  }

  private static final System.Logger LOG = System.getLogger(Outbox.class.getName());
  private static final String BY_LANE = "lane";
  private static final long IDLE_MILLIS = 1000;
  private static final Duration AFTER_FAULT = Duration.ofSeconds(5);

  private final Store store;
  private final Table<R> table;
  private final Sequence numbers;
  private final Limits limits;
  private final Clock clock;
  private final Attempt<R> attempt;
  private final OutboxLanes lanes = new OutboxLanes();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closed;

  /**
   * An outbox.
   *
   * @param name of its table
   */
  public Outbox(
      Store store,
      String name,
      Class<R> type,
      Sequence numbers,
      Limits limits,
      Clock clock,
      Attempt<R> attempt) {
    this.store = store;
    this.table =
        store.table(
            TableSpec.json(
                name,
                type,
                Index.of(BY_LANE, one -> Key.of(one.lane(), Sequence.text(one.due())))));
    this.numbers = numbers;
    this.limits = limits;
    this.clock = clock;
    this.attempt = attempt;
    store.read(
        tx -> {
          table.forEach(tx, Scan.all(), row -> lanes.added(row.value().lane()));
          return true;
        });
  }

  /** Begins to deliver, also what a restart has interrupted. */
  public void start() {
    Thread.ofPlatform().daemon().name(table.name()).start(this::run);
  }

  /** The key of a new delivery. */
  public String newKey() {
    return Sequence.text(numbers.next());
  }

  /** Puts a delivery in; where it is a new one, {@link #added} is to follow. */
  public void put(WriteTx tx, String key, R delivery) {
    table.put(tx, key, delivery);
  }

  /** Takes a delivery out: the one that is being attempted. */
  public void remove(WriteTx tx, String key) {
    table.delete(tx, key);
  }

  /** New deliveries are durable. */
  public void added(List<R> deliveries) {
    change(() -> deliveries.forEach(one -> lanes.added(one.lane())));
  }

  /**
   * Whether so much waits that nothing more is to be taken: for this lane, or at all. Those who add
   * are to ask before; what was begun by then may come on top.
   */
  public boolean isFull(String lane) {
    lock.lock();
    try {
      return lanes.waiting(lane) >= limits.lane() || lanes.waiting() >= limits.all();
    } finally {
      lock.unlock();
    }
  }

  /** Whether so much waits in all lanes together that nothing more is to be taken. */
  public boolean isFull() {
    lock.lock();
    try {
      return lanes.waiting() >= limits.all();
    } finally {
      lock.unlock();
    }
  }

  /** How much waits, by lane. */
  public Map<String, Long> waiting() {
    lock.lock();
    try {
      return lanes.all();
    } finally {
      lock.unlock();
    }
  }

  /** The time has changed. */
  public void wake() {
    change(() -> {});
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (true) {
      try {
        var lane = awaitLane();
        if (lane == null) {
          return;
        }
        dispatch(lane);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The next lane that is to be looked at; null at the end. */
  private @Nullable String awaitLane() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        long now = clock.millis();
        var lane = lanes.takeReady(now);
        if (lane != null) {
          return lane;
        }
        long wait = Math.min(lanes.next(now) - now, IDLE_MILLIS);
        var unused = changed.await(Math.max(wait, 1), TimeUnit.MILLISECONDS);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Begins with what of a lane is due, as far as there are turns. */
  private void dispatch(String lane) {
    int most;
    long waiting;
    lock.lock();
    try {
      waiting = lanes.waiting(lane);
      // Those under way are among the first.
      most = lanes.underWay(lane) + Math.max(lanes.room(lane), 1);
    } finally {
      lock.unlock();
    }
    List<Entry<R>> rows;
    try {
      rows =
          store.read(
              tx -> table.scanByIndex(tx, BY_LANE, Scan.prefix(Key.prefix(lane)).limit(most)));
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "deliveries wait for the store", e);
      }
      lookAt(clock.millis() + AFTER_FAULT.toMillis(), lane);
      return;
    }
    if (rows.isEmpty()) {
      forget(lane, waiting);
    }
    for (var row : rows) {
      if (row.value().due() > clock.millis()) {
        lookAt(row.value().due(), lane);
        return;
      }
      if (enter(lane, row.key())) {
        Thread.ofVirtual().name("delivery").start(() -> attempt(row.key(), lane));
      }
    }
  }

  /** Where rows have gone by other ways, as when a laboratory forgets all. */
  private void forget(String lane, long waiting) {
    change(() -> lanes.forget(lane, waiting));
  }

  private boolean enter(String lane, String key) {
    lock.lock();
    try {
      return lanes.room(lane) > 0 && lanes.enter(lane, key);
    } finally {
      lock.unlock();
    }
  }

  private void lookAt(long time, String lane) {
    change(() -> lanes.lookAt(time, lane));
  }

  private void attempt(String key, String lane) {
    boolean gone = false;
    try {
      var delivery = table.get(key);
      if (delivery != null && delivery.due() <= clock.millis()) {
        attempt.run(key, delivery);
      }
      gone = delivery == null || table.get(key) == null;
    } catch (RuntimeException e) {
      if (!(e instanceof StoreException fault) || fault.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "a delivery will be tried again", e);
      }
      rest();
    } finally {
      leave(lane, key, gone);
    }
  }

  /** It is still due, and at once it would fail the same way. */
  private void rest() {
    change(lanes::rest);
    LockSupport.parkNanos(AFTER_FAULT.toNanos());
    change(lanes::resume);
  }

  private void leave(String lane, String key, boolean gone) {
    change(() -> lanes.leave(lane, key, gone));
  }

  @Override
  public void close() {
    change(() -> closed = true);
  }
}
