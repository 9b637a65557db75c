package dev.bulwark.monitoring.cloudwatch;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Samples of a minute that is not over: values, and how often each was. Thread-safe. */
final class SampleSum {
  private final Map<Double, Integer> times = new HashMap<>();

  /** The value of the last sample, and how often it was since then, which no map needs to hold. */
  private double last = Double.NaN;

  private int lastTimes;
  private double count;
  private double sum;
  private double minimum = Double.POSITIVE_INFINITY;
  private double maximum = Double.NEGATIVE_INFINITY;
  private boolean closed;

  /**
   * Takes a value.
   *
   * @return false where it is closed
   */
  synchronized boolean add(double value) {
    if (closed) {
      return false;
    }
    count++;
    sum += value;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    if (value != last) {
      settle();
      last = value;
    }
    lastTimes++;
    return true;
  }

  private void settle() {
    if (lastTimes > 0) {
      double key =
          times.size() < Samples.MOST_VALUES || times.containsKey(last)
              ? last
              : Samples.round(last);
      times.merge(key, lastTimes, Integer::sum);
      lastTimes = 0;
    }
  }

  /** Takes no more values, and says what there was. */
  synchronized Samples close() {
    closed = true;
    settle();
    var sorted = new TreeMap<>(times);
    return new Samples(
        count,
        sum,
        minimum,
        maximum,
        sorted.keySet().stream().mapToDouble(value -> value).toArray(),
        sorted.values().stream().mapToDouble(times -> times).toArray());
  }
}
