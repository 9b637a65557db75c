package dev.bulwark.storage.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * That an archived object was asked back.
 *
 * @param ready when it can be read, in milliseconds of the epoch
 * @param expires when it can no longer
 */
record Restore(long ready, long expires) {
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
    return isOngoing(now)
        ? "ongoing-request=\"true\""
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
