package dev.bulwark.monitoring.cloudwatch;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a metric alarm goes off.
 *
 * @param metric null where queries give the values
 * @param queries of metrics and expressions, of which one returns data; empty where there is a
 *     metric
 * @param threshold null where a band is compared with
 * @param thresholdMetricId the id of the query that gives the band; null where there is none
 */
record AlarmCondition(
    @Nullable AlarmMetric metric,
    List<AlarmQuery> queries,
    int evaluationPeriods,
    @Nullable Integer datapointsToAlarm,
    @Nullable Double threshold,
    String comparison,
    @Nullable String treatMissing,
    @Nullable String lowSamples,
    @Nullable String thresholdMetricId) {

  static final String OUTSIDE = "LessThanLowerOrGreaterThanUpperThreshold";
  static final String BELOW = "LessThanLowerThreshold";
  static final String ABOVE = "GreaterThanUpperThreshold";

  private static final Pattern BAND =
      Pattern.compile("\\s*ANOMALY_DETECTION_BAND\\s*\\(\\s*([A-Za-z0-9_]+)[^()]*\\)\\s*");

  /** One metric and its statistic. */
  record AlarmMetric(
      String namespace,
      String name,
      Map<String, String> dimensions,
      String statistic,
      int period,
      @Nullable String unit) {
    AlarmMetric {
      dimensions = Map.copyOf(dimensions);
    }
  }

  /** A query as in GetMetricData. */
  record AlarmQuery(
      String id,
      @Nullable AlarmMetric metric,
      @Nullable String expression,
      @Nullable String label,
      @Nullable Boolean returnData,
      @Nullable Integer period) {
    boolean returnsData() {
      return returnData == null || returnData;
    }
  }

  AlarmCondition {
    queries = List.copyOf(queries);
  }

  int toAlarm() {
    return datapointsToAlarm == null ? evaluationPeriods : datapointsToAlarm;
  }

  String missing() {
    return treatMissing == null ? "missing" : treatMissing;
  }

  /** Whether an expression is a band of what is expected. */
  static boolean isBand(@Nullable String expression) {
    return expression != null && BAND.matcher(expression).matches();
  }

  /** The id of the query of whose values a band tells what is expected. */
  static @Nullable String expectedOf(@Nullable String expression) {
    var matcher = BAND.matcher(expression == null ? "" : expression);
    return matcher.matches() ? matcher.group(1) : null;
  }

  /**
   * Whether a value is one that sets the alarm off.
   *
   * @param band what is compared with; null where it is the threshold
   */
  boolean breaches(double value, AnomalyModel.@Nullable Band band) {
    if (band != null) {
      return (!comparison.equals(ABOVE) && value < band.low())
          || (!comparison.equals(BELOW) && value > band.high());
    }
    double limit = threshold == null ? Double.NaN : threshold;
    return switch (comparison) {
      case "GreaterThanOrEqualToThreshold" -> value >= limit;
      case "GreaterThanThreshold" -> value > limit;
      case "LessThanThreshold" -> value < limit;
      default -> value <= limit;
    };
  }

  /** The comparison in words, as reasons of states tell it. */
  String comparisonWords() {
    return switch (comparison) {
      case "GreaterThanOrEqualToThreshold" -> "greater than or equal to";
      case "GreaterThanThreshold" -> "greater than";
      case "LessThanThreshold" -> "less than";
      default -> "less than or equal to";
    };
  }
}
