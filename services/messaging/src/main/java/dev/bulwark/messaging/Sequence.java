package dev.bulwark.messaging;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers that grow, across restarts too: the machine's time in microseconds, or one more than the
 * last where that is more.
 */
public final class Sequence {
  private final AtomicLong last = new AtomicLong();

  /** The next number. */
  public long next() {
    long now = System.currentTimeMillis() * 1000;
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }

  /** Makes all further numbers greater than this one. */
  public void passed(long number) {
    last.accumulateAndGet(number, Math::max);
  }

  /** A number as text that sorts as numbers do. */
  public static String text(long number) {
    var digits = Long.toString(number);
    return "0".repeat(19 - digits.length()) + digits;
  }
}
