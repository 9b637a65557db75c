package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.MetricDataQuery;
import dev.bulwark.api.cloudwatch.PutMetricAlarmInput;
import dev.bulwark.api.cloudwatch.Tag;
import dev.bulwark.base.Arn;
import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmMetric;
import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmQuery;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns requests for alarms into conditions, and refuses those that make no sense. */
final class AlarmRequests {
  private static final int MOST_TAGS = 50;
  private static final long LONGEST = Duration.ofDays(7).toSeconds();
  private static final Set<String> MISSING =
      Set.of("missing", "ignore", "breaching", "notBreaching");
  private static final Set<String> COMPARISONS =
      Set.of(
          "GreaterThanOrEqualToThreshold",
          "GreaterThanThreshold",
          "LessThanThreshold",
          "LessThanOrEqualToThreshold");

  private AlarmRequests() {}

  /**
   * @throws dev.bulwark.schema.ApiException ValidationError
   */
  static AlarmCondition condition(PutMetricAlarmInput in) {
    boolean band = in.thresholdMetricId() != null;
    if (band != !COMPARISONS.contains(in.comparisonOperator())) {
      throw CloudWatchErrors.validation(
          "ComparisonOperator "
              + in.comparisonOperator()
              + (band
                  ? " cannot be used with ThresholdMetricId."
                  : " requires ThresholdMetricId."));
    }
    if (band == (in.threshold() != null)) {
      throw CloudWatchErrors.validation(
          band
              ? "Threshold cannot be given with ThresholdMetricId."
              : "The parameter Threshold is required for this alarm.");
    }
    if (in.treatMissingData() != null && !MISSING.contains(in.treatMissingData())) {
      throw CloudWatchErrors.validation(
          "Option " + in.treatMissingData() + " is not supported for TreatMissingData.");
    }
    if (in.datapointsToAlarm() != null && in.datapointsToAlarm() > in.evaluationPeriods()) {
      throw CloudWatchErrors.validation(
          "DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
    }
    boolean queries = in.metrics() != null && !in.metrics().isEmpty();
    if (queries == (in.metricName() != null)) {
      throw CloudWatchErrors.validation(
          "Exactly one of MetricName and Metrics has to be given for an alarm.");
    }
    return new AlarmCondition(
        queries ? null : metric(in),
        queries ? queries(in, band) : List.of(),
        in.evaluationPeriods(),
        in.datapointsToAlarm(),
        in.threshold(),
        in.comparisonOperator(),
        in.treatMissingData(),
        in.evaluateLowSampleCountPercentile(),
        in.thresholdMetricId());
  }

  private static AlarmMetric metric(PutMetricAlarmInput in) {
    var statistic = in.statistic() == null ? in.extendedStatistic() : in.statistic();
    if (statistic == null || (in.statistic() != null && in.extendedStatistic() != null)) {
      throw CloudWatchErrors.validation(
          "Exactly one of Statistic and ExtendedStatistic has to be given.");
    }
    if (in.namespace() == null || in.period() == null) {
      throw CloudWatchErrors.validation("Namespace and Period are required with MetricName.");
    }
    requirePeriod(in.period(), in.evaluationPeriods());
    var unused = Statistic.of(statistic);
    return new AlarmMetric(
        in.namespace(),
        String.valueOf(in.metricName()),
        MetricId.dimensions(in.dimensions()),
        statistic,
        in.period(),
        in.unit());
  }

  private static void requirePeriod(int period, int periods) {
    if (period != 10 && period != 30 && period % 60 != 0) {
      throw CloudWatchErrors.validation("Period must be 10, 30 or a multiple of 60");
    }
    if ((long) period * periods > LONGEST) {
      throw CloudWatchErrors.validation(
          "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800).");
    }
  }

  private static List<AlarmQuery> queries(PutMetricAlarmInput in, boolean band) {
    var given = in.metrics() == null ? List.<MetricDataQuery>of() : in.metrics();
    if (!band) {
      return queries(given, 1);
    }
    // The band and what is compared with it both return data.
    var queries = queries(given, 2);
    var ids = queries.stream().map(AlarmQuery::id).toList();
    if (queries.stream()
        .filter(query -> query.id().equals(in.thresholdMetricId()) && query.returnsData())
        .map(query -> AlarmCondition.expectedOf(query.expression()))
        .noneMatch(ids::contains)) {
      throw CloudWatchErrors.validation(
          "ThresholdMetricId has to be the id of an ANOMALY_DETECTION_BAND over another element of the metrics list, and to return data.");
    }
    return queries;
  }

  /**
   * Queries of which so many return data.
   *
   * @throws dev.bulwark.schema.ApiException ValidationError
   */
  static List<AlarmQuery> queries(List<MetricDataQuery> given, int returning) {
    MetricData.requireValid(given);
    var queries = given.stream().map(AlarmRequests::query).toList();
    if (queries.stream().filter(AlarmQuery::returnsData).count() != returning) {
      throw CloudWatchErrors.validation(
          "Exactly "
              + (returning == 1 ? "one element" : "two elements")
              + " of the metrics list should return data.");
    }
    return queries;
  }

  static AlarmQuery query(MetricDataQuery in) {
    var stat = in.metricStat();
    var metric =
        stat == null
            ? null
            : new AlarmMetric(
                String.valueOf(stat.metric().namespace()),
                String.valueOf(stat.metric().metricName()),
                MetricId.dimensions(stat.metric().dimensions()),
                Statistic.of(stat.stat()).name(),
                stat.period(),
                stat.unit());
    return new AlarmQuery(
        in.id(), metric, in.expression(), in.label(), in.returnData(), in.period());
  }

  /**
   * Actions of an alarm: topics of SNS are what there is.
   *
   * @throws dev.bulwark.schema.ApiException ValidationError
   */
  static List<String> actions(@Nullable List<String> given) {
    var actions = given == null ? List.<String>of() : given;
    for (var action : actions) {
      if (Arn.tryParse(action).filter(arn -> arn.service().equals("sns")).isEmpty()) {
        throw CloudWatchErrors.validation("Invalid arn syntax: " + action);
      }
    }
    return actions;
  }

  static Map<String, String> tags(@Nullable List<Tag> given) {
    var tags = new LinkedHashMap<String, String>();
    for (var tag : given == null ? List.<Tag>of() : given) {
      tags.put(tag.key(), tag.value());
    }
    if (tags.size() > MOST_TAGS) {
      throw CloudWatchErrors.invalidValue("A resource can have up to 50 tags.");
    }
    return tags;
  }
}
