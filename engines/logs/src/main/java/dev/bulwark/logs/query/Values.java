package dev.bulwark.logs.query;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Values of fields: text, numbers, times and truth; each of them as another. */
final class Values {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  private static final int DECIMALS = 4;
  private static final int LONGEST_NUMBER = 64;

  private Values() {}

  static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Instant time -> TIME.format(time);
      case Double number -> decimal(number);
      case Boolean truth -> truth ? "1" : "0";
      default -> value.toString();
    };
  }

  private static String decimal(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    var rounded = BigDecimal.valueOf(number).setScale(DECIMALS, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  static @Nullable Double number(@Nullable Object value) {
    return switch (value) {
      case Double number -> number;
      case Instant time -> (double) time.toEpochMilli();
      case Boolean truth -> truth ? 1.0 : 0.0;
      case String text when looksNumeric(text) -> parse(text);
      case null, default -> null;
    };
  }

  private static boolean looksNumeric(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_NUMBER
        && "+-.0123456789".indexOf(text.charAt(0)) >= 0;
  }

  private static @Nullable Double parse(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static boolean truth(@Nullable Object value) {
    return switch (value) {
      case Boolean truth -> truth;
      case Double number -> number != 0;
      case String text -> text.equalsIgnoreCase("true");
      case null, default -> false;
    };
  }

  /** Numbers before texts, both before what is missing. */
  static int compare(@Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      return one == other ? 0 : one == null ? 1 : -1;
    }
    var number = number(one);
    var otherNumber = number(other);
    if (number != null && otherNumber != null) {
      return number.compareTo(otherNumber);
    }
    if (number != null || otherNumber != null) {
      return number != null ? -1 : 1;
    }
    return String.valueOf(text(one)).compareTo(String.valueOf(text(other)));
  }

  static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      return false;
    }
    return compare(one, other) == 0;
  }
}
