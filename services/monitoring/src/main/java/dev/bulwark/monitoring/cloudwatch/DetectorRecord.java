package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmMetric;
import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmQuery;
import dev.bulwark.state.Key;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An anomaly detector as stored: of a metric's statistic, or of an expression.
 *
 * @param metric null for one of an expression
 * @param statistic of the metric; null for one of an expression
 * @param queries of which one returns data; empty for one of a metric
 * @param excluded times that it does not learn from
 * @param zone null for UTC
 * @param configured when it was made or changed last
 * @param state of its training, as the API tells it
 */
record DetectorRecord(
    String accountId,
    String region,
    @Nullable MetricId metric,
    @Nullable String statistic,
    List<AlarmQuery> queries,
    List<Excluded> excluded,
    @Nullable String zone,
    @Nullable Boolean spikes,
    Instant configured,
    String state) {
  static final String PENDING = "PENDING_TRAINING";
  static final String INSUFFICIENT = "TRAINED_INSUFFICIENT_DATA";
  static final String TRAINED = "TRAINED";

  /** From a second up to another. */
  record Excluded(long from, long until) {}

  DetectorRecord {
    queries = List.copyOf(queries);
    excluded = List.copyOf(excluded);
  }

  /** One of a metric that nothing else was said of. */
  static DetectorRecord of(MetricId metric, String statistic, Instant now) {
    return new DetectorRecord(
        metric.accountId(),
        metric.region(),
        metric,
        statistic,
        List.of(),
        List.of(),
        null,
        null,
        now,
        PENDING);
  }

  static MetricId id(AlarmMetric metric, String accountId, String region) {
    return new MetricId(accountId, region, metric.namespace(), metric.name(), metric.dimensions());
  }

  String key() {
    return metric != null && statistic != null
        ? key(metric, statistic)
        : mathPrefix(accountId, region) + Key.of(canonical(queries));
  }

  static String key(MetricId metric, String statistic) {
    return singlePrefix(metric.accountId(), metric.region()) + Key.of(metric.key(), statistic);
  }

  static String singlePrefix(String accountId, String region) {
    return Key.prefix(accountId, region, "SINGLE_METRIC");
  }

  static String mathPrefix(String accountId, String region) {
    return Key.prefix(accountId, region, "METRIC_MATH");
  }

  /** The same for queries that mean the same. */
  private static String canonical(List<AlarmQuery> queries) {
    return JsonMapper.shared()
        .writeValueAsString(
            queries.stream()
                .sorted(Comparator.comparing(AlarmQuery::id))
                .map(DetectorRecord::meaning)
                .toList());
  }

  static AlarmQuery meaning(AlarmQuery query) {
    return new AlarmQuery(
        query.id(), query.metric(), query.expression(), null, query.returnsData(), null);
  }

  ZoneId zoneId() {
    return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
  }

  boolean excludes(long time) {
    return excluded.stream().anyMatch(range -> time >= range.from() && time < range.until());
  }

  DetectorRecord withState(String changed) {
    return new DetectorRecord(
        accountId, region, metric, statistic, queries, excluded, zone, spikes, configured, changed);
  }
}
