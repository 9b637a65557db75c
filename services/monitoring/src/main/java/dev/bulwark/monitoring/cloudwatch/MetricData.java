package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.GetMetricDataInput;
import dev.bulwark.api.cloudwatch.GetMetricDataOutput;
import dev.bulwark.api.cloudwatch.MessageData;
import dev.bulwark.api.cloudwatch.MetricDataQuery;
import dev.bulwark.api.cloudwatch.MetricDataResult;
import dev.bulwark.api.cloudwatch.ScanBy;
import dev.bulwark.monitoring.cloudwatch.MetricMath.MathException;
import dev.bulwark.service.Call;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** GetMetricData: several metrics at once, and expressions over them. */
final class MetricData {
  private static final int MOST_QUERIES = 500;
  private static final int MOST_POINTS = 100_800;
  private static final int MOST_PERIODS = 50_000;
  private static final Pattern ID = Pattern.compile("[a-z][a-zA-Z0-9_]{0,254}");

  /** What tells the series of a band apart; AWS's own words for it are not documented. */
  private static final List<String> BAND = List.of(" (expected low)", " (expected high)");

  private final MetricStore store;
  private final Detectors detectors;
  private final AnomalyModels models;

  MetricData(MetricStore store, Detectors detectors, AnomalyModels models) {
    this.store = store;
    this.detectors = detectors;
    this.models = models;
  }

  GetMetricDataOutput get(GetMetricDataInput in, Call call) {
    if (!in.startTime().isBefore(in.endTime())) {
      throw CloudWatchErrors.validation(
          "The parameter StartTime must be less than the parameter EndTime.");
    }
    var range = new Range(in.startTime().getEpochSecond(), in.endTime().getEpochSecond());
    var evaluation = evaluation(in.metricDataQueries(), call.accountId(), call.region(), range);
    boolean ascending = ScanBy.TIMESTAMP_ASCENDING.value().equals(in.scanBy());
    var results = new ArrayList<MetricDataResult>();
    for (var query : in.metricDataQueries()) {
      if (query.returnData() == null || query.returnData()) {
        results.addAll(evaluation.results(query, ascending));
      }
    }
    long points = results.stream().mapToLong(result -> result.values().size()).sum();
    if (points > (in.maxDatapoints() == null ? MOST_POINTS : in.maxDatapoints())) {
      throw CloudWatchErrors.validation(
          "The requested data points exceed the limit: ask for a shorter range or a longer period.");
    }
    return GetMetricDataOutput.builder().metricDataResults(results).messages(List.of()).build();
  }

  /** From the first second to the one after the last. */
  record Range(long from, long until) {
    Range aligned(long period) {
      return new Range(Math.floorDiv(from, period) * period, until);
    }

    List<Long> times(long period) {
      var times = new ArrayList<Long>();
      for (long time = aligned(period).from(); time < until && times.size() < MOST_PERIODS; ) {
        times.add(time);
        time += period;
      }
      return times;
    }
  }

  /**
   * The queries of a request evaluated, each once.
   *
   * @throws dev.bulwark.schema.ApiException ValidationError where they make no sense
   */
  Evaluation evaluation(
      List<MetricDataQuery> queries, String accountId, String region, Range range) {
    return new Evaluation(queries, accountId, region, range);
  }

  /**
   * @throws dev.bulwark.schema.ApiException ValidationError where queries make no sense
   */
  static void requireValid(List<MetricDataQuery> queries) {
    if (queries.size() > MOST_QUERIES) {
      throw CloudWatchErrors.validation(
          "The collection MetricDataQueries must not have a size greater than 500.");
    }
    var ids = new HashSet<String>();
    for (var query : queries) {
      requireValid(query);
      if (!ids.add(query.id())) {
        throw CloudWatchErrors.validation(
            "The values for parameter id in MetricDataQueries are not unique.");
      }
    }
  }

  private static void requireValid(MetricDataQuery query) {
    if (!ID.matcher(query.id()).matches()) {
      throw CloudWatchErrors.validation(
          "The value "
              + query.id()
              + " for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.");
    }
    if ((query.expression() == null) == (query.metricStat() == null)) {
      throw CloudWatchErrors.validation(
          "Exactly one of the elements of MetricDataQueries has to be given: Expression or MetricStat.");
    }
    var stat = query.metricStat();
    if (stat != null) {
      Metrics.requirePeriod(stat.period());
      Statistic.of(stat.stat());
    }
  }

  /** Queries and what has been computed of them. */
  final class Evaluation implements MetricMath.Variables {
    private final Map<String, MetricDataQuery> queries = new LinkedHashMap<>();
    private final Map<String, List<Series>> known = new HashMap<>();
    private final Set<String> running = new HashSet<>();
    private final String accountId;
    private final String region;
    private final Range range;

    private Evaluation(List<MetricDataQuery> given, String accountId, String region, Range range) {
      this.accountId = accountId;
      this.region = region;
      this.range = range;
      requireValid(given);
      given.forEach(query -> queries.put(query.id(), query));
    }

    private List<MetricDataResult> results(MetricDataQuery query, boolean ascending) {
      List<Series> values;
      try {
        values = get(query.id());
      } catch (MathException e) {
        return List.of(
            MetricDataResult.builder()
                .id(query.id())
                .label(label(query))
                .timestamps(List.of())
                .values(List.of())
                .statusCode("InternalError")
                .messages(List.of(new MessageData("ArithmeticError", e.getMessage())))
                .build());
      }
      var results = new ArrayList<MetricDataResult>();
      for (int i = 0; i < values.size(); i++) {
        var label =
            AlarmCondition.isBand(query.expression()) ? label(query) + BAND.get(i) : label(query);
        results.add(result(query, label, values.get(i), ascending));
      }
      return results;
    }

    private MetricDataResult result(
        MetricDataQuery query, String label, Series series, boolean ascending) {
      var values = new TreeMap<Long, Double>();
      if (series.scalar()) {
        range.times(period(query)).forEach(time -> values.put(time, series.number()));
      } else {
        values.putAll(series.values());
      }
      var ordered = ascending ? values : values.descendingMap();
      return MetricDataResult.builder()
          .id(query.id())
          .label(label)
          .timestamps(ordered.keySet().stream().map(Instant::ofEpochSecond).toList())
          .values(List.copyOf(ordered.values()))
          .statusCode("Complete")
          .build();
    }

    private static String label(MetricDataQuery query) {
      if (query.label() != null) {
        return query.label();
      }
      var stat = query.metricStat();
      return stat == null ? query.id() : String.valueOf(stat.metric().metricName());
    }

    /** The period of a query: of an expression the longest of those that it uses. */
    long period(MetricDataQuery query) {
      if (query.metricStat() != null) {
        return query.metricStat().period();
      }
      if (query.period() != null) {
        return query.period();
      }
      return queries.values().stream()
          .filter(found -> found.metricStat() != null)
          .mapToLong(found -> found.metricStat().period())
          .max()
          .orElse(300);
    }

    @Override
    public List<Series> get(String id) throws MathException {
      var done = known.get(id);
      if (done != null) {
        return done;
      }
      var query = queries.get(id);
      if (query == null) {
        throw new MathException("Unknown id in expression: " + id);
      }
      if (!running.add(id)) {
        throw new MathException("Expressions refer to each other: " + id);
      }
      var values = query.metricStat() != null ? metric(query) : expression(query);
      running.remove(id);
      known.put(id, values);
      return values;
    }

    private List<Series> expression(MetricDataQuery query) throws MathException {
      long period = period(query);
      return MetricMath.evaluate(
          String.valueOf(query.expression()), period, range.times(period), this);
    }

    private List<Series> metric(MetricDataQuery query) {
      var stat = query.metricStat();
      if (stat == null) {
        return List.of();
      }
      var metric = stat.metric();
      var id =
          new MetricId(
              accountId,
              region,
              String.valueOf(metric.namespace()),
              String.valueOf(metric.metricName()),
              MetricId.dimensions(metric.dimensions()));
      return List.of(
          Series.of(values(id, Statistic.of(stat.stat()), stat.period(), stat.unit(), range)));
    }

    @Override
    public List<Series> band(String id, double deviations) throws MathException {
      var query = queries.get(id);
      if (query == null) {
        throw new MathException("Unknown id in expression: " + id);
      }
      var detector = detector(query);
      if (detector == null) {
        throw new MathException("There is no anomaly detector for " + id);
      }
      long period = period(query);
      var model = models.of(detector, period, past -> history(detector, period, past));
      var low = new TreeMap<Long, Double>();
      var high = new TreeMap<Long, Double>();
      if (model.isTrained()) {
        for (var time : range.times(period)) {
          var expected = model.band(time, deviations);
          low.put(time, expected.low());
          high.put(time, expected.high());
        }
      }
      return List.of(Series.of(low), Series.of(high));
    }

    private @Nullable DetectorRecord detector(MetricDataQuery query) {
      var given = queries.values().stream().map(AlarmRequests::query).toList();
      for (var one : given) {
        if (one.id().equals(query.id()) && one.metric() != null) {
          return detectors.find(
              DetectorRecord.id(one.metric(), accountId, region), one.metric().statistic());
        }
      }
      return detectors.find(accountId, region, query.id(), given);
    }

    @Override
    public List<Series> metrics(String part) throws MathException {
      var all = new ArrayList<Series>();
      for (var query : queries.values()) {
        if (query.metricStat() != null && query.id().contains(part)) {
          all.addAll(get(query.id()));
        }
      }
      return all;
    }
  }

  /** The values that a detector looks at. */
  NavigableMap<Long, Double> history(DetectorRecord detector, long period, Range range)
      throws MathException {
    var metric = detector.metric();
    if (metric != null) {
      return values(
          metric, Statistic.of(String.valueOf(detector.statistic())), period, null, range);
    }
    var queries = detector.queries().stream().map(AlarmViews::query).toList();
    var evaluation = evaluation(queries, detector.accountId(), detector.region(), range);
    for (var query : detector.queries()) {
      if (query.returnsData()) {
        var found = evaluation.get(query.id());
        return found.size() == 1 ? found.getFirst().values() : new TreeMap<>();
      }
    }
    return new TreeMap<>();
  }

  /** A statistic of a metric in each period of a range in which it has samples. */
  TreeMap<Long, Double> values(
      MetricId id, Statistic statistic, long period, @Nullable String unit, Range range) {
    var aligned = range.aligned(period);
    var values = new TreeMap<Long, Double>();
    store
        .periods(id, aligned.from(), aligned.until(), period, unit)
        .forEach(
            (time, samples) -> {
              var value = statistic.of(samples);
              if (value != null) {
                values.put(time, value);
              }
            });
    return values;
  }
}
