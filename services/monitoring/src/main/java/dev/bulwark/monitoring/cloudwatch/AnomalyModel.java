package dev.bulwark.monitoring.cloudwatch;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * What values of a metric are expected when: the median of the same hour of the week, of the same
 * hour of the day, or of all there is, whichever of them explains the past; and how far values
 * usually are from it, by the median of their absolute deviations, so that a past anomaly hardly
 * moves either. AWS does not publish its model; this one is Bulwark's own.
 */
final class AnomalyModel {
  /** A coarser season is kept unless a finer one leaves less than this of the deviations. */
  private static final double BETTER = 0.9;

  /** From so many values on, a slot has a spread of its own. */
  private static final int OWN_SPREAD = 8;

  /** Values are never expected more exactly than to this part of themselves. */
  private static final double FINEST = 0.01;

  /** Turns the median of absolute deviations into a standard deviation of normal values. */
  private static final double OF_MEDIAN = 1.4826;

  /** The same for their mean. */
  private static final double OF_MEAN = 1.2533;

  private static final int LEAST_POINTS = 30;
  private static final Duration LEAST_SPAN = Duration.ofHours(3);

  /** Which values are compared with each other. */
  private enum Season {
    NONE,
    DAY,
    WEEK
  }

  /** What is expected; the lowest and the highest of the values that are no anomalies. */
  record Band(double low, double high) {}

  /**
   * Values that are compared with each other.
   *
   * @param low what spikes reach downwards
   * @param high and upwards
   */
  private record Slot(double center, double spread, double low, double high) {}

  private final ZoneId zone;
  private final boolean spikes;
  private final boolean trained;
  private final Season season;
  private final Map<Integer, Slot> slots;
  private final Slot all;

  /**
   * Learns from the past.
   *
   * @param history values by the begin of their period, in seconds since the epoch
   * @param zone in which days and hours are those of the metric
   * @param spikes whether spikes that came regularly are expected
   */
  AnomalyModel(NavigableMap<Long, Double> history, ZoneId zone, boolean spikes) {
    this.zone = zone;
    this.spikes = spikes;
    trained =
        history.size() >= LEAST_POINTS
            && history.lastKey() - history.firstKey() >= LEAST_SPAN.toSeconds();
    var overall = history.values().stream().mapToDouble(value -> value).toArray();
    double none = deviation(history, time -> 0);
    all = slot(overall, none);
    if (!trained) {
      season = Season.NONE;
      slots = Map.of();
      return;
    }
    var best = Season.NONE;
    double least = none;
    for (var finer : new Season[] {Season.DAY, Season.WEEK}) {
      if (repeats(history, finer)) {
        double left = deviation(history, time -> number(finer, time));
        if (left < BETTER * least) {
          best = finer;
          least = left;
        }
      }
    }
    season = best;
    slots = slots(history, least);
  }

  /** False where there was too little to learn from. */
  boolean isTrained() {
    return trained;
  }

  /**
   * What is expected at a time.
   *
   * @param deviations how many standard deviations wide the band is, to both sides
   */
  Band band(long time, double deviations) {
    var slot = slots.getOrDefault(number(season, time), all);
    double spread = Math.max(slot.spread(), FINEST * Math.abs(slot.center())) * deviations;
    double low = slot.center() - spread;
    double high = slot.center() + spread;
    return spikes
        ? new Band(Math.min(low, slot.low()), Math.max(high, slot.high()))
        : new Band(low, high);
  }

  private int number(Season of, long time) {
    if (of == Season.NONE) {
      return 0;
    }
    var local = Instant.ofEpochSecond(time).atZone(zone);
    return of == Season.DAY
        ? local.getHour()
        : local.getDayOfWeek().ordinal() * 24 + local.getHour();
  }

  /** Whether most of the slots of a season were there on two days at least. */
  private boolean repeats(NavigableMap<Long, Double> history, Season of) {
    var days = new HashMap<Integer, Set<Long>>();
    for (var time : history.keySet()) {
      days.computeIfAbsent(number(of, time), unused -> new HashSet<>()).add(time / 86_400);
    }
    long repeated = days.values().stream().filter(found -> found.size() > 1).count();
    return repeated * 2 > days.size();
  }

  private static Map<Integer, double[]> grouped(
      NavigableMap<Long, Double> history, ToIntFunction<Long> number) {
    var sizes = new HashMap<Integer, Integer>();
    history.keySet().forEach(time -> sizes.merge(number.applyAsInt(time), 1, Integer::sum));
    var groups = new HashMap<Integer, double[]>();
    history.forEach(
        (time, value) -> {
          int slot = number.applyAsInt(time);
          var group = groups.computeIfAbsent(slot, unused -> new double[sizes.get(slot)]);
          group[group.length - sizes.merge(slot, -1, Integer::sum) - 1] = value;
        });
    return groups;
  }

  /** How far values are from the median of their slot; slots of few values count for more. */
  private static double deviation(NavigableMap<Long, Double> history, ToIntFunction<Long> number) {
    var deviations = new double[history.size()];
    int at = 0;
    for (var group : grouped(history, number).values()) {
      double center = median(group);
      double part = group.length == 1 ? 1 : Math.sqrt(group.length / (group.length - 1.0));
      for (var value : group) {
        deviations[at++] = Math.abs(value - center) * part;
      }
    }
    return ofDeviations(deviations);
  }

  private static double ofDeviations(double[] deviations) {
    double median = median(deviations) * OF_MEDIAN;
    // Where most values are the same, the others are all that tells how far they go.
    return median > 0 ? median : Arrays.stream(deviations).average().orElse(0) * OF_MEAN;
  }

  private Map<Integer, Slot> slots(NavigableMap<Long, Double> history, double usual) {
    var made = new HashMap<Integer, Slot>();
    grouped(history, time -> number(season, time))
        .forEach(
            (number, values) -> {
              double center = median(values);
              double spread = usual;
              if (values.length >= OWN_SPREAD) {
                var deviations =
                    Arrays.stream(values).map(value -> Math.abs(value - center)).toArray();
                spread = Math.clamp(ofDeviations(deviations), usual / 3, usual * 3);
              }
              made.put(number, slot(values, spread));
            });
    return made;
  }

  private static Slot slot(double[] values, double spread) {
    if (values.length == 0) {
      return new Slot(0, 0, 0, 0);
    }
    var sorted = values.clone();
    Arrays.sort(sorted);
    return new Slot(
        median(values),
        spread,
        sorted[(int) (0.05 * (sorted.length - 1))],
        sorted[(int) Math.ceil(0.95 * (sorted.length - 1))]);
  }

  private static double median(double[] values) {
    if (values.length == 0) {
      return 0;
    }
    var sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
