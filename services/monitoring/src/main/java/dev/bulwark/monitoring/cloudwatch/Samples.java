package dev.bulwark.monitoring.cloudwatch;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a metric in a stretch of time: their statistics, and as far as they are known the
 * values and how often each was, from which percentiles come.
 *
 * @param values in ascending order; empty where only the statistics were published
 */
record Samples(
    double count, double sum, double minimum, double maximum, double[] values, double[] counts) {
  /** Beyond so many different values, those that are within a percent of each other are one. */
  static final int MOST_VALUES = 300;

  private static final double STEP = Math.log(1.01);
  private static final double[] NONE = {};

  /** Statistics whose values are not known. */
  static Samples ofStatistics(double count, double sum, double minimum, double maximum) {
    return minimum == maximum
        ? of(minimum, count)
        : new Samples(count, sum, minimum, maximum, NONE, NONE);
  }

  /** A value that was seen so many times. */
  static Samples of(double value, double count) {
    return new Samples(
        count, value * count, value, value, new double[] {value}, new double[] {count});
  }

  Samples plus(@Nullable Samples other) {
    if (other == null) {
      return this;
    }
    boolean known = values.length > 0 && other.values.length > 0;
    var all = new TreeMap<Double, Double>();
    if (known) {
      addTo(all);
      other.addTo(all);
      if (all.size() > MOST_VALUES) {
        all = rounded(all);
      }
    }
    return new Samples(
        count + other.count,
        sum + other.sum,
        Math.min(minimum, other.minimum),
        Math.max(maximum, other.maximum),
        all.keySet().stream().mapToDouble(value -> value).toArray(),
        all.values().stream().mapToDouble(times -> times).toArray());
  }

  private void addTo(TreeMap<Double, Double> all) {
    for (int i = 0; i < values.length; i++) {
      all.merge(values[i], counts[i], Double::sum);
    }
  }

  private static TreeMap<Double, Double> rounded(TreeMap<Double, Double> all) {
    var rounded = new TreeMap<Double, Double>();
    all.forEach((value, times) -> rounded.merge(round(value), times, Double::sum));
    return rounded;
  }

  static double round(double value) {
    return value == 0
        ? 0
        : Math.signum(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / STEP) * STEP);
  }

  /** The value below which that part of the samples is; null where it is not known. */
  @Nullable Double percentile(double percent) {
    if (values.length == 0) {
      return null;
    }
    double rank = percent / 100 * count;
    double seen = 0;
    for (int i = 0; i < values.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return Math.max(minimum, Math.min(maximum, values[i]));
      }
    }
    return maximum;
  }
}
