package dev.bulwark.access;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Times in ISO 8601's basic form, {@code 20260102T030405Z}. */
final class AmzDate {
  private static final int LENGTH = 16;

  private AmzDate() {}

  /** The instant, or null where the text is of another form or no time. */
  static @Nullable Instant parse(String text) {
    if (text.length() != LENGTH || text.charAt(8) != 'T' || text.charAt(15) != 'Z') {
      return null;
    }
    int date = digits(text, 0, 8);
    int time = digits(text, 9, 15);
    if (date < 0 || time < 0) {
      return null;
    }
    try {
      return LocalDateTime.of(
              date / 10_000,
              date / 100 % 100,
              date % 100,
              time / 10_000,
              time / 100 % 100,
              time % 100)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Also takes the form of HTTP's Date header. */
  static @Nullable Instant parseHttp(String text) {
    var basic = parse(text);
    if (basic != null || text.length() > 40) {
      return basic;
    }
    try {
      return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  static String format(Instant instant) {
    var t = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    var out = new char[LENGTH];
    put(out, 0, t.getYear() / 100);
    put(out, 2, t.getYear() % 100);
    put(out, 4, t.getMonthValue());
    put(out, 6, t.getDayOfMonth());
    out[8] = 'T';
    put(out, 9, t.getHour());
    put(out, 11, t.getMinute());
    put(out, 13, t.getSecond());
    out[15] = 'Z';
    return new String(out);
  }

  private static void put(char[] out, int at, int value) {
    out[at] = (char) ('0' + value / 10);
    out[at + 1] = (char) ('0' + value % 10);
  }
}
