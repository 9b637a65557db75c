package dev.bulwark.monitoring.cloudwatch;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A value of metric math: values by time, or one number.
 *
 * @param values by the begin of their period, in seconds since the epoch
 * @param scalar whether it is a number, which then stands for every time
 */
record Series(NavigableMap<Long, Double> values, boolean scalar, double number) {

  static Series of(NavigableMap<Long, Double> values) {
    return new Series(values, false, 0);
  }

  static Series of(double number) {
    return new Series(new TreeMap<>(), true, number);
  }

  Series map(DoubleUnaryOperator operator) {
    if (scalar) {
      return of(operator.applyAsDouble(number));
    }
    var mapped = new TreeMap<Long, Double>();
    values.forEach((time, value) -> put(mapped, time, operator.applyAsDouble(value)));
    return of(mapped);
  }

  /** At the times that both have. */
  Series with(Series other, DoubleBinaryOperator operator) {
    if (scalar && other.scalar) {
      return of(operator.applyAsDouble(number, other.number));
    }
    var combined = new TreeMap<Long, Double>();
    var times = scalar ? other.values.keySet() : values.keySet();
    for (var time : times) {
      if (has(time) && other.has(time)) {
        put(combined, time, operator.applyAsDouble(at(time), other.at(time)));
      }
    }
    return of(combined);
  }

  /** What is no number, as of a division by zero, is no data point. */
  private static void put(TreeMap<Long, Double> into, Long time, double value) {
    if (Double.isFinite(value)) {
      into.put(time, value);
    }
  }

  boolean has(long time) {
    return scalar || values.containsKey(time);
  }

  double at(long time) {
    return scalar ? number : values.getOrDefault(time, Double.NaN);
  }
}
