package dev.bulwark.monitoring.logs;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A log group as stored.
 *
 * @param id by which its streams and events are kept, so that a group of the same name that is made
 *     later has none of them
 * @param keyArn of the KMS key under which its events are encrypted
 * @param retentionDays null for events that are kept for good
 */
record LogGroupRecord(
    String id,
    String accountId,
    String region,
    String name,
    long created,
    @Nullable Integer retentionDays,
    String logGroupClass,
    @Nullable String keyArn,
    Map<String, String> tags) {
  static final String TYPE = "AWS::Logs::LogGroup";

  LogGroupRecord {
    tags = Map.copyOf(tags);
  }

  String arn() {
    return arn(accountId, region, name);
  }

  static String arn(String accountId, String region, String name) {
    return "arn:aws:logs:" + region + ":" + accountId + ":log-group:" + name;
  }

  /** The time in milliseconds from which its events are kept. */
  long keptFrom(Instant now) {
    return retentionDays == null
        ? 0
        : Math.max(0, now.minus(Duration.ofDays(retentionDays)).toEpochMilli());
  }

  LogGroupRecord withRetention(@Nullable Integer days) {
    return new LogGroupRecord(
        id, accountId, region, name, created, days, logGroupClass, keyArn, tags);
  }

  LogGroupRecord withTags(Map<String, String> changed) {
    return new LogGroupRecord(
        id, accountId, region, name, created, retentionDays, logGroupClass, keyArn, changed);
  }

  LogGroupRecord withKey(@Nullable String arn) {
    return new LogGroupRecord(
        id, accountId, region, name, created, retentionDays, logGroupClass, arn, tags);
  }
}
