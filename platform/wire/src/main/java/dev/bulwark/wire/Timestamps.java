package dev.bulwark.wire;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.TimestampFormat;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Instants in AWS's formats. Millisecond precision, as AWS sends. */
final class Timestamps {
  private static final DateTimeFormatter RFC822 =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter RFC822_PARSER =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.RFC_1123_DATE_TIME)
          .toFormatter(Locale.ROOT);
  private static final DateTimeFormatter ISO_BASIC =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  // Beyond these, no format of AWS's can say it (years 0001 to 9999).
  private static final long MIN_SECOND = -62_135_596_800L;
  private static final long MAX_SECOND = 253_402_300_799L;

  private Timestamps() {}

  /** The member's own format, or its shape's, or else the given one. */
  static TimestampFormat format(Member member, TimestampFormat otherwise) {
    if (member.timestampFormat() != null) {
      return member.timestampFormat();
    }
    var ofShape = member.target().timestampFormat();
    return ofShape != null ? ofShape : otherwise;
  }

  /** A date and its text; kept, since the same few are sent again and again. */
  private record Written(long second, String text) {}

  private static final @Nullable Written[] WRITTEN = new Written[256];

  private static String httpDate(Instant instant) {
    var second = instant.getEpochSecond();
    var slot = (int) (second & (WRITTEN.length - 1));
    var written = WRITTEN[slot];
    if (written == null || written.second() != second) {
      written = new Written(second, RFC822.format(instant));
      WRITTEN[slot] = written;
    }
    return written.text();
  }

  /** Formats; ISO 8601 with milliseconds where they are not zero, or always. */
  static String text(Instant instant, TimestampFormat format, boolean alwaysMillis) {
    return switch (format) {
      case ISO8601 -> iso(instant, alwaysMillis);
      case RFC822 -> httpDate(instant);
      case UNIX -> epoch(instant);
    };
  }

  /**
   * Parses text in the given format, or in any of the others: AWS is as lenient. Null where it is
   * none.
   */
  static @Nullable Instant parse(String text, TimestampFormat format) {
    var trimmed = text.trim();
    if (trimmed.isEmpty() || trimmed.length() > 64) {
      return null;
    }
    try {
      var first = trimmed.charAt(0);
      if (first >= 'A') {
        return bounded(RFC822_PARSER.parse(trimmed, Instant::from));
      }
      if (trimmed.indexOf('T') > 0) {
        return bounded(
            trimmed.indexOf('-') > 0
                ? OffsetDateTime.parse(trimmed).toInstant()
                : ISO_BASIC.parse(trimmed, Instant::from));
      }
      if (trimmed.length() == 10 && trimmed.charAt(4) == '-' && format == TimestampFormat.ISO8601) {
        return bounded(Instant.parse(trimmed + "T00:00:00Z"));
      }
      return ofEpoch(new BigDecimal(trimmed));
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  /** Seconds since the epoch. Null where out of bounds. */
  static @Nullable Instant ofEpoch(BigDecimal seconds) {
    // A huge exponent would make the integer conversion below take forever.
    if (seconds.precision() - seconds.scale() > 15 || seconds.scale() > 1_000) {
      return null;
    }
    var millis = seconds.movePointRight(3).longValue();
    return bounded(Instant.ofEpochMilli(millis));
  }

  /** Seconds since the epoch. Null where out of bounds. */
  static @Nullable Instant ofEpoch(double seconds) {
    if (!(Math.abs(seconds) < 1e12)) {
      return null;
    }
    return bounded(Instant.ofEpochMilli(Math.round(seconds * 1000)));
  }

  private static @Nullable Instant bounded(Instant instant) {
    var second = instant.getEpochSecond();
    return second < MIN_SECOND || second > MAX_SECOND ? null : instant;
  }

  /** Seconds since the epoch, with a fraction where there is one. */
  static String epoch(Instant instant) {
    var millis = Math.floorMod(instant.toEpochMilli(), 1000);
    if (millis == 0) {
      return Long.toString(instant.getEpochSecond());
    }
    return BigDecimal.valueOf(instant.toEpochMilli(), 3).stripTrailingZeros().toPlainString();
  }

  private static String iso(Instant instant, boolean alwaysMillis) {
    var time = instant.atOffset(ZoneOffset.UTC);
    var out = new StringBuilder(24);
    pad(out, time.getYear(), 4).append('-');
    pad(out, time.getMonthValue(), 2).append('-');
    pad(out, time.getDayOfMonth(), 2).append('T');
    pad(out, time.getHour(), 2).append(':');
    pad(out, time.getMinute(), 2).append(':');
    pad(out, time.getSecond(), 2);
    var millis = time.get(ChronoField.MILLI_OF_SECOND);
    if (millis != 0 || alwaysMillis) {
      pad(out.append('.'), millis, 3);
    }
    return out.append('Z').toString();
  }

  private static StringBuilder pad(StringBuilder out, int value, int digits) {
    var text = Integer.toString(value);
    out.repeat('0', Math.max(0, digits - text.length()));
    return out.append(text);
  }
}
