package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.monitoring.cloudwatch.MetricMath.MathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;

/**
 * The functions of metric math.
 *
 * @param times the begins of all periods of the range
 */
record MathFunctions(long period, List<Long> times) {
  private static final Set<String> AGGREGATES = Set.of("SUM", "AVG", "MIN", "MAX", "STDDEV");

  /** What fills in values that are not there. */
  enum Filling {
    REPEAT,
    LINEAR,
    VALUE
  }

  /** The values at all times of the range, as far as they can be filled in. */
  Series filled(Series series, Filling how, Series filler) {
    var filled = new TreeMap<Long, Double>();
    for (var time : times) {
      var before = series.values().floorEntry(time);
      var after = series.values().ceilingEntry(time);
      if (series.has(time)) {
        filled.put(time, series.at(time));
      } else if (how == Filling.LINEAR && before != null && after != null) {
        double part = (double) (time - before.getKey()) / (after.getKey() - before.getKey());
        filled.put(time, before.getValue() + part * (after.getValue() - before.getValue()));
      } else if (how == Filling.REPEAT && before != null) {
        filled.put(time, before.getValue());
      } else if (how == Filling.VALUE && filler.has(time)) {
        filled.put(time, filler.at(time));
      }
    }
    return Series.of(filled);
  }

  /** The value of a function but METRICS and FILL, whose arguments are of their own kind. */
  List<Series> apply(String name, List<List<Series>> arguments) throws MathException {
    if (name.equals("IF")) {
      return choose(arguments);
    }
    if (arguments.size() != 1) {
      throw new MathException("Wrong number of arguments of " + name);
    }
    var values = arguments.getFirst();
    if (AGGREGATES.contains(name)) {
      return List.of(aggregate(name, values));
    }
    return switch (name) {
      case "ABS" -> map(values, series -> series.map(Math::abs));
      case "CEIL" -> map(values, series -> series.map(Math::ceil));
      case "FLOOR" -> map(values, series -> series.map(Math::floor));
      case "LOG" -> map(values, series -> series.map(Math::log));
      case "LOG10" -> map(values, series -> series.map(Math::log10));
      case "PERIOD" -> List.of(Series.of(period));
      case "TIME_SERIES" -> map(values, this::spread);
      case "DATAPOINT_COUNT", "METRIC_COUNT" ->
          List.of(
              Series.of(
                  name.equals("METRIC_COUNT")
                      ? values.size()
                      : values.stream().mapToInt(series -> series.values().size()).sum()));
      case "DIFF" -> map(values, series -> steps(series, (change, seconds) -> change));
      case "RATE" -> map(values, series -> steps(series, (change, seconds) -> change / seconds));
      case "DIFF_TIME" -> map(values, series -> steps(series, (change, seconds) -> seconds));
      case "RUNNING_SUM" -> map(values, MathFunctions::runningSum);
      case "FIRST" -> List.of(values.getFirst());
      case "LAST" -> List.of(values.getLast());
      default -> throw new MathException("Unsupported function: " + name);
    };
  }

  private static List<Series> map(List<Series> values, Function<Series, Series> function) {
    return values.stream().map(function).toList();
  }

  /** Of several series a series, of one series a number. */
  private static Series aggregate(String name, List<Series> values) {
    if (values.size() == 1) {
      var only = values.getFirst();
      var all = only.scalar() ? List.of(only.number()) : List.copyOf(only.values().values());
      return Series.of(aggregateNumbers(name, all));
    }
    var byTime = new TreeMap<Long, List<Double>>();
    for (var series : values) {
      series
          .values()
          .forEach(
              (time, value) ->
                  byTime.computeIfAbsent(time, unused -> new ArrayList<>()).add(value));
    }
    var result = new TreeMap<Long, Double>();
    byTime.forEach((time, all) -> result.put(time, aggregateNumbers(name, all)));
    return Series.of(result);
  }

  private static double aggregateNumbers(String name, List<Double> all) {
    var summary = all.stream().mapToDouble(value -> value).summaryStatistics();
    return switch (name) {
      case "SUM" -> summary.getSum();
      case "AVG" -> summary.getAverage();
      case "MIN" -> all.isEmpty() ? 0 : summary.getMin();
      case "MAX" -> all.isEmpty() ? 0 : summary.getMax();
      default ->
          Math.sqrt(
              all.stream()
                  .mapToDouble(value -> Math.pow(value - summary.getAverage(), 2))
                  .average()
                  .orElse(0));
    };
  }

  private Series spread(Series series) {
    if (!series.scalar()) {
      return series;
    }
    var all = new TreeMap<Long, Double>();
    times.forEach(time -> all.put(time, series.number()));
    return Series.of(all);
  }

  private static Series steps(Series series, DoubleBinaryOperator step) {
    var result = new TreeMap<Long, Double>();
    Map.Entry<Long, Double> previous = null;
    for (var entry : series.values().entrySet()) {
      if (previous != null) {
        result.put(
            entry.getKey(),
            step.applyAsDouble(
                entry.getValue() - previous.getValue(), entry.getKey() - previous.getKey()));
      }
      previous = entry;
    }
    return Series.of(result);
  }

  private static Series runningSum(Series series) {
    var result = new TreeMap<Long, Double>();
    double sum = 0;
    for (var entry : series.values().entrySet()) {
      sum += entry.getValue();
      result.put(entry.getKey(), sum);
    }
    return Series.of(result);
  }

  private List<Series> choose(List<List<Series>> arguments) throws MathException {
    if (arguments.size() < 2
        || arguments.size() > 3
        || arguments.stream().anyMatch(one -> one.size() != 1)) {
      throw new MathException("IF takes a condition and one or two values");
    }
    var condition = arguments.get(0).getFirst();
    var then = arguments.get(1).getFirst();
    var otherwise = arguments.size() == 3 ? arguments.get(2).getFirst() : null;
    var result = new TreeMap<Long, Double>();
    for (var time : condition.scalar() ? times : List.copyOf(condition.values().keySet())) {
      var chosen = condition.at(time) != 0 ? then : otherwise;
      if (chosen != null && chosen.has(time)) {
        result.put(time, chosen.at(time));
      }
    }
    return List.of(Series.of(result));
  }
}
