package dev.bulwark.storage.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * That an archived object was asked back.
 *
 * @param ready when it can be read, in milliseconds of the epoch
 * @param expires when it can no longer; {@link #NEVER}
 */
record Restore(long ready, long expires) {
  /** For what comes back to stay. */
  static final long NEVER = Long.MAX_VALUE;

  static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  boolean isOngoing(Instant now) {
    return now.toEpochMilli() < ready;
  }

  boolean isReadable(Instant now) {
    return !isOngoing(now) && now.toEpochMilli() < expires;
  }

  /** The value of the {@code x-amz-restore} header. */
  String header(Instant now) {
    if (isOngoing(now)) {
      return "ongoing-request=\"true\"";
    }
    return expires == NEVER
        ? "ongoing-request=\"false\""
        : "ongoing-request=\"false\", expiry-date=\""
            + DATE.format(Instant.ofEpochMilli(expires))
            + '"';
  }

  void write(RecordWriter out) {
    out.number(ready).number(expires);
  }

  static Restore read(RecordReader in) {
    return new Restore(in.number(), in.number());
  }
}
