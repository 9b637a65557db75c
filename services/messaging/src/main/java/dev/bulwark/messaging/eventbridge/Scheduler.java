package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs rules at their times, by the installation's clock. Where the clock is moved over several
 * times of a rule it runs at each of them, up to a bound; times at which the program did not run
 * have passed, as they would have at AWS.
 */
final class Scheduler implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());
  private static final long IDLE_MILLIS = 60_000;
  private static final int MOST_MISSED = 1000;

  private final EventTables tables;
  private final Targeting targeting;
  private final EventMetrics metrics;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean news = true;
  private boolean closed;

  /** Until when each rule has run, by its key; the scheduler's thread alone. */
  private final Map<String, Instant> ranUntil = new HashMap<>();

  Scheduler(EventTables tables, Targeting targeting, EventMetrics metrics, Clock clock) {
    this.tables = tables;
    this.targeting = targeting;
    this.metrics = metrics;
    this.clock = clock;
  }

  void start() {
    var started = clock.instant();
    Thread.ofPlatform().daemon().name("eb-scheduler").start(() -> run(started));
  }

  /** Rules or the time have changed. */
  void look() {
    lock.lock();
    try {
      news = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run(Instant started) {
    while (true) {
      long next = IDLE_MILLIS;
      try {
        next = runDue(started) - clock.millis();
      } catch (StoreException e) {
        if (e.kind() == StoreException.Kind.CLOSED) {
          return;
        }
        LOG.log(System.Logger.Level.WARNING, "scheduled rules wait for the store", e);
      }
      if (!await(Math.min(next, IDLE_MILLIS))) {
        return;
      }
    }
  }

  private boolean await(long millis) {
    lock.lock();
    try {
      if (!closed && !news && millis > 0) {
        var unused = changed.await(millis, TimeUnit.MILLISECONDS);
      }
      news = false;
      return !closed;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Runs what is due, and returns when the next rule is. */
  private long runDue(Instant started) {
    long next = Long.MAX_VALUE;
    for (var rule : scheduled()) {
      var schedule = Schedule.parse(String.valueOf(rule.schedule()));
      if (schedule.isEmpty()) {
        continue;
      }
      var last =
          ranUntil.getOrDefault(rule.key(), rule.since().isAfter(started) ? rule.since() : started);
      if (last.isBefore(rule.since())) {
        last = rule.since();
      }
      var time = schedule.get().next(rule.since(), last);
      for (int i = 0;
          i < MOST_MISSED && time.isPresent() && !time.get().isAfter(clock.instant());
          i++) {
        fire(rule, time.get());
        ranUntil.put(rule.key(), time.get());
        time = schedule.get().next(rule.since(), time.get());
      }
      if (time.isPresent()) {
        next = Math.min(next, time.get().toEpochMilli());
      }
    }
    return next;
  }

  private List<RuleRecord> scheduled() {
    var found = new ArrayList<RuleRecord>();
    tables
        .store()
        .read(
            tx -> {
              tables.rules.forEach(
                  tx,
                  Scan.all(),
                  row -> {
                    if (row.value().schedule() != null && row.value().enabled()) {
                      found.add(row.value());
                    }
                  });
              return true;
            });
    return found;
  }

  private void fire(RuleRecord rule, Instant time) {
    var event =
        Events.of(
            rule.bus(), "aws.events", "Scheduled Event", time, List.of(rule.arn()), Json.object());
    metrics.triggered(rule);
    var deliveries =
        rule.targets().stream()
            .map(target -> targeting.prepare(rule, target, event, null))
            .toList();
    if (!deliveries.isEmpty()) {
      tables.store().run(tx -> deliveries.forEach(one -> targeting.write(tx, one)));
      targeting.added(deliveries);
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
