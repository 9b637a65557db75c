package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.StateValue;
import dev.bulwark.monitoring.cloudwatch.MetricMath.MathException;
import dev.bulwark.schema.ApiException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks at alarms by the clock, and changes their states.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html">Alarm
 *     evaluation</a>
 */
final class AlarmEvaluator {
  private static final String ALARM = StateValue.ALARM.value();
  private static final String OK = StateValue.OK.value();
  private static final String INSUFFICIENT = StateValue.INSUFFICIENT_DATA.value();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MM/yy HH:mm:ss").withZone(ZoneOffset.UTC);

  private final AlarmStore alarms;
  private final MetricData metrics;
  private final AlarmStates states;

  AlarmEvaluator(AlarmStore alarms, MetricData metrics, AlarmStates states) {
    this.alarms = alarms;
    this.metrics = metrics;
    this.states = states;
  }

  /**
   * A data point.
   *
   * @param band what it is compared with; null where that is the threshold
   */
  private record Point(long time, double value, AnomalyModel.@Nullable Band band) {
    @Override
    public String toString() {
      return value + " (" + TIME.format(Instant.ofEpochSecond(time)) + ")";
    }
  }

  /**
   * What the values of a range are, and what is expected of them.
   *
   * @param bands empty where values are compared with a threshold
   */
  private record Observed(
      NavigableMap<Long, Double> values, NavigableMap<Long, AnomalyModel.Band> bands) {}

  /** A state that an alarm is to have, and why. */
  private record Verdict(String state, String reason) {}

  /** Evaluates all alarms: first those of metrics, then those that are composed of them. */
  void evaluate(Instant now) {
    var all = alarms.store().read(alarms::all);
    for (var alarm : all) {
      if (alarm.condition() != null) {
        change(alarm, verdict(alarm, alarm.condition(), now), now);
      }
    }
    for (var alarm : all) {
      if (alarm.isComposite()) {
        change(alarm, composed(alarm, now), now);
      }
    }
  }

  private void change(AlarmRecord alarm, @Nullable Verdict verdict, Instant now) {
    if (verdict != null && !verdict.state().equals(alarm.state().value())) {
      states.change(alarm, verdict.state(), verdict.reason(), null, now);
    }
  }

  private Verdict composed(AlarmRecord alarm, Instant now) {
    var rule = AlarmRule.parse(String.valueOf(alarm.rule()));
    var known = new HashMap<String, String>();
    for (var found : alarms.store().read(tx -> alarms.of(tx, alarm.accountId(), alarm.region()))) {
      known.put(found.name(), found.state().value());
    }
    boolean holds = rule.holds(known::get);
    var told =
        rule.alarms().stream()
            .filter(known::containsKey)
            .findFirst()
            .map(
                name ->
                    AlarmRecord.arn(alarm.accountId(), alarm.region(), name)
                        + " transitioned to "
                        + known.get(name)
                        + " at "
                        + now)
            .orElse("The rule was evaluated at " + now);
    return new Verdict(holds ? ALARM : OK, told);
  }

  /** What the newest data points say; null where the state is to stay as it is. */
  private @Nullable Verdict verdict(AlarmRecord alarm, AlarmCondition condition, Instant now) {
    Observed observed;
    long period = period(condition);
    long end = Math.floorDiv(now.getEpochSecond(), period) * period;
    long begin = end - condition.evaluationPeriods() * period;
    try {
      observed = observed(alarm, condition, new MetricData.Range(begin, end));
    } catch (MathException | ApiException e) {
      // One that was stored before it was checked as it is now does not keep others from it.
      return new Verdict(INSUFFICIENT, "Insufficient Data: " + e.getMessage());
    }
    boolean hasBand = condition.thresholdMetricId() != null;
    var breaching = new ArrayList<Point>();
    var fine = new ArrayList<Point>();
    int missing = 0;
    for (long time = begin; time < end; time += period) {
      var value = observed.values().get(time);
      var band = observed.bands().get(time);
      if (value == null || (hasBand && band == null)) {
        missing++;
      } else {
        (condition.breaches(value, band) ? breaching : fine).add(new Point(time, value, band));
      }
    }
    return verdict(alarm, condition, breaching, fine, missing);
  }

  private static @Nullable Verdict verdict(
      AlarmRecord alarm,
      AlarmCondition condition,
      List<Point> breaching,
      List<Point> fine,
      int missing) {
    int real = breaching.size() + fine.size();
    var treat = condition.missing();
    if (real == 0) {
      return switch (treat) {
        case "ignore" -> null;
        case "breaching" -> new Verdict(ALARM, treated(missing, "Breaching", condition));
        case "notBreaching" -> new Verdict(OK, treated(missing, "NonBreaching", condition));
        default ->
            new Verdict(
                INSUFFICIENT,
                "Insufficient Data: "
                    + count(missing)
                    + (missing == 1 ? " was" : " were")
                    + " unknown.");
      };
    }
    int bad = breaching.size() + (treat.equals("breaching") ? missing : 0);
    if (bad >= condition.toAlarm()) {
      return new Verdict(ALARM, reason(alarm, condition, breaching, ALARM));
    }
    // Points that are missing could have made it so: then the state stays.
    boolean undecided = treat.equals("ignore") && bad + missing >= condition.toAlarm();
    if (undecided) {
      return null;
    }
    if (treat.equals("missing") && fine.isEmpty() && bad + missing >= condition.toAlarm()) {
      return null;
    }
    return new Verdict(OK, reason(alarm, condition, fine, OK));
  }

  private static String count(int points) {
    return points == 1 ? "1 datapoint" : points + " datapoints";
  }

  private static String treated(int missing, String as, AlarmCondition condition) {
    return "Threshold Crossed: no datapoints were received for "
        + (missing == 1 ? "1 period" : missing + " periods")
        + " and "
        + (missing == 1 ? "1 missing datapoint was" : missing + " missing datapoints were")
        + " treated as ["
        + as
        + "].";
  }

  private static String reason(
      AlarmRecord alarm, AlarmCondition condition, List<Point> points, String state) {
    boolean alarming = state.equals(ALARM);
    return (condition.thresholdMetricId() == null ? "Threshold" : "Thresholds")
        + " Crossed: "
        + points.size()
        + " out of the last "
        + count(condition.evaluationPeriods())
        + " "
        + points
        + (points.size() == 1 ? " was " : " were ")
        + (alarming ? "" : "not ")
        + compared(condition, points)
        + " (minimum "
        + count(
            alarming
                ? condition.toAlarm()
                : condition.evaluationPeriods() - condition.toAlarm() + 1)
        + " for "
        + alarm.state().value()
        + " -> "
        + state
        + " transition).";
  }

  private static String compared(AlarmCondition condition, List<Point> points) {
    if (condition.thresholdMetricId() == null) {
      return condition.comparisonWords() + " the threshold (" + condition.threshold() + ")";
    }
    var bands = points.stream().map(Point::band).filter(Objects::nonNull).toList();
    var below =
        "less than the lower thresholds " + bands.stream().map(AnomalyModel.Band::low).toList();
    var above =
        "greater than the upper thresholds " + bands.stream().map(AnomalyModel.Band::high).toList();
    return switch (condition.comparison()) {
      case AlarmCondition.BELOW -> below;
      case AlarmCondition.ABOVE -> above;
      default -> below + " or " + above;
    };
  }

  private static long period(AlarmCondition condition) {
    if (condition.metric() != null) {
      return condition.metric().period();
    }
    long longest = 60;
    for (var query : condition.queries()) {
      if (query.metric() != null) {
        longest = Math.max(longest, query.metric().period());
      } else if (query.period() != null) {
        longest = Math.max(longest, query.period());
      }
    }
    return longest;
  }

  private Observed observed(AlarmRecord alarm, AlarmCondition condition, MetricData.Range range)
      throws MathException {
    var metric = condition.metric();
    if (metric != null) {
      var id =
          new MetricId(
              alarm.accountId(),
              alarm.region(),
              metric.namespace(),
              metric.name(),
              metric.dimensions());
      return new Observed(
          metrics.values(
              id, Statistic.of(metric.statistic()), metric.period(), metric.unit(), range),
          new TreeMap<>());
    }
    var queries = condition.queries().stream().map(AlarmViews::query).toList();
    var evaluation = metrics.evaluation(queries, alarm.accountId(), alarm.region(), range);
    var bands = new TreeMap<Long, AnomalyModel.Band>();
    if (condition.thresholdMetricId() != null) {
      var band = evaluation.get(condition.thresholdMetricId());
      band.getFirst()
          .values()
          .forEach(
              (time, low) -> bands.put(time, new AnomalyModel.Band(low, band.getLast().at(time))));
    }
    for (var query : condition.queries()) {
      if (query.returnsData() && !query.id().equals(condition.thresholdMetricId())) {
        var found = evaluation.get(query.id());
        return new Observed(
            found.size() == 1 ? spread(found.getFirst(), range, condition) : new TreeMap<>(),
            bands);
      }
    }
    return new Observed(new TreeMap<>(), bands);
  }

  private static NavigableMap<Long, Double> spread(
      Series series, MetricData.Range range, AlarmCondition condition) {
    if (!series.scalar()) {
      return series.values();
    }
    var values = new TreeMap<Long, Double>();
    range.times(period(condition)).forEach(time -> values.put(time, series.number()));
    return values;
  }
}
