package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.Datapoint;
import dev.bulwark.api.cloudwatch.DimensionFilter;
import dev.bulwark.api.cloudwatch.GetMetricStatisticsInput;
import dev.bulwark.api.cloudwatch.GetMetricStatisticsOutput;
import dev.bulwark.api.cloudwatch.ListMetricsInput;
import dev.bulwark.api.cloudwatch.ListMetricsOutput;
import dev.bulwark.api.cloudwatch.Metric;
import dev.bulwark.api.cloudwatch.MetricDatum;
import dev.bulwark.api.cloudwatch.PutMetricDataInput;
import dev.bulwark.api.cloudwatch.StandardUnit;
import dev.bulwark.api.cloudwatch.StatisticSet;
import dev.bulwark.monitoring.cloudwatch.MetricStore.Datum;
import dev.bulwark.monitoring.cloudwatch.MetricStore.MetricRow;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Metrics published, listed and summed up. */
final class Metrics {
  /** Namespaces of services, which publish them alone. */
  private static final String RESERVED = "AWS/";

  private static final int MOST_DATA = 1000;
  private static final int MOST_VALUES = 150;
  private static final int MOST_POINTS = 1440;
  private static final int PAGE = 500;
  private static final Duration OLDEST = Duration.ofDays(14);
  private static final Duration NEWEST = Duration.ofHours(2);
  private static final Duration LISTED = Duration.ofDays(14);
  private static final Duration RECENT = Duration.ofHours(3);

  /** 2 to the power of 360. */
  private static final double LARGEST = Math.scalb(1.0, 360);

  private final MetricStore store;

  Metrics(MetricStore store) {
    this.store = store;
  }

  Unit put(PutMetricDataInput in, Call call) {
    var given = in.metricData() == null ? List.<MetricDatum>of() : in.metricData();
    if (given.isEmpty()) {
      throw CloudWatchErrors.missing(
          "At least one MetricDatum object must be present in the request.");
    }
    if (given.size() > MOST_DATA) {
      throw CloudWatchErrors.invalidValue(
          "The collection MetricData must not have a size greater than " + MOST_DATA + ".");
    }
    if (in.namespace().startsWith(RESERVED)) {
      throw CloudWatchErrors.invalidValue(
          "The value " + RESERVED + " for parameter Namespace is invalid.");
    }
    var data = new ArrayList<Datum>(given.size());
    for (int i = 0; i < given.size(); i++) {
      var datum = datum(in.namespace(), given.get(i), i + 1, call);
      if (datum != null) {
        data.add(datum);
      }
    }
    return call.write(Unit.UNIT, tx -> data.forEach(datum -> store.put(tx, datum, call.time())));
  }

  /** Null where nothing was counted. */
  private static @Nullable Datum datum(String namespace, MetricDatum in, int number, Call call) {
    var where = "MetricData.member." + number;
    var time = in.timestamp() == null ? call.time() : in.timestamp();
    if (time.isBefore(call.time().minus(OLDEST))) {
      throw CloudWatchErrors.invalidValue(
          "The parameter " + where + ".Timestamp must specify a time within the past two weeks.");
    }
    if (time.isAfter(call.time().plus(NEWEST))) {
      throw CloudWatchErrors.invalidValue(
          "The parameter "
              + where
              + ".Timestamp must specify a time no more than two hours in the future.");
    }
    if (in.unit() != null && StandardUnit.fromValue(in.unit()) == null) {
      throw CloudWatchErrors.invalidValue(
          "The parameter " + where + ".Unit must be a value in the set of units.");
    }
    long resolution = Objects.requireNonNullElse(in.storageResolution(), 60);
    if (resolution != 1 && resolution != 60) {
      throw CloudWatchErrors.invalidValue(
          "The parameter " + where + ".StorageResolution must be a value in the set [ 1, 60 ].");
    }
    var samples = samples(in, where);
    return samples == null
        ? null
        : new Datum(
            new MetricId(
                call.accountId(),
                call.region(),
                namespace,
                in.metricName(),
                MetricId.dimensions(in.dimensions())),
            Math.floorDiv(time.getEpochSecond(), resolution) * resolution,
            in.unit(),
            samples);
  }

  private static @Nullable Samples samples(MetricDatum in, String where) {
    var values = in.values() == null ? List.<Double>of() : in.values();
    if (values.isEmpty() && in.counts() != null && !in.counts().isEmpty()) {
      throw CloudWatchErrors.invalidCombination(
          "The parameter values must appears when the counts parameter is specified.");
    }
    var statistics = in.statisticValues();
    if (in.value() != null) {
      if (!values.isEmpty() || statistics != null) {
        throw CloudWatchErrors.invalidCombination(
            "The parameters %1$s.Value and %1$s.%2$s are mutually exclusive and you have specified both."
                .formatted(where, values.isEmpty() ? "StatisticValues" : "Values"));
      }
      return Samples.of(valid(in.value(), where), 1);
    }
    // AWS takes both; which of them it then counts is not known.
    if (!values.isEmpty()) {
      return values(values, in.counts(), where);
    }
    if (statistics == null) {
      throw CloudWatchErrors.invalidCombination(
          "At least one of the parameters must be specified.");
    }
    return statistics(statistics, where + ".StatisticValues");
  }

  private static Samples statistics(StatisticSet statistics, String where) {
    if (!(statistics.sampleCount() > 0)) {
      throw CloudWatchErrors.invalidValue(
          "The parameter " + where + ".SampleCount must be greater than 0.");
    }
    if (statistics.minimum() > statistics.maximum()) {
      throw CloudWatchErrors.invalidValue(
          "The parameter %1$s.Maximum must be greater than %1$s.Minimum.".formatted(where));
    }
    return Samples.ofStatistics(
        valid(statistics.sampleCount(), where),
        valid(statistics.sum(), where),
        valid(statistics.minimum(), where),
        valid(statistics.maximum(), where));
  }

  private static @Nullable Samples values(
      List<Double> values, @Nullable List<Double> counts, String where) {
    if (values.size() > MOST_VALUES) {
      throw CloudWatchErrors.invalidValue(
          "The collection "
              + where
              + ".Values must not have a size greater than "
              + MOST_VALUES
              + ".");
    }
    if (counts != null && !counts.isEmpty() && counts.size() != values.size()) {
      throw CloudWatchErrors.invalidValue(
          "The parameters %1$s.Values and %1$s.Counts must be of the same size.".formatted(where));
    }
    Samples all = null;
    for (int i = 0; i < values.size(); i++) {
      double count = counts == null || counts.isEmpty() ? 1 : valid(counts.get(i), where);
      // AWS takes a count of nought, whatever its words for others say.
      if (count < 0) {
        throw CloudWatchErrors.invalidValue(
            "The parameter " + where + ".Counts must contain only values greater than 0.");
      }
      double value = valid(values.get(i), where);
      if (count > 0) {
        all = Samples.of(value, count).plus(all);
      }
    }
    return all;
  }

  private static double valid(double value, String where) {
    if (!(Math.abs(value) <= LARGEST)) {
      throw CloudWatchErrors.invalidValue(
          "The value " + value + " for parameter " + where + ".Value is invalid.");
    }
    return value;
  }

  GetMetricStatisticsOutput statistics(GetMetricStatisticsInput in, Call call) {
    if (!in.startTime().isBefore(in.endTime())) {
      throw CloudWatchErrors.invalidCombination(
          "The parameter StartTime must be less than the parameter EndTime.");
    }
    requirePeriod(in.period());
    var plain = in.statistics() == null ? List.<String>of() : in.statistics();
    var extended = in.extendedStatistics() == null ? List.<String>of() : in.extendedStatistics();
    if (plain.isEmpty() && extended.isEmpty()) {
      throw CloudWatchErrors.missing("Must specify either Statistics or ExtendedStatistics");
    }
    plain.forEach(Statistic::of);
    long from = in.period() < 60 ? in.startTime().getEpochSecond() : minute(in.startTime());
    long until = in.endTime().getEpochSecond();
    if ((until - from) / in.period() > MOST_POINTS) {
      throw CloudWatchErrors.invalidCombination(
          "You have requested up to "
              + (until - from) / in.period()
              + " datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.");
    }
    var id =
        new MetricId(
            call.accountId(),
            call.region(),
            in.namespace(),
            in.metricName(),
            MetricId.dimensions(in.dimensions()));
    var unit = in.unit() == null ? store.unit(id) : in.unit();
    var points = new ArrayList<Datapoint>();
    store
        .periods(id, from, until, in.period(), in.unit())
        .forEach((second, samples) -> points.add(point(second, samples, plain, extended, unit)));
    return new GetMetricStatisticsOutput(in.metricName(), points);
  }

  private static long minute(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), 60) * 60;
  }

  static void requirePeriod(int period) {
    if (period != 1
        && period != 5
        && period != 10
        && period != 20
        && period != 30
        && period % 60 != 0) {
      throw CloudWatchErrors.invalidValue(
          "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
    }
  }

  private static Datapoint point(
      long second,
      Samples samples,
      List<String> plain,
      List<String> extended,
      @Nullable String unit) {
    var percentiles = new HashMap<String, Double>();
    for (var name : extended) {
      var value = Statistic.of(name).of(samples);
      if (value != null) {
        percentiles.put(name, value);
      }
    }
    return new Datapoint(
        Instant.ofEpochSecond(second),
        plain.contains("SampleCount") ? samples.count() : null,
        plain.contains("Average") ? Statistic.of("Average").of(samples) : null,
        plain.contains("Sum") ? samples.sum() : null,
        plain.contains("Minimum") ? samples.minimum() : null,
        plain.contains("Maximum") ? samples.maximum() : null,
        unit == null ? "None" : unit,
        percentiles.isEmpty() ? null : percentiles);
  }

  ListMetricsOutput list(ListMetricsInput in, Call call) {
    var recently = in.recentlyActive();
    if (recently != null && !recently.equals("PT3H")) {
      throw CloudWatchErrors.invalidValue("RecentlyActive takes PT3H alone.");
    }
    var since = call.time().minus(recently == null ? LISTED : RECENT);
    var scope =
        in.namespace() == null
            ? Key.prefix(call.accountId(), call.region())
            : Key.prefix(call.accountId(), call.region(), in.namespace());
    var after = Tokens.read(in.nextToken());
    var found = new ArrayList<MetricRow>();
    var more =
        store
            .store()
            .read(
                tx -> {
                  var scan = Scan.prefix(scope).after(after).limit(PAGE);
                  while (true) {
                    var rows = store.metrics().scan(tx, scan);
                    for (var row : rows) {
                      if (isWanted(row.value(), in, since)) {
                        if (found.size() == PAGE) {
                          return true;
                        }
                        found.add(row.value());
                      }
                    }
                    if (rows.size() < PAGE) {
                      return false;
                    }
                    scan = scan.after(rows.getLast().key());
                  }
                });
    return ListMetricsOutput.builder()
        .metrics(
            found.stream()
                .map(row -> new Metric(row.id().namespace(), row.id().name(), row.id().view()))
                .toList())
        .nextToken(more ? Tokens.write(found.getLast().id().key()) : null)
        .build();
  }

  private static boolean isWanted(MetricRow row, ListMetricsInput in, Instant since) {
    return !row.last().isBefore(since)
        && (in.metricName() == null || in.metricName().equals(row.id().name()))
        && hasAll(row.id().dimensions(), in.dimensions());
  }

  private static boolean hasAll(
      Map<String, String> dimensions, @Nullable List<DimensionFilter> wanted) {
    return wanted == null
        || wanted.stream()
            .allMatch(
                filter ->
                    dimensions.containsKey(filter.name())
                        && (filter.value() == null
                            || filter.value().equals(dimensions.get(filter.name()))));
  }
}
