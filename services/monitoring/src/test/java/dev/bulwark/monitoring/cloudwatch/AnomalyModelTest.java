package dev.bulwark.monitoring.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

final class AnomalyModelTest {
  /** A Monday. */
  private static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");

  private static NavigableMap<Long, Double> history(Duration length, LongToDoubleFunction value) {
    var history = new TreeMap<Long, Double>();
    long begin = BEGIN.getEpochSecond();
    for (long time = begin; time < begin + length.toSeconds(); time += 300) {
      history.put(time, value.applyAsDouble(time));
    }
    return history;
  }

  private static AnomalyModel model(Duration length, LongToDoubleFunction value) {
    return new AnomalyModel(history(length, value), ZoneOffset.UTC, false);
  }

  private static boolean expects(AnomalyModel model, String time, double value) {
    var band = model.band(Instant.parse(time).getEpochSecond(), 3);
    return value >= band.low() && value <= band.high();
  }

  /** Some 100 in working hours, some 10 otherwise. */
  private static double ofWork(long time, ZoneId zone, Random noise) {
    var local = Instant.ofEpochSecond(time).atZone(zone);
    boolean works =
        local.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) < 0
            && local.getHour() >= 9
            && local.getHour() < 17;
    return (works ? 100 : 10) + noise.nextGaussian();
  }

  @Test
  void whatIsExpectedDependsOnTheHourOfTheWeek() {
    var noise = new Random(1);
    var model = model(Duration.ofDays(14), time -> ofWork(time, ZoneOffset.UTC, noise));

    assertThat(expects(model, "2026-03-17T10:00:00Z", 100)).isTrue();
    assertThat(expects(model, "2026-03-17T10:00:00Z", 10)).isFalse();
    assertThat(expects(model, "2026-03-17T03:00:00Z", 100)).isFalse();
    assertThat(expects(model, "2026-03-22T10:00:00Z", 10)).isTrue();
    assertThat(expects(model, "2026-03-22T10:00:00Z", 100)).isFalse();
  }

  @Test
  void hoursAreThoseOfTheMetricsZone() {
    var zone = ZoneId.of("America/New_York");
    var noise = new Random(1);
    var history = history(Duration.ofDays(14), time -> ofWork(time, zone, noise));
    var model = new AnomalyModel(history, zone, false);

    // Summer time began on March 8th.
    assertThat(expects(model, "2026-03-17T13:30:00Z", 100)).isTrue();
    assertThat(expects(model, "2026-03-17T21:30:00Z", 100)).isFalse();
  }

  @Test
  void anIncidentOfThePastIsNotExpectedAgain() {
    var noise = new Random(1);
    long incident = BEGIN.plus(Duration.ofHours(30)).getEpochSecond();
    var model =
        model(
            Duration.ofDays(5),
            time ->
                time >= incident && time < incident + 7200 ? 1000 : 50 + 5 * noise.nextGaussian());

    assertThat(expects(model, "2026-03-08T06:30:00Z", 1000)).isFalse();
    assertThat(expects(model, "2026-03-08T06:30:00Z", 55)).isTrue();
  }

  @Test
  void spikesThatComeRegularlyCanBeExpected() {
    var history = history(Duration.ofDays(4), time -> time % 3600 == 0 ? 500 : 10 + time % 7);
    long time = BEGIN.plus(Duration.ofDays(5)).getEpochSecond();

    assertThat(new AnomalyModel(history, ZoneOffset.UTC, false).band(time, 2).high())
        .isLessThan(500);
    assertThat(new AnomalyModel(history, ZoneOffset.UTC, true).band(time, 2).high())
        .isGreaterThanOrEqualTo(500);
  }

  @Test
  void littleIsNotEnough() {
    assertThat(model(Duration.ofHours(2), time -> 1).isTrained()).isFalse();
    assertThat(model(Duration.ofHours(4), time -> 1).isTrained()).isTrue();
    assertThat(new AnomalyModel(new TreeMap<>(), ZoneOffset.UTC, false).isTrained()).isFalse();
  }
}
