package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The samples of metrics, by the minute, or by the second where a metric is published so: a row for
 * each and unit, into which what comes later is added.
 */
final class MetricStore {
  /** The longest time that samples are kept. */
  static final Duration KEPT = Duration.ofDays(455);

  private static final int SCAN = 1000;
  private static final int MOST_EXPIRED = 1000;
  private static final String BY_TIME = "time";

  /** A metric, and when something was published last. */
  record MetricRow(MetricId id, Instant last) {}

  /** The samples of a minute or second. */
  record SamplesRow(String metric, long second, @Nullable String unit, Samples samples) {}

  /** Samples on their way in. */
  record Datum(MetricId id, long second, @Nullable String unit, Samples samples) {}

  private final Store store;
  private final Table<MetricRow> metrics;
  private final Table<SamplesRow> samples;

  MetricStore(Store store) {
    this.store = store;
    metrics = store.table(TableSpec.json("cloudwatch_metrics", MetricRow.class));
    samples =
        store.table(
            TableSpec.json(
                "cloudwatch_samples",
                SamplesRow.class,
                Index.of(BY_TIME, row -> digits(row.second()))));
  }

  Store store() {
    return store;
  }

  /** Metrics by account, Region, namespace, name and dimensions. */
  Table<MetricRow> metrics() {
    return metrics;
  }

  void put(WriteTx tx, Datum datum, Instant now) {
    var key = datum.id().key();
    var known = metrics.get(tx, key);
    if (known == null || known.last().isBefore(now.minusSeconds(60))) {
      metrics.put(tx, key, new MetricRow(datum.id(), now));
    }
    var row = Key.of(key, digits(datum.second()), datum.unit() == null ? "" : datum.unit());
    var before = samples.get(tx, row);
    samples.put(
        tx,
        row,
        new SamplesRow(
            key,
            datum.second(),
            datum.unit(),
            datum.samples().plus(before == null ? null : before.samples())));
  }

  private static String digits(long second) {
    return "%012d".formatted(second);
  }

  /**
   * The samples of a metric in periods.
   *
   * @param from the begin of the first period, in seconds since the epoch
   * @param until the end of the last
   * @param unit null for any
   * @return by the begin of their period
   */
  TreeMap<Long, Samples> periods(
      MetricId id, long from, long until, long period, @Nullable String unit) {
    var found = new TreeMap<Long, Samples>();
    var prefix = Key.prefix(id.key());
    var after = prefix + digits(Math.max(0, from));
    while (true) {
      var scan = Scan.prefix(prefix).after(after).limit(SCAN);
      var rows = store.read((ReadTx tx) -> samples.scan(tx, scan));
      for (var row : rows) {
        var value = row.value();
        if (value.second() >= until) {
          return found;
        }
        if (unit == null || unit.equals(value.unit())) {
          long begin = from + Math.floorDiv(value.second() - from, period) * period;
          found.merge(begin, value.samples(), Samples::plus);
        }
      }
      if (rows.size() < SCAN) {
        return found;
      }
      after = rows.getLast().key();
    }
  }

  /** The unit that a metric was published with last; null where none. */
  @Nullable String unit(MetricId id) {
    var rows =
        store.read(
            (ReadTx tx) -> samples.scan(tx, Scan.prefix(Key.prefix(id.key())).reversed().limit(1)));
    return rows.isEmpty() ? null : rows.getFirst().value().unit();
  }

  /** Deletes what is older than samples are kept. */
  void expire(Instant now) {
    var kept = digits(now.minus(KEPT).getEpochSecond());
    while (true) {
      var old = new ArrayList<String>();
      for (var row : oldest()) {
        if (digits(row.second()).compareTo(kept) < 0) {
          old.add(Key.of(row.metric(), digits(row.second()), row.unit() == null ? "" : row.unit()));
        }
      }
      if (old.isEmpty()) {
        return;
      }
      store.run(tx -> old.forEach(key -> samples.delete(tx, key)));
    }
  }

  private List<SamplesRow> oldest() {
    return store
        .read((ReadTx tx) -> samples.scanByIndex(tx, BY_TIME, Scan.all().limit(MOST_EXPIRED)))
        .stream()
        .map(row -> row.value())
        .toList();
  }
}
