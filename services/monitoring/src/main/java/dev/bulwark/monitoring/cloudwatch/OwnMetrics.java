package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.monitoring.cloudwatch.MetricStore.Datum;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceMetric;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The metrics of Bulwark's own services: summed up in memory by the minute, and written to the
 * metric store once the minute has passed. Thread-safe.
 */
final class OwnMetrics implements MetricPublisher {
  /** So many sums are held; samples of more are dropped, since they are best effort. */
  private static final int MOST_SUMS = 50_000;

  /** Written in one transaction, so that other writers get their turn in between. */
  private static final int SLICE = 500;

  private static final System.Logger LOG = System.getLogger(OwnMetrics.class.getName());

  private final MetricStore store;
  private final Clock clock;
  private final ConcurrentHashMap<SumKey, SampleSum> sums = new ConcurrentHashMap<>();
  private final List<Runnable> readings = new CopyOnWriteArrayList<>();
  private long lastReading = Long.MIN_VALUE;
  private volatile boolean full;

  OwnMetrics(MetricStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  private record SumKey(long minute, Source source, ServiceMetric metric) {
    Datum datum(Samples samples) {
      return new Datum(
          new MetricId(
              source.accountId(),
              source.region(),
              metric.namespace(),
              metric.name(),
              source.dimensions()),
          minute * 60,
          metric.unit(),
          samples);
    }
  }

  @Override
  public void add(Source source, ServiceMetric metric, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(metric.name() + " cannot be " + value);
    }
    var key = new SumKey(minute(), source, metric);
    // A sum that is being written takes nothing more: then there is to be another one.
    while (true) {
      var sum = sums.get(key);
      if (sum == null) {
        if (isFull()) {
          return;
        }
        sum = sums.computeIfAbsent(key, unused -> new SampleSum());
      }
      if (sum.add(value)) {
        return;
      }
      sums.remove(key, sum);
    }
  }

  private boolean isFull() {
    if (sums.size() < MOST_SUMS) {
      return false;
    }
    if (!full) {
      full = true;
      LOG.log(System.Logger.Level.WARNING, "more metrics of services than can be held: dropped");
    }
    return true;
  }

  @Override
  public void everyMinute(Runnable reading) {
    readings.add(reading);
  }

  private long minute() {
    return Math.floorDiv(clock.millis(), 60_000L);
  }

  /**
   * Reads what is to be read once in this minute, and writes the sums of those that have passed.
   */
  synchronized void tick() {
    long now = minute();
    if (now != lastReading) {
      lastReading = now;
      readings.forEach(OwnMetrics::read);
    }
    write(now);
  }

  private static void read(Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a service's metrics could not be read", e);
    }
  }

  /** Writes all sums but those of that minute; a clock that is set back leaves none behind. */
  private void write(long except) {
    var data = new ArrayList<Datum>();
    for (Iterator<SumKey> keys = sums.keySet().iterator(); keys.hasNext(); ) {
      var key = keys.next();
      if (key.minute() != except) {
        var sum = sums.get(key);
        keys.remove();
        if (sum != null) {
          data.add(key.datum(sum.close()));
        }
      }
    }
    full = false;
    var time = clock.instant();
    for (int from = 0; from < data.size(); from += SLICE) {
      var slice = List.copyOf(data.subList(from, Math.min(data.size(), from + SLICE)));
      store.store().append(tx -> slice.forEach(datum -> store.put(tx, datum, time)));
    }
  }

  /** Drops what is not written yet. */
  void forget() {
    sums.clear();
  }

  /** Writes everything, for an end in good order. */
  synchronized void flush() {
    write(Long.MIN_VALUE);
  }
}
