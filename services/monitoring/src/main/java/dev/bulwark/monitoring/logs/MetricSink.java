package dev.bulwark.monitoring.logs;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where metric filters put what they make of log events. */
public interface MetricSink {
  /**
   * Takes a value of a metric in.
   *
   * @param time in milliseconds since the epoch
   */
  void put(
      String accountId,
      String region,
      String namespace,
      String metric,
      Map<String, String> dimensions,
      double value,
      @Nullable String unit,
      long time);
}
