package dev.bulwark.storage.s3;

import dev.bulwark.policy.ContextValue;
import dev.bulwark.wire.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The condition keys of object lock. */
final class LockKeys {
  private static final String MODE = "s3:object-lock-mode";
  private static final String UNTIL = "s3:object-lock-retain-until-date";
  private static final String REMAINING = "s3:object-lock-remaining-retention-days";
  private static final String HOLD = "s3:object-lock-legal-hold";

  private LockKeys() {}

  /** As the headers of a write say it. */
  static @Nullable ContextValue ofHeaders(String key, HttpHeaders headers, Instant now) {
    if (!key.startsWith("s3:object-lock-")) {
      return null;
    }
    return key.equals(HOLD)
        ? value(headers.first(ObjectTerms.LEGAL_HOLD))
        : ofRetention(
            key,
            headers.first(ObjectTerms.LOCK_MODE),
            instant(headers.first(ObjectTerms.LOCK_UNTIL)),
            now);
  }

  /** As a retention says it. */
  static @Nullable ContextValue ofRetention(
      String key, @Nullable String mode, @Nullable Instant until, Instant now) {
    return switch (key) {
      case MODE -> value(mode);
      case UNTIL -> until == null ? null : ContextValue.of(until.toString());
      case REMAINING ->
          until == null
              ? null
              : ContextValue.of(Long.toString(Duration.between(now, until).toDays()));
      default -> null;
    };
  }

  static @Nullable ContextValue ofHold(String key, @Nullable String status) {
    return key.equals(HOLD) ? value(status) : null;
  }

  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      // The handler refuses it.
      return null;
    }
  }

  private static @Nullable ContextValue value(@Nullable String text) {
    return text == null ? null : ContextValue.of(text);
  }
}
