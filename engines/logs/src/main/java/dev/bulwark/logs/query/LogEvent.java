package dev.bulwark.logs.query;

import java.util.Set;

/**
 * An event that a query looks at.
 *
 * @param timestamp in milliseconds since the epoch
 * @param ingestionTime in milliseconds since the epoch
 * @param log the account and name of its group: {@code 123456789012:/app}
 * @param pointer by which the event is found again
 */
public record LogEvent(
    long timestamp, long ingestionTime, String message, String stream, String log, String pointer) {

  /**
   * The fields that queries find in a message that is JSON, by their paths; none in another. Of
   * many the first 200.
   */
  public static Set<String> discoveredFields(String message) {
    return new LogRecord(new LogEvent(0, 0, message, "", "", "")).discovered().keySet();
  }
}
