package dev.bulwark.storage.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The object lock of a bucket: that it has one, and what new objects are held by.
 *
 * @param mode null where there is no default retention
 * @param days 0 where the period is in years
 */
record LockRule(@Nullable String mode, int days, int years) {
  static final LockRule WITHOUT_DEFAULT = new LockRule(null, 0, 0);

  /** What a new object is held by; null for nothing. */
  @Nullable Retention retention(Instant now) {
    if (mode == null) {
      return null;
    }
    var until = now.atOffset(ZoneOffset.UTC).plusDays(days).plusYears(years).toInstant();
    return new Retention(mode.equals(Retention.COMPLIANCE), until.toEpochMilli());
  }

  void write(RecordWriter out) {
    out.optional(mode).number(days).number(years);
  }

  static LockRule read(RecordReader in) {
    return new LockRule(in.optional(), in.integer(), in.integer());
  }
}
