package dev.bulwark.storage.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When rules act: at midnights UTC.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html">Lifecycle
 *     configuration elements</a>
 */
final class LifecycleTimes {
  private LifecycleTimes() {}

  /** The midnight at which something is that many days old, or the next one. */
  static Instant after(long since, int days) {
    var exact = Instant.ofEpochMilli(since).plus(Duration.ofDays(days));
    var midnight = exact.truncatedTo(ChronoUnit.DAYS);
    return midnight.equals(exact) ? exact : midnight.plus(Duration.ofDays(1));
  }

  /** When an action of days or a date is due; null where it has neither. */
  static @Nullable Instant due(@Nullable Integer days, @Nullable Instant date, long since) {
    return days != null ? after(since, days) : date;
  }

  /** Whether an action of days or a date is due by now. */
  static boolean isDue(@Nullable Integer days, @Nullable Instant date, long since, Instant now) {
    var due = due(days, date, since);
    return due != null && !due.isAfter(now);
  }
}
