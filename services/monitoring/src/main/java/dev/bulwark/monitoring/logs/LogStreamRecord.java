package dev.bulwark.monitoring.logs;

import org.jspecify.annotations.Nullable;

/**
 * A log stream as stored; times in milliseconds since the epoch.
 *
 * @param firstEvent the oldest timestamp; null without events
 * @param lastEvent the newest timestamp; null without events
 */
record LogStreamRecord(
    String name,
    long created,
    @Nullable Long firstEvent,
    @Nullable Long lastEvent,
    @Nullable Long lastIngestion) {

  LogStreamRecord with(long first, long last, long ingestion) {
    return new LogStreamRecord(
        name,
        created,
        firstEvent == null ? first : Math.min(firstEvent, first),
        lastEvent == null ? last : Math.max(lastEvent, last),
        ingestion);
  }
}
