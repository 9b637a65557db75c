package dev.bulwark.messaging.eventbridge;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression of six fields in UTC: minutes, hours, day of month, month, day of week, year.
 * Either of the two days is a question mark.
 *
 * @param days which days of a month; null where days of the week choose
 * @param weekdays which days of the week; null where days of the month choose
 */
record CronSchedule(
    BitSet minutes,
    BitSet hours,
    @Nullable MonthDays days,
    BitSet months,
    @Nullable WeekDays weekdays,
    BitSet years)
    implements Schedule {
  private static final int FIRST_YEAR = 1970;
  private static final int LAST_YEAR = 2199;
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> WEEKDAYS =
      List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  /**
   * Days of a month.
   *
   * @param last the last one
   * @param nearestWeekday the weekday that is nearest to this day; 0 for none
   */
  record MonthDays(BitSet days, boolean last, int nearestWeekday) {
    boolean holds(LocalDate date) {
      if (last) {
        return date.getDayOfMonth() == date.lengthOfMonth();
      }
      if (nearestWeekday > 0) {
        return date.equals(nearest(YearMonth.from(date), nearestWeekday));
      }
      return days.get(date.getDayOfMonth());
    }

    private static @Nullable LocalDate nearest(YearMonth month, int day) {
      if (day > month.lengthOfMonth()) {
        return null;
      }
      var date = month.atDay(day);
      return switch (date.getDayOfWeek()) {
        case SATURDAY -> day > 1 ? date.minusDays(1) : date.plusDays(2);
        case SUNDAY -> day < month.lengthOfMonth() ? date.plusDays(1) : date.minusDays(2);
        default -> date;
      };
    }
  }

  /**
   * Days of the week, 1 for Sunday.
   *
   * @param number only the one of that number in the month; 0 for each
   * @param last only the last one in the month
   */
  record WeekDays(BitSet days, int number, boolean last) {
    boolean holds(LocalDate date) {
      if (!days.get(number(date.getDayOfWeek()))) {
        return false;
      }
      if (last) {
        return date.getDayOfMonth() + 7 > date.lengthOfMonth();
      }
      return number == 0 || (date.getDayOfMonth() + 6) / 7 == number;
    }

    private static int number(DayOfWeek day) {
      return day.getValue() % 7 + 1;
    }
  }

  static Optional<CronSchedule> parse(String text) {
    var fields = text.strip().toUpperCase(Locale.ROOT).split("\\s+", -1);
    if (fields.length != 6
        || text.length() > 256
        || fields[2].equals("?") == fields[4].equals("?")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CronSchedule(
              field(fields[0], 0, 59, List.of()),
              field(fields[1], 0, 23, List.of()),
              fields[2].equals("?") ? null : monthDays(fields[2]),
              field(fields[3], 1, 12, MONTHS),
              fields[4].equals("?") ? null : weekDays(fields[4]),
              field(fields[5], FIRST_YEAR, LAST_YEAR, List.of())));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static MonthDays monthDays(String text) {
    if (text.equals("L")) {
      return new MonthDays(new BitSet(), true, 0);
    }
    if (text.endsWith("W")) {
      return new MonthDays(
          new BitSet(), false, value(text.substring(0, text.length() - 1), 1, 31, List.of()));
    }
    return new MonthDays(field(text, 1, 31, List.of()), false, 0);
  }

  private static WeekDays weekDays(String text) {
    int hash = text.indexOf('#');
    if (hash > 0) {
      return new WeekDays(
          field(text.substring(0, hash), 1, 7, WEEKDAYS),
          value(text.substring(hash + 1), 1, 5, List.of()),
          false);
    }
    if (text.equals("L")) {
      return new WeekDays(field("7", 1, 7, WEEKDAYS), 0, false);
    }
    return text.length() > 1 && text.endsWith("L")
        ? new WeekDays(field(text.substring(0, text.length() - 1), 1, 7, WEEKDAYS), 0, true)
        : new WeekDays(field(text, 1, 7, WEEKDAYS), 0, false);
  }

  /** Lists, ranges and steps. */
  private static BitSet field(String text, int from, int to, List<String> names) {
    var set = new BitSet(to + 1);
    for (var part : text.split(",", -1)) {
      int slash = part.indexOf('/');
      int step = slash < 0 ? 1 : value(part.substring(slash + 1), 1, to, List.of());
      var range = slash < 0 ? part : part.substring(0, slash);
      int dash = range.indexOf('-');
      int first;
      int last;
      if (range.equals("*")) {
        first = from;
        last = to;
      } else if (dash > 0) {
        first = value(range.substring(0, dash), from, to, names);
        last = value(range.substring(dash + 1), from, to, names);
      } else {
        first = value(range, from, to, names);
        last = slash < 0 ? first : to;
      }
      if (first > last) {
        throw new NumberFormatException("a range that ends before it begins");
      }
      for (int i = first; i <= last; i += step) {
        set.set(i);
      }
    }
    return set;
  }

  private static int value(String text, int from, int to, List<String> names) {
    int named = names.indexOf(text);
    int value = named >= 0 ? named + 1 : Integer.parseInt(text);
    if (value < from || value > to) {
      throw new NumberFormatException("out of range");
    }
    return value;
  }

  @Override
  public Optional<Instant> next(Instant since, Instant after) {
    var start = after.atOffset(ZoneOffset.UTC).plusMinutes(1);
    var date = start.toLocalDate();
    var time = LocalTime.of(start.getHour(), start.getMinute());
    while (date.getYear() <= LAST_YEAR) {
      if (!years.get(date.getYear())) {
        date = LocalDate.of(date.getYear() + 1, 1, 1);
      } else if (!months.get(date.getMonthValue())) {
        date = date.withDayOfMonth(1).plusMonths(1);
      } else {
        var found = isDay(date) ? timeFrom(time) : null;
        if (found != null) {
          return Optional.of(date.atTime(found).toInstant(ZoneOffset.UTC));
        }
        date = date.plusDays(1);
      }
      time = LocalTime.MIDNIGHT;
    }
    return Optional.empty();
  }

  private boolean isDay(LocalDate date) {
    return days != null ? days.holds(date) : weekdays != null && weekdays.holds(date);
  }

  private @Nullable LocalTime timeFrom(LocalTime from) {
    for (int hour = hours.nextSetBit(from.getHour());
        hour >= 0;
        hour = hours.nextSetBit(hour + 1)) {
      int minute = minutes.nextSetBit(hour == from.getHour() ? from.getMinute() : 0);
      if (minute >= 0) {
        return LocalTime.of(hour, minute);
      }
    }
    return null;
  }
}
