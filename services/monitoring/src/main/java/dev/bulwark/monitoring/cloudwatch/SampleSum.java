package dev.bulwark.monitoring.cloudwatch;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Samples of a minute that is not over: values, and how often each was. Thread-safe. */
final class SampleSum {
  private final Map<Double, Integer> times = new HashMap<>();
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
    double key =
        times.size() < Samples.MOST_VALUES || times.containsKey(value)
            ? value
            : Samples.round(value);
    times.merge(key, 1, Integer::sum);
    return true;
  }

  /** Takes no more values, and says what there was. */
  synchronized Samples close() {
    closed = true;
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
