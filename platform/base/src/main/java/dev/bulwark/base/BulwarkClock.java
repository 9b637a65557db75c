package dev.bulwark.base;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one source of time, in UTC: a base clock plus an offset that {@link #advance} moves. Every
 * service takes its time from here, so that a lab can travel in time and a test can stand still.
 */
public final class BulwarkClock extends Clock {

  private static final Duration FURTHEST = Duration.ofDays(366L * 200);

  private final Clock base;
  private final ZoneId zone;
  private final AtomicLong offset;
  private final List<Runnable> listeners;

  private BulwarkClock(Clock base, ZoneId zone, AtomicLong offset, List<Runnable> listeners) {
    this.base = base;
    this.zone = zone;
    this.offset = offset;
    this.listeners = listeners;
  }

  /** Runs with the machine's time. */
  public static BulwarkClock system() {
    return over(Clock.systemUTC());
  }

  /** Stands still at {@code instant} until {@link #advance} moves it. */
  public static BulwarkClock fixed(Instant instant) {
    return over(Clock.fixed(instant, ZoneOffset.UTC));
  }

  private static BulwarkClock over(Clock base) {
    return new BulwarkClock(base, ZoneOffset.UTC, new AtomicLong(), new CopyOnWriteArrayList<>());
  }

  /**
   * Moves this clock, and every clock made of it by {@link #withZone}, forward.
   *
   * @return the time after the move
   * @throws IllegalArgumentException if {@code by} is negative (stored times must stay in the
   *     past), or takes the clock more than 200 years from its base
   */
  public Instant advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("The clock moves forward only, not by " + by);
    }
    if (by.compareTo(FURTHEST) > 0) {
      throw new IllegalArgumentException("The clock cannot be moved by " + by);
    }
    long nanos = by.toNanos();
    offset.updateAndGet(
        now -> {
          if (nanos > FURTHEST.toNanos() - now) {
            throw new IllegalArgumentException("The clock cannot be moved by " + by);
          }
          return now + nanos;
        });
    listeners.forEach(Runnable::run);
    return instant();
  }

  /**
   * Has {@code listener} told of each move, after it: for those who wait until a time. It is to be
   * quick, and does not throw.
   */
  public void onMove(Runnable listener) {
    listeners.add(listener);
  }

  /** The clock that this one runs with, which {@link #advance} does not move. */
  public Clock base() {
    return base;
  }

  /** How far this clock is ahead of its base. */
  public Duration offset() {
    return Duration.ofNanos(offset.get());
  }

  /** Takes back every {@link #advance}; for a lab that forgets everything. */
  public void reset() {
    offset.set(0);
    listeners.forEach(Runnable::run);
  }

  @Override
  public Instant instant() {
    return base.instant().plusNanos(offset.get());
  }

  @Override
  public long millis() {
    return instant().toEpochMilli();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new BulwarkClock(base, other, offset, listeners);
  }
}
