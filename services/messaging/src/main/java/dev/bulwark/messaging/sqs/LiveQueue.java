package dev.bulwark.messaging.sqs;

import dev.bulwark.service.MetricPublisher.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A queue at work: its index, who waits for messages, and what is being received. Thread-safe.
 * Times are in milliseconds.
 */
final class LiveQueue {
  /**
   * A message that was chosen for a receive.
   *
   * @param before what to put back where the receive fails
   */
  record Taken(QueueIndex.Held held, ReceiptRecord before, ReceiptRecord receipt) {
    long number() {
      return held.number;
    }
  }

  /**
   * What a receive found.
   *
   * @param dead messages that were received too often
   * @param full whether too many messages are in flight
   * @param version for {@link LiveQueue#await}
   */
  record Found(List<Taken> taken, List<Taken> dead, boolean full, long version) {
    boolean isEmpty() {
      return taken.isEmpty() && dead.isEmpty();
    }
  }

  /** Approximate in name alone. */
  record Counts(int visible, int inFlight, int delayed) {}

  static final int MOST_IN_FLIGHT = 120_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Source source;
  private final QueueIndex index;

  /** What was kept too long and has still to be deleted from the store. */
  private final List<Long> expired = new ArrayList<>();

  private long versions;
  private boolean closed;
  private volatile long lastUsed;

  LiveQueue(Source source, QueueIndex index) {
    this.source = source;
    this.index = index;
  }

  /** As what its metrics are published. */
  Source source() {
    return source;
  }

  /** Notes that somebody uses it. */
  void use(long now) {
    lastUsed = now;
  }

  boolean isUsedSince(long time) {
    return lastUsed >= time;
  }

  /** Adds messages that are durable. */
  void arrive(List<QueueIndex.Held> messages, long now) {
    lock.lock();
    try {
      messages.forEach(message -> index.add(message, now));
      tell();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Chooses messages and hides them.
   *
   * @param deadAfter how many receives make a message a dead letter; 0 where none does, negative
   *     where each one is
   */
  Found take(int most, long visibility, int deadAfter, long keptSince, long now) {
    lock.lock();
    try {
      index.advance(now);
      var taken = new ArrayList<Taken>(most);
      var dead = new ArrayList<Taken>(0);
      var chooser = index.chooser();
      while (taken.size() < most && dead.size() < most) {
        if (index.inFlight() >= MOST_IN_FLIGHT) {
          return new Found(taken, dead, true, versions);
        }
        var held = chooser.next();
        if (held == null) {
          break;
        }
        var before = held.receipt();
        if (held.keptFrom <= keptSince) {
          index.remove(held);
          expired.add(held.number);
        } else if (deadAfter != 0 && held.received >= deadAfter) {
          index.remove(held);
          dead.add(new Taken(held, before, before));
        } else {
          taken.add(received(held, before, now + visibility, now));
        }
      }
      return new Found(taken, dead, false, versions);
    } finally {
      lock.unlock();
    }
  }

  private Taken received(QueueIndex.Held held, ReceiptRecord before, long until, long now) {
    held.received++;
    held.lastReceived = now;
    if (held.firstReceived == 0) {
      held.firstReceived = now;
    }
    // Hidden even for no time at all, so that one receive does not take a message twice.
    index.hide(held, Math.max(until, now + 1), now);
    return new Taken(held, before, held.receipt());
  }

  /** Puts back what a receive that failed has taken. */
  void putBack(List<Taken> taken, long now) {
    lock.lock();
    try {
      for (var one : taken) {
        var held = one.held();
        held.received = one.before().received();
        held.firstReceived = one.before().firstReceived();
        held.lastReceived = one.before().lastReceived();
        if (index.get(held.number) == null) {
          held.visibleFrom = one.before().visibleFrom();
          index.add(held, now);
        } else {
          index.hide(held, one.before().visibleFrom(), now);
        }
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  /** What is known of a message; null where it is gone. */
  @Nullable ReceiptRecord find(long number) {
    lock.lock();
    try {
      var held = index.get(number);
      return held == null ? null : held.receipt();
    } finally {
      lock.unlock();
    }
  }

  /** Hides a message until another time, which is durable. */
  void hide(long number, long until, long now) {
    lock.lock();
    try {
      var held = index.get(number);
      if (held != null) {
        index.hide(held, until, now);
        tell();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Forgets messages that are gone from the store. */
  void remove(List<Long> numbers) {
    lock.lock();
    try {
      for (var number : numbers) {
        var held = index.get(number);
        if (held != null) {
          index.remove(held);
        }
      }
      tell();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the messages that are kept since that time or longer, and returns their numbers. */
  List<Long> expire(long keptSince) {
    var numbers = removeIf(held -> held.keptFrom <= keptSince);
    lock.lock();
    try {
      numbers.addAll(expired);
      expired.clear();
    } finally {
      lock.unlock();
    }
    return numbers;
  }

  /** Forgets the messages up to a number. */
  void removeThrough(long number) {
    removeIf(held -> held.number <= number);
  }

  private List<Long> removeIf(Predicate<QueueIndex.Held> test) {
    lock.lock();
    try {
      var found = new ArrayList<QueueIndex.Held>();
      for (var held : index.all()) {
        if (test.test(held)) {
          found.add(held);
        }
      }
      found.forEach(index::remove);
      if (!found.isEmpty()) {
        tell();
      }
      return new ArrayList<>(found.stream().map(held -> held.number).toList());
    } finally {
      lock.unlock();
    }
  }

  /** The number of the newest message. */
  long lastNumber() {
    lock.lock();
    try {
      return index.lastNumber();
    } finally {
      lock.unlock();
    }
  }

  Counts counts(long now) {
    lock.lock();
    try {
      index.advance(now);
      return new Counts(index.ready(), index.inFlight(), index.delayed());
    } finally {
      lock.unlock();
    }
  }

  /** For how long the message that is there longest is kept; 0 where there is none. */
  long oldestAge(long now) {
    lock.lock();
    try {
      var oldest = index.oldest();
      return oldest == null ? 0 : Math.max(0, now - oldest.keptFrom);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something has changed since a look that found nothing, or may have at that time;
   * false where the queue is gone.
   */
  boolean await(long version, long until, long now) throws InterruptedException {
    lock.lock();
    try {
      long time = Math.min(until, index.nextDue()) - now;
      if (!closed && version == versions && time > 0) {
        var unused = changed.await(time, TimeUnit.MILLISECONDS);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void tell() {
    versions++;
    changed.signalAll();
  }

  /** Has those who wait look again. */
  void wake() {
    lock.lock();
    try {
      tell();
    } finally {
      lock.unlock();
    }
  }

  /** The queue is deleted. */
  void close() {
    lock.lock();
    try {
      closed = true;
      tell();
    } finally {
      lock.unlock();
    }
  }
}
