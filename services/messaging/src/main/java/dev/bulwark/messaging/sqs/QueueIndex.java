package dev.bulwark.messaging.sqs;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one queue in memory: which of them can be received now, and when the others can.
 * Contents stay on the disk. Times are in milliseconds; belongs to who holds its queue's lock.
 */
abstract class QueueIndex {
  /** A message, as far as it matters for receiving it. */
  static final class Held {
    final long number;
    final long keptFrom;
    final @Nullable String groupId;
    int received;
    long firstReceived;
    long lastReceived;
    long visibleFrom;
    State state = State.DELAYED;

    Held(long number, MessageRecord record, @Nullable ReceiptRecord receipt) {
      this.number = number;
      this.keptFrom = record.keptFrom();
      this.groupId = record.groupId();
      this.received = receipt == null ? record.received() : receipt.received();
      this.firstReceived = receipt == null ? record.firstReceived() : receipt.firstReceived();
      this.lastReceived = receipt == null ? 0 : receipt.lastReceived();
      this.visibleFrom = receipt == null ? record.visibleFrom() : receipt.visibleFrom();
    }

    ReceiptRecord receipt() {
      return new ReceiptRecord(received, firstReceived, lastReceived, visibleFrom);
    }
  }

  enum State {
    /** Was sent with a delay that is not over. */
    DELAYED,
    READY,
    /** Was received, and is invisible. */
    IN_FLIGHT
  }

  private record Due(long time, Held held) {}

  private final TreeMap<Long, Held> all = new TreeMap<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::time));
  private int inFlight;
  private int delayed;

  /** Adds a message, unless it is there. */
  final void add(Held held, long now) {
    if (all.putIfAbsent(held.number, held) == null) {
      added(held);
      delayed++;
      if (held.lastReceived > 0) {
        enter(held, State.IN_FLIGHT);
      }
      settle(held, now);
    }
  }

  final @Nullable Held get(long number) {
    return all.get(number);
  }

  final void remove(Held held) {
    if (all.remove(held.number, held)) {
      count(held.state, -1);
      removed(held);
    }
  }

  /** Hides a message until a time, as of a receive or a change of its visibility. */
  final void hide(Held held, long until, long now) {
    held.visibleFrom = until;
    enter(held, State.IN_FLIGHT);
    settle(held, now);
  }

  private void settle(Held held, long now) {
    if (held.visibleFrom <= now) {
      enter(held, State.READY);
    } else {
      due.add(new Due(held.visibleFrom, held));
    }
  }

  private void enter(Held held, State state) {
    var before = held.state;
    count(before, -1);
    count(state, 1);
    held.state = state;
    changed(held, before);
  }

  private void count(State state, int change) {
    switch (state) {
      case DELAYED -> delayed += change;
      case IN_FLIGHT -> inFlight += change;
      case READY -> {}
    }
  }

  /** Makes ready what is due. */
  final void advance(long now) {
    for (var first = due.peek(); first != null && first.time() <= now; first = due.peek()) {
      due.poll();
      var held = first.held();
      if (held.visibleFrom == first.time()
          && held.state != State.READY
          && all.get(held.number) == held) {
        enter(held, State.READY);
      }
    }
  }

  /** When the next message becomes ready by itself; never, where none does. */
  final long nextDue() {
    var first = due.peek();
    return first == null ? Long.MAX_VALUE : first.time();
  }

  final Iterable<Held> all() {
    return all.values();
  }

  final int size() {
    return all.size();
  }

  final int inFlight() {
    return inFlight;
  }

  final int delayed() {
    return delayed;
  }

  final int ready() {
    return all.size() - inFlight - delayed;
  }

  final @Nullable Held oldest() {
    var first = all.firstEntry();
    return first == null ? null : first.getValue();
  }

  final long lastNumber() {
    return all.isEmpty() ? 0 : all.lastKey();
  }

  /** Chooses messages one after the other, each of which is hidden or removed before the next. */
  interface Chooser {
    @Nullable Held next();
  }

  abstract Chooser chooser();

  abstract void added(Held held);

  /** The message's state is another one than before. */
  abstract void changed(Held held, State before);

  abstract void removed(Held held);

  /** Any message, in the order in which they came. */
  static final class Standard extends QueueIndex {
    private final TreeMap<Long, Held> ready = new TreeMap<>();

    @Override
    Chooser chooser() {
      return () -> ready.isEmpty() ? null : ready.firstEntry().getValue();
    }

    @Override
    void added(Held held) {}

    @Override
    void changed(Held held, State before) {
      if (held.state == State.READY) {
        ready.put(held.number, held);
      } else {
        ready.remove(held.number);
      }
    }

    @Override
    void removed(Held held) {
      ready.remove(held.number);
    }
  }
}
