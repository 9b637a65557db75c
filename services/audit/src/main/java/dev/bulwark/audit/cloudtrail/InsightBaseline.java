package dev.bulwark.audit.cloudtrail;

import dev.bulwark.state.ReadTx;
import java.util.Map;

/**
 * What was usual in the seven days before a minute.
 *
 * @param minutes how long that is
 * @param squares the sum of the squares of the minutes' counts
 * @param days the greatest count of a minute, for each day back from that minute
 */
record InsightBaseline(long minutes, MinuteCounts counts, double squares, long[] days) {
  static final long LONGEST = 7L * 24 * 60;

  /** Fewer calls in a minute are never unusual. */
  private static final int LEAST = 5;

  /** By how many standard deviations an unusual minute exceeds the average. */
  private static final double DEVIATIONS = 6;

  /** What happened on as many days, or nearly, is usual. */
  private static final int USUAL_DAYS = 2;

  private static final double NEARLY = 0.8;
  private static final int DAYS = 7;
  private static final long MINUTES_OF_DAY = 24L * 60;

  /**
   * Reads it.
   *
   * @param before the minute
   * @param since from which minute on the series was counted
   */
  static InsightBaseline read(
      InsightTables tables, ReadTx tx, InsightSeries series, long before, long since) {
    long first = Math.max(before - LONGEST, since);
    var sum =
        new Object() {
          MinuteCounts counts = MinuteCounts.NONE;
          double squares;
        };
    var days = new long[DAYS];
    tables.eachHour(
        tx,
        series,
        first / InsightTables.MINUTES_OF_HOUR,
        (hour, row) -> {
          if (hour * InsightTables.MINUTES_OF_HOUR > before) {
            return;
          }
          long inside = 0;
          for (var entry : row.minutes().entrySet()) {
            long minute = hour * InsightTables.MINUTES_OF_HOUR + entry.getKey();
            long count = entry.getValue();
            if (minute >= first && minute < before) {
              inside += count;
              sum.squares += (double) count * count;
              int day = (int) ((before - 1 - minute) / MINUTES_OF_DAY);
              days[day] = Math.max(days[day], count);
            }
          }
          // Attributes are kept by the hour: an hour that lies half inside tells of both halves.
          if (inside > 0) {
            sum.counts = sum.counts.plus(new MinuteCounts(inside, row.attributes()));
          }
        });
    return new InsightBaseline(
        Math.clamp(before - first, 1, LONGEST), sum.counts, sum.squares, days);
  }

  double average() {
    return (double) counts.count() / minutes;
  }

  /** The count from which on a minute is unusual. */
  double threshold() {
    double average = average();
    double variance = Math.max(0, squares / minutes - average * average);
    // Of rare events the variance is the average, whatever few of them say.
    double deviation = Math.sqrt(Math.max(variance, average));
    return Math.max(LEAST, average + DEVIATIONS * deviation);
  }

  /** Whether a count is beyond what happened in this time. */
  boolean isUnusual(long count) {
    if (count < threshold()) {
      return false;
    }
    int like = 0;
    for (long most : days) {
      if (most >= NEARLY * count) {
        like++;
      }
    }
    return like < USUAL_DAYS;
  }

  /** Whether a count could be unusual at all. */
  static boolean isWorthALook(long count) {
    return count >= LEAST;
  }

  Map<String, Map<String, Long>> attributes() {
    return counts.attributes();
  }
}
