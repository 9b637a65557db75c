package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.ExportTaskStatusCode;
import dev.bulwark.state.Key;
import org.jspecify.annotations.Nullable;

/**
 * A task that copies the events of a group to a bucket, as stored. Times are in milliseconds since
 * the epoch.
 *
 * @param streamPrefix of the streams to be copied; null for all
 * @param until the first timestamp that is too late
 * @param message what the status says in words
 * @param completed null while it is active
 */
record ExportRecord(
    String id,
    String accountId,
    String region,
    @Nullable String name,
    String group,
    @Nullable String streamPrefix,
    long from,
    long until,
    String bucket,
    String prefix,
    ExportTaskStatusCode status,
    String message,
    long created,
    @Nullable Long completed) {

  String key() {
    return key(accountId, region, id);
  }

  static String key(String accountId, String region, String id) {
    return Key.of(accountId, region, id);
  }

  boolean isActive() {
    return completed == null;
  }

  ExportRecord with(ExportTaskStatusCode code, String words, @Nullable Long end) {
    return new ExportRecord(
        id,
        accountId,
        region,
        name,
        group,
        streamPrefix,
        from,
        until,
        bucket,
        prefix,
        code,
        words,
        created,
        end);
  }
}
