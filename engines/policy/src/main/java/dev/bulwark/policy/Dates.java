package dev.bulwark.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Dates as conditions have them: ISO 8601 in the W3C profile, or seconds since the epoch. */
public final class Dates {
  private final String text;
  private int at;

  private Dates(String text) {
    this.text = text;
  }

  /**
   * The instant in milliseconds, as exact as AWS compares, or null where the text is no date. Parts
   * left out are their smallest value; no zone means UTC.
   */
  public static @Nullable Instant parse(String text) {
    try {
      if (isInteger(text)) {
        long seconds = Long.parseLong(text);
        // Beyond what Instant can hold the order is all that matters.
        return seconds > Instant.MAX.getEpochSecond()
            ? Instant.MAX
            : seconds < Instant.MIN.getEpochSecond() ? Instant.MIN : Instant.ofEpochSecond(seconds);
      }
      var instant = new Dates(text).iso();
      return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS);
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  private static boolean isInteger(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    if (text.length() == start) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Instant iso() {
    int year = number(1, 9);
    int month = accept('-') ? number(2, 2) : 1;
    int day = at > 0 && text.charAt(at - 1) != '-' && accept('-') ? number(2, 2) : 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nano = 0;
    if (accept('T') || accept('t')) {
      if (at < text.length()) {
        hour = number(1, 2);
        minute = accept(':') ? number(2, 2) : 0;
        second = accept(':') ? number(2, 2) : 0;
        nano = accept('.') ? fraction() : 0;
      }
    }
    var offset = ZoneOffset.UTC;
    if (accept('+') || accept('-')) {
      int sign = text.charAt(at - 1) == '+' ? 1 : -1;
      int hours = number(2, 2);
      int minutes = accept(':') ? number(2, 2) : 0;
      return finish(
          year, month, day, hour, minute, second, nano, sign * (hours * 3600L + minutes * 60L));
    }
    if (!accept('Z')) {
      accept('z');
    }
    return finish(year, month, day, hour, minute, second, nano, offset.getTotalSeconds());
  }

  private @Nullable Instant finish(
      int year,
      int month,
      int day,
      int hour,
      int minute,
      int second,
      int nano,
      long offsetSeconds) {
    if (at != text.length()) {
      return null;
    }
    return LocalDateTime.of(year, month, day, hour, minute, second, nano)
        .toInstant(ZoneOffset.UTC)
        .minusSeconds(offsetSeconds);
  }

  private boolean accept(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private int number(int minDigits, int maxDigits) {
    int start = at;
    while (at < text.length() && at - start < maxDigits && isDigit(text.charAt(at))) {
      at++;
    }
    if (at - start < minDigits) {
      throw new NumberFormatException(text);
    }
    return Integer.parseInt(text, start, at, 10);
  }

  private int fraction() {
    int start = at;
    int nano = number(1, 9);
    for (int digits = at - start; digits < 9; digits++) {
      nano *= 10;
    }
    return nano;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
