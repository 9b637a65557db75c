package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.monitoring.cloudwatch.MetricData.Range;
import dev.bulwark.monitoring.cloudwatch.MetricMath.MathException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What detectors have learned; they learn anew every hour. Thread-safe. */
final class AnomalyModels {
  private static final Duration LEARNED_FROM = Duration.ofDays(14);
  private static final Duration VALID = Duration.ofHours(1);

  /** Two weeks of minutes: of shorter periods less time is looked back to. */
  private static final long MOST_POINTS = 20_160;

  private static final int MOST_MODELS = 1_000;

  /** Where a detector's values come from. */
  @FunctionalInterface
  interface History {
    NavigableMap<Long, Double> read(Range range) throws MathException;
  }

  private record ModelKey(String detector, Instant configured, long period) {}

  private record Learned(AnomalyModel model, Instant at) {}

  private final Clock clock;
  private final Map<ModelKey, Learned> known = new ConcurrentHashMap<>();

  AnomalyModels(Clock clock) {
    this.clock = clock;
  }

  /**
   * The model of a detector.
   *
   * @param period of the values, in seconds
   */
  AnomalyModel of(DetectorRecord detector, long period, History history) throws MathException {
    var key = new ModelKey(detector.key(), detector.configured(), period);
    var now = clock.instant();
    var found = known.get(key);
    if (found != null && isValid(found, now)) {
      return found.model();
    }
    long until = Math.floorDiv(now.getEpochSecond(), period) * period;
    long span = Math.min(LEARNED_FROM.toSeconds(), MOST_POINTS * period);
    var values = new TreeMap<>(history.read(new Range(until - span, until)));
    values.keySet().removeIf(detector::excludes);
    var model = new AnomalyModel(values, detector.zoneId(), Boolean.TRUE.equals(detector.spikes()));
    if (known.size() >= MOST_MODELS) {
      known.values().removeIf(one -> !isValid(one, now));
    }
    if (known.size() < MOST_MODELS) {
      known.put(key, new Learned(model, now));
    }
    return model;
  }

  private static boolean isValid(Learned learned, Instant now) {
    return Duration.between(learned.at(), now).abs().compareTo(VALID) < 0;
  }
}
