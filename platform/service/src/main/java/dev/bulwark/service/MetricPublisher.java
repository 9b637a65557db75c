package dev.bulwark.service;

import java.util.Map;

/**
 * Where services publish metrics about themselves, which CloudWatch shows in the namespaces that
 * are AWS's own. A service holds its {@link ServiceMetric}s as constants, adds a sample wherever
 * something happens, and has what has a value at any time (the length of a queue, say) read once a
 * minute.
 *
 * <p>As at AWS, these metrics are best effort: samples are summed up in memory by the minute of the
 * installation's clock and written when it has passed, so a crash loses the last of them.
 */
public interface MetricPublisher {
  /** Takes nothing. */
  MetricPublisher NONE =
      new MetricPublisher() {
        @Override
        public void add(Source source, ServiceMetric metric, double value) {}

        @Override
        public void everyMinute(Runnable reading) {}
      };

  /**
   * What a sample is of.
   *
   * @param accountId whose metrics it belongs to
   * @param dimensions by their names; empty for a metric of the account as a whole
   */
  record Source(String accountId, String region, Map<String, String> dimensions) {
    /** A source. */
    public Source {
      dimensions = Map.copyOf(dimensions);
    }
  }

  /**
   * Adds a sample to the present minute. It costs a look into a map: no input or output, and no
   * waiting; so it may be done on every path, but not in functions of a transaction, which may run
   * again. What is more than can be held is dropped.
   */
  void add(Source source, ServiceMetric metric, double value);

  /**
   * Has {@code reading} run once in each minute of the clock, to add what it finds at that moment.
   * It may read the store. What it throws is logged.
   */
  void everyMinute(Runnable reading);
}
