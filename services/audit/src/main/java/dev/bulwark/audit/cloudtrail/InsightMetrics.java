package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.InsightsMetricDataType;
import dev.bulwark.api.cloudtrail.ListInsightsMetricDataRequest;
import dev.bulwark.api.cloudtrail.ListInsightsMetricDataResponse;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What Insights have counted: ListInsightsMetricData.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsMetricData.html">ListInsightsMetricData</a>
 */
final class InsightMetrics {
  private static final int HOUR = 3600;
  private static final int SECONDS = 60;
  private static final int MOST_POINTS = 21_600;

  /** How long points of each period, in seconds, are to be had. */
  private static final Map<Integer, Duration> KEPT =
      Map.of(60, Duration.ofDays(15), 300, Duration.ofDays(63), HOUR, Duration.ofDays(90));

  private final InsightTables tables;
  private final PageTokens tokens;

  InsightMetrics(InsightTables tables, PageTokens tokens) {
    this.tables = tables;
    this.tokens = tokens;
  }

  ListInsightsMetricDataResponse list(ListInsightsMetricDataRequest in, Call call) {
    boolean ofErrors = in.insightType().equals(InsightSeries.ERRORS);
    if (ofErrors == (in.errorCode() == null)) {
      throw CloudTrailErrors.invalidParameter(
          ofErrors
              ? "ErrorCode must be specified if InsightType is ApiErrorRateInsight."
              : "ErrorCode is valid only if InsightType is ApiErrorRateInsight.");
    }
    int period = Objects.requireNonNullElse(in.period(), HOUR);
    var kept = KEPT.get(period);
    if (kept == null) {
      throw CloudTrailErrors.invalidParameter("Period must be 60, 300, or 3600.");
    }
    var oldest = call.time().minus(kept);
    var end = Objects.requireNonNullElse(in.endTime(), call.time());
    var start = Objects.requireNonNullElse(in.startTime(), oldest);
    if (start.isAfter(end)) {
      throw CloudTrailErrors.invalidParameter("StartTime must not be after EndTime.");
    }
    var series =
        new InsightSeries(
            call.accountId(),
            call.region(),
            in.insightType(),
            in.eventSource(),
            in.eventName(),
            Objects.requireNonNullElse(in.errorCode(), ""));
    var query = Key.of(series.key(), "" + period, "" + in.startTime(), "" + in.endTime());
    var token = tokens.read(in.nextToken(), query);
    long from =
        token == null
            ? first(start.isBefore(oldest) ? oldest : start, period)
            : Long.parseLong(token);
    long to = Math.min(end.getEpochSecond(), call.time().getEpochSecond());
    boolean zeros = InsightsMetricDataType.FILL_WITH_ZEROS.value().equals(in.dataType());
    int most = Objects.requireNonNullElse(in.maxResults(), MOST_POINTS);
    return page(
        in, points(series, period, from, to), new Range(from, to, period, zeros, most), query);
  }

  /** The first point at or after a time. */
  private static long first(Instant time, int period) {
    return Math.ceilDiv(time.getEpochSecond(), period) * period;
  }

  /** Sums by the beginnings of their periods, in seconds from 1970. */
  private TreeMap<Long, Long> points(InsightSeries series, int period, long from, long to) {
    var points = new TreeMap<Long, Long>();
    tables
        .store()
        .read(
            tx -> {
              tables.eachHour(
                  tx,
                  series,
                  from / HOUR,
                  (hour, counts) ->
                      counts
                          .minutes()
                          .forEach(
                              (minute, count) -> {
                                long second = hour * HOUR + (long) minute * SECONDS;
                                long point = second / period * period;
                                if (point >= from && point < to) {
                                  points.merge(point, count, Long::sum);
                                }
                              }));
              return true;
            });
    return points;
  }

  /** Which points are asked for. */
  private record Range(long from, long to, int period, boolean zeros, int most) {}

  private ListInsightsMetricDataResponse page(
      ListInsightsMetricDataRequest in, TreeMap<Long, Long> points, Range range, String query) {
    var times = new ArrayList<Instant>();
    var values = new ArrayList<Double>();
    String next = null;
    if (range.zeros()) {
      for (long point = range.from(); point < range.to(); point += range.period()) {
        if (times.size() == range.most()) {
          next = Long.toString(point);
          break;
        }
        times.add(Instant.ofEpochSecond(point));
        values.add((double) points.getOrDefault(point, 0L));
      }
    } else {
      for (var point : points.entrySet()) {
        if (times.size() == range.most()) {
          next = Long.toString(point.getKey());
          break;
        }
        times.add(Instant.ofEpochSecond(point.getKey()));
        values.add((double) point.getValue());
      }
    }
    return ListInsightsMetricDataResponse.builder()
        .eventSource(in.eventSource())
        .eventName(in.eventName())
        .insightType(in.insightType())
        .errorCode(in.errorCode())
        .timestamps(times)
        .values(values)
        .nextToken(tokens.write(next, query))
        .build();
  }
}
