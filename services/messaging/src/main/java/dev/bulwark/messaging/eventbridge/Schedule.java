package dev.bulwark.messaging.eventbridge;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** When a rule runs by itself. */
sealed interface Schedule permits Schedule.Rate, CronSchedule {
  /** The first time after that one, by a rule that counts from {@code since}; empty for never. */
  Optional<Instant> next(Instant since, Instant after);

  /** Every so many minutes, hours or days. */
  record Rate(Duration period) implements Schedule {
    @Override
    public Optional<Instant> next(Instant since, Instant after) {
      long passed = Math.max(0, Duration.between(since, after).toMillis());
      long periods = passed / period.toMillis() + 1;
      return Optional.of(since.plusMillis(periods * period.toMillis()));
    }
  }

  Pattern RATE = Pattern.compile("rate\\((\\d{1,9}) (minute|hour|day)(s?)\\)");

  /**
   * A schedule expression; empty where the text is none.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html">Schedule
   *     patterns</a>
   */
  static Optional<Schedule> parse(String text) {
    var rate = RATE.matcher(text);
    if (rate.matches()) {
      long value = Long.parseLong(rate.group(1));
      if (value == 0 || (value == 1) != rate.group(3).isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Rate(
              switch (rate.group(2)) {
                case "minute" -> Duration.ofMinutes(value);
                case "hour" -> Duration.ofHours(value);
                default -> Duration.ofDays(value);
              }));
    }
    return text.startsWith("cron(") && text.endsWith(")")
        ? CronSchedule.parse(text.substring(5, text.length() - 1)).map(cron -> cron)
        : Optional.empty();
  }
}
