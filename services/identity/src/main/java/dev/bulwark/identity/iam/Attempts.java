package dev.bulwark.identity.iam;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Slows guessing down: after some failures in a row every further attempt waits, twice as long each
 * time. A day without an attempt makes up for them. Kept in memory: who restarts the program may
 * try again.
 */
public final class Attempts {
  private static final int MOST_KEYS = 20_000;
  private static final int MOST_DOUBLINGS = 16;
  private static final Duration REMEMBERED = Duration.ofDays(1);

  /** How often it failed in a row, when an attempt counts again, and when the last one was. */
  private record Failures(int count, Instant pausedUntil, Instant last) {}

  private final int free;
  private final Duration firstPause;
  private final Duration longestPause;
  private final Cache<String, Failures> failures =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).executor(Runnable::run).build();

  /**
   * @param free failures without consequence
   * @param firstPause after one more
   */
  public Attempts(int free, Duration firstPause, Duration longestPause) {
    this.free = free;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
  }

  /**
   * Whether an attempt may be made. It counts as a failure until {@link #succeeded}, so that
   * attempts at the same time do not get in unnoticed.
   *
   * @param key whose secret it is that is guessed at
   */
  public boolean begin(String key, Instant now) {
    var allowed = new AtomicBoolean(true);
    failures
        .asMap()
        .compute(
            key,
            (k, known) -> {
              if (known != null && now.isBefore(known.pausedUntil())) {
                allowed.set(false);
                return known;
              }
              int count = known == null || isForgotten(known, now) ? 1 : known.count() + 1;
              return new Failures(count, now.plus(pause(count)), now);
            });
    return allowed.get();
  }

  private static boolean isForgotten(Failures known, Instant now) {
    return known.last().plus(REMEMBERED).isBefore(now);
  }

  private Duration pause(int count) {
    if (count <= free) {
      return Duration.ZERO;
    }
    var pause = firstPause.multipliedBy(1L << Math.min(MOST_DOUBLINGS, count - free - 1));
    return pause.compareTo(longestPause) > 0 ? longestPause : pause;
  }

  /** The last attempt was right, and is no failure; those before it stay. */
  public void excused(String key) {
    failures
        .asMap()
        .computeIfPresent(
            key,
            (k, known) ->
                known.count() == 1
                    ? null
                    : new Failures(known.count() - 1, known.last(), known.last()));
  }

  /** The last attempt was right: earlier failures are forgotten. */
  public void succeeded(String key) {
    failures.invalidate(key);
  }
}
