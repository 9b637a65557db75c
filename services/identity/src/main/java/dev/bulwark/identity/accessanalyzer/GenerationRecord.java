package dev.bulwark.identity.accessanalyzer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy generation as stored.
 *
 * @param actions what the principal used; null while that is being found out
 * @param error what went wrong, if anything
 * @param trails null where none were named
 */
record GenerationRecord(
    String jobId,
    String principalArn,
    String status,
    Instant started,
    @Nullable Instant completed,
    @Nullable List<String> actions,
    @Nullable String errorCode,
    @Nullable String error,
    @Nullable Trails trails,
    @Nullable String clientToken) {

  /** The trails that the caller named, and the time of which it asked. */
  record Trails(List<Named> trails, Instant start, Instant end) {}

  /** A trail. */
  record Named(String arn, @Nullable List<String> regions, @Nullable Boolean allRegions) {}

  GenerationRecord ended(
      String newStatus,
      Instant time,
      @Nullable List<String> used,
      @Nullable String code,
      @Nullable String message) {
    return new GenerationRecord(
        jobId, principalArn, newStatus, started, time, used, code, message, trails, clientToken);
  }
}
