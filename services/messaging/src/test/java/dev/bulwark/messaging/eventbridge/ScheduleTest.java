package dev.bulwark.messaging.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rate(5 minutes)              | 2026-01-01T00:07:00Z | 2026-01-01T00:10:00Z
          rate(1 day)                  | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z
          cron(0 10 * * ? *)           | 2026-01-01T10:00:00Z | 2026-01-02T10:00:00Z
          cron(15 12 * * ? *)          | 2026-01-01T12:14:59Z | 2026-01-01T12:15:00Z
          cron(0 18 ? * MON-FRI *)     | 2026-01-02T18:00:00Z | 2026-01-05T18:00:00Z
          cron(0 8 1 * ? *)            | 2026-01-01T08:00:00Z | 2026-02-01T08:00:00Z
          cron(0/15 * * * ? *)         | 2026-01-01T00:46:00Z | 2026-01-01T01:00:00Z
          cron(0 9 ? * 2#1 *)          | 2026-01-06T00:00:00Z | 2026-02-02T09:00:00Z
          cron(0 0 L * ? *)            | 2026-02-01T00:00:00Z | 2026-02-28T00:00:00Z
          cron(0 0 ? * 6L *)           | 2026-01-01T00:00:00Z | 2026-01-30T00:00:00Z
          cron(0 0 3W * ? *)           | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z
          cron(0 0 29 2 ? *)           | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z
          cron(0 0 1 JAN ? 2030-2031)  | 2026-01-01T00:00:00Z | 2030-01-01T00:00:00Z
          """)
  void theNextTimeIsAwss(String expression, Instant after, Instant next) {
    var since = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(Schedule.parse(expression).orElseThrow().next(since, after)).contains(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(5 seconds)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(60 10 * * ? *)",
        "cron(0 10 * * ?)",
        "cron(a 10 * * ? *)",
        "every day"
      })
  void otherTextsAreNoSchedules(String expression) {
    assertThat(Schedule.parse(expression)).isEmpty();
  }
}
