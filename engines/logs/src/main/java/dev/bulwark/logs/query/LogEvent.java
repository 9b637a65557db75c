package dev.bulwark.logs.query;

/**
 * An event that a query looks at.
 *
 * @param timestamp in milliseconds since the epoch
 * @param ingestionTime in milliseconds since the epoch
 * @param log the account and name of its group: {@code 123456789012:/app}
 * @param pointer by which the event is found again
 */
public record LogEvent(
    long timestamp,
    long ingestionTime,
    String message,
    String stream,
    String log,
    String pointer) {}
