package dev.bulwark.storage.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of an access log: fields between spaces, a hyphen for what is not known. What clients
 * send cannot break out of its field, since quotes and control characters are escaped as in URLs.
 */
final class AccessLogLine {
  /** Of a field that a client fills. */
  private static final int MOST = 8 * 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("'['dd/MMM/yyyy:HH:mm:ss Z']'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final StringBuilder line = new StringBuilder(512);

  AccessLogLine(String owner, String bucket, Instant time) {
    line.append(owner).append(' ').append(bucket).append(' ').append(TIME.format(time));
  }

  AccessLogLine field(@Nullable String value) {
    line.append(' ');
    if (value == null || value.isEmpty()) {
      line.append('-');
    } else {
      append(value, ' ');
    }
    return this;
  }

  /** A number that is told only where there is something to count. */
  AccessLogLine count(long value) {
    return field(value > 0 ? Long.toString(value) : null);
  }

  AccessLogLine nothing(int fields) {
    for (int i = 0; i < fields; i++) {
      line.append(" -");
    }
    return this;
  }

  AccessLogLine quoted(@Nullable String value) {
    line.append(" \"");
    if (value == null || value.isEmpty()) {
      line.append('-');
    } else {
      append(value, (char) (' ' - 1));
    }
    line.append('"');
    return this;
  }

  /**
   * Appends a text.
   *
   * @param last of the characters from the lowest that have to be escaped
   */
  private void append(String value, char last) {
    int length = Math.min(value.length(), MOST);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c <= last || c == '"' || c == 0x7f) {
        line.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
      } else {
        line.append(c);
      }
    }
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
