package dev.bulwark.monitoring.logs;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A place in the order of events: by timestamp, then by arrival, then within what arrived together.
 * Written with 56 digits, as AWS's ids of events are.
 *
 * @param arrival of what the event arrived with, growing
 */
record Position(long timestamp, long arrival, int index) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::timestamp)
          .thenComparingLong(Position::arrival)
          .thenComparingInt(Position::index);
  private static final Pattern DIGITS = Pattern.compile("\\d{56}");

  /** Before all events of a time. */
  static Position before(long timestamp) {
    return new Position(timestamp, -1, 0);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  String text() {
    return "%016d%022d%018d".formatted(timestamp, arrival + 1, index);
  }

  /**
   * What {@link #text} wrote.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameterException for other texts
   */
  static Position parse(String text) {
    if (!DIGITS.matcher(text).matches()) {
      throw LogsErrors.invalidToken();
    }
    try {
      return new Position(
          Long.parseLong(text.substring(0, 16)),
          Long.parseLong(text.substring(16, 38)) - 1,
          Integer.parseInt(text.substring(38)));
    } catch (NumberFormatException e) {
      throw LogsErrors.invalidToken();
    }
  }
}
