package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.AnomalyDetector;
import dev.bulwark.api.cloudwatch.AnomalyDetectorConfiguration;
import dev.bulwark.api.cloudwatch.DeleteAnomalyDetectorInput;
import dev.bulwark.api.cloudwatch.DeleteAnomalyDetectorOutput;
import dev.bulwark.api.cloudwatch.DescribeAnomalyDetectorsInput;
import dev.bulwark.api.cloudwatch.DescribeAnomalyDetectorsOutput;
import dev.bulwark.api.cloudwatch.Dimension;
import dev.bulwark.api.cloudwatch.MetricCharacteristics;
import dev.bulwark.api.cloudwatch.MetricMathAnomalyDetector;
import dev.bulwark.api.cloudwatch.PutAnomalyDetectorInput;
import dev.bulwark.api.cloudwatch.PutAnomalyDetectorOutput;
import dev.bulwark.api.cloudwatch.Range;
import dev.bulwark.api.cloudwatch.SingleMetricAnomalyDetector;
import dev.bulwark.monitoring.cloudwatch.DetectorRecord.Excluded;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Anomaly detectors: made, shown and deleted.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html">Using
 *     CloudWatch anomaly detection</a>
 */
final class DetectorRequests {
  private static final int MOST_EXCLUDED = 10;
  private static final int PAGE = 100;

  private final Detectors detectors;

  DetectorRequests(Detectors detectors) {
    this.detectors = detectors;
  }

  /** What a request names a detector by: in one of three ways. */
  private record Named(
      @Nullable String namespace,
      @Nullable String name,
      @Nullable List<Dimension> dimensions,
      @Nullable String stat,
      @Nullable SingleMetricAnomalyDetector single,
      @Nullable MetricMathAnomalyDetector math) {

    DetectorRecord detector(Call call) {
      boolean plain = namespace != null || name != null || stat != null;
      if ((plain ? 1 : 0) + (single == null ? 0 : 1) + (math == null ? 0 : 1) > 1) {
        throw CloudWatchErrors.invalidCombination(
            "A detector is named by a metric, by SingleMetricAnomalyDetector or by MetricMathAnomalyDetector: give one of them.");
      }
      if (math != null) {
        return ofExpression(math, call);
      }
      if (single == null) {
        return ofMetric(namespace, name, dimensions, stat, call);
      }
      if (single.accountId() != null && !single.accountId().equals(call.accountId())) {
        throw CloudWatchErrors.invalidValue("Metrics of other accounts are not available.");
      }
      return ofMetric(
          single.namespace(), single.metricName(), single.dimensions(), single.stat(), call);
    }

    private static DetectorRecord ofMetric(
        @Nullable String namespace,
        @Nullable String name,
        @Nullable List<Dimension> dimensions,
        @Nullable String stat,
        Call call) {
      if (namespace == null || name == null || stat == null) {
        throw CloudWatchErrors.missing(
            "The parameter "
                + (namespace == null ? "Namespace" : name == null ? "MetricName" : "Stat")
                + " is required.");
      }
      return DetectorRecord.of(
          new MetricId(
              call.accountId(), call.region(), namespace, name, MetricId.dimensions(dimensions)),
          Statistic.of(stat).name(),
          call.time());
    }

    private static DetectorRecord ofExpression(MetricMathAnomalyDetector math, Call call) {
      var given = math.metricDataQueries();
      if (given == null || given.isEmpty()) {
        throw CloudWatchErrors.missing("The parameter MetricDataQueries is required.");
      }
      return new DetectorRecord(
          call.accountId(),
          call.region(),
          null,
          null,
          AlarmRequests.queries(given, 1),
          List.of(),
          null,
          null,
          call.time(),
          DetectorRecord.PENDING);
    }
  }

  PutAnomalyDetectorOutput put(PutAnomalyDetectorInput in, Call call) {
    var named =
        new Named(
                in.namespace(),
                in.metricName(),
                in.dimensions(),
                in.stat(),
                in.singleMetricAnomalyDetector(),
                in.metricMathAnomalyDetector())
            .detector(call);
    var configuration = in.configuration();
    var characteristics = in.metricCharacteristics();
    var detector =
        new DetectorRecord(
            named.accountId(),
            named.region(),
            named.metric(),
            named.statistic(),
            named.queries(),
            configuration == null ? List.of() : excluded(configuration.excludedTimeRanges()),
            configuration == null ? null : zone(configuration.metricTimezone()),
            characteristics == null ? null : characteristics.periodicSpikes(),
            call.time(),
            DetectorRecord.PENDING);
    return call.write(
        PutAnomalyDetectorOutput.builder().build(), tx -> detectors.put(tx, detector));
  }

  private static List<Excluded> excluded(@Nullable List<Range> given) {
    var ranges = given == null ? List.<Range>of() : given;
    if (ranges.size() > MOST_EXCLUDED) {
      throw CloudWatchErrors.invalidValue(
          "The collection ExcludedTimeRanges must not have a size greater than "
              + MOST_EXCLUDED
              + ".");
    }
    for (var range : ranges) {
      if (!range.startTime().isBefore(range.endTime())) {
        throw CloudWatchErrors.invalidValue(
            "The parameter StartTime must be less than the parameter EndTime.");
      }
    }
    return ranges.stream()
        .map(
            range ->
                new Excluded(range.startTime().getEpochSecond(), range.endTime().getEpochSecond()))
        .toList();
  }

  private static @Nullable String zone(@Nullable String given) {
    try {
      return given == null ? null : ZoneId.of(given).getId();
    } catch (DateTimeException e) {
      throw CloudWatchErrors.invalidValue(
          "The value " + given + " for parameter MetricTimezone is invalid.");
    }
  }

  DeleteAnomalyDetectorOutput delete(DeleteAnomalyDetectorInput in, Call call) {
    var key =
        new Named(
                in.namespace(),
                in.metricName(),
                in.dimensions(),
                in.stat(),
                in.singleMetricAnomalyDetector(),
                in.metricMathAnomalyDetector())
            .detector(call)
            .key();
    return call.write(
        tx -> {
          if (!detectors.table().delete(tx, key)) {
            throw CloudWatchErrors.noDetector();
          }
          return DeleteAnomalyDetectorOutput.builder().build();
        });
  }

  DescribeAnomalyDetectorsOutput describe(DescribeAnomalyDetectorsInput in, Call call) {
    var types =
        in.anomalyDetectorTypes() == null || in.anomalyDetectorTypes().isEmpty()
            ? List.of("SINGLE_METRIC")
            : in.anomalyDetectorTypes();
    var dimensions = in.dimensions() == null ? null : MetricId.dimensions(in.dimensions());
    int most = in.maxResults() == null ? PAGE : Math.min(PAGE, in.maxResults());
    var after = Tokens.read(in.nextToken());
    var scope = Key.prefix(call.accountId(), call.region());
    var found = new ArrayList<DetectorRecord>();
    var rows =
        detectors
            .store()
            .read(
                tx ->
                    detectors
                        .table()
                        .scan(tx, Scan.prefix(scope).after(after).limit(Detectors.MOST)));
    String next = null;
    for (var row : rows) {
      var detector = row.value();
      var metric = detector.metric();
      boolean wanted =
          metric == null
              ? types.contains("METRIC_MATH")
              : types.contains("SINGLE_METRIC")
                  && (in.namespace() == null || in.namespace().equals(metric.namespace()))
                  && (in.metricName() == null || in.metricName().equals(metric.name()))
                  && (dimensions == null || dimensions.equals(metric.dimensions()));
      if (wanted) {
        if (found.size() == most) {
          next = Tokens.write(found.getLast().key());
          break;
        }
        found.add(detector);
      }
    }
    return DescribeAnomalyDetectorsOutput.builder()
        .anomalyDetectors(found.stream().map(DetectorRequests::view).toList())
        .nextToken(next)
        .build();
  }

  private static AnomalyDetector view(DetectorRecord detector) {
    var view =
        AnomalyDetector.builder()
            .configuration(
                new AnomalyDetectorConfiguration(
                    detector.excluded().stream()
                        .map(
                            range ->
                                new Range(
                                    Instant.ofEpochSecond(range.from()),
                                    Instant.ofEpochSecond(range.until())))
                        .toList(),
                    detector.zone()))
            .metricCharacteristics(
                detector.spikes() == null ? null : new MetricCharacteristics(detector.spikes()))
            .stateValue(detector.state());
    var metric = detector.metric();
    if (metric == null) {
      return view.metricMathAnomalyDetector(
              new MetricMathAnomalyDetector(
                  detector.queries().stream().map(AlarmViews::query).toList()))
          .build();
    }
    return view.namespace(metric.namespace())
        .metricName(metric.name())
        .dimensions(metric.view())
        .stat(detector.statistic())
        .singleMetricAnomalyDetector(
            SingleMetricAnomalyDetector.builder()
                .accountId(metric.accountId())
                .namespace(metric.namespace())
                .metricName(metric.name())
                .dimensions(metric.view())
                .stat(detector.statistic())
                .build())
        .build();
  }
}
