package dev.bulwark.monitoring.cloudwatch;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When a metric alarm goes off.
 *
 * @param metric null where queries give the values
 * @param queries of metrics and expressions, of which one returns data; empty where there is a
 *     metric
 */
record AlarmCondition(
    @Nullable AlarmMetric metric,
    List<AlarmQuery> queries,
    int evaluationPeriods,
    @Nullable Integer datapointsToAlarm,
    double threshold,
    String comparison,
    @Nullable String treatMissing,
    @Nullable String lowSamples) {

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

  boolean breaches(double value) {
    return switch (comparison) {
      case "GreaterThanOrEqualToThreshold" -> value >= threshold;
      case "GreaterThanThreshold" -> value > threshold;
      case "LessThanThreshold" -> value < threshold;
      default -> value <= threshold;
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
