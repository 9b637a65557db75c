package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.monitoring.cloudwatch.MetricMath.MathException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Has detectors learn from time to time, and keeps the state of their training. */
final class AnomalyTrainer {
  private static final Duration AGAIN = Duration.ofHours(1);

  /** The period with which the state of training is found out, in seconds. */
  private static final long PERIOD = 300;

  /** Trained at a time, so that alarms do not wait for long. */
  private static final int MOST = 20;

  private final Detectors detectors;
  private final MetricData data;
  private final AnomalyModels models;

  /** When those were trained that are; the timer's thread alone. */
  private final Map<String, Instant> trained = new HashMap<>();

  AnomalyTrainer(Detectors detectors, MetricData data, AnomalyModels models) {
    this.detectors = detectors;
    this.data = data;
    this.models = models;
  }

  /** Trains those that are new, or were trained long ago. */
  void train(Instant now) {
    int done = 0;
    var all = detectors.all();
    trained.keySet().retainAll(all.stream().map(DetectorRecord::key).collect(Collectors.toSet()));
    for (var detector : all) {
      var last = trained.get(detector.key());
      boolean due =
          detector.state().equals(DetectorRecord.PENDING)
              || last == null
              || Duration.between(last, now).abs().compareTo(AGAIN) >= 0;
      if (due && done++ < MOST) {
        trained.put(detector.key(), now);
        train(detector);
      }
    }
  }

  private void train(DetectorRecord detector) {
    String state;
    try {
      var model = models.of(detector, PERIOD, range -> data.history(detector, PERIOD, range));
      state = model.isTrained() ? DetectorRecord.TRAINED : DetectorRecord.INSUFFICIENT;
    } catch (MathException e) {
      state = DetectorRecord.INSUFFICIENT;
    }
    if (!state.equals(detector.state())) {
      keep(detector, state);
    }
  }

  private void keep(DetectorRecord detector, String state) {
    detectors
        .store()
        .run(
            tx -> {
              if (detector.equals(detectors.table().get(tx, detector.key()))) {
                detectors.table().put(tx, detector.key(), detector.withState(state));
              }
            });
  }
}
