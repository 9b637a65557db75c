package dev.bulwark.monitoring.logs;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.util.Map;

/**
 * What comes into log groups, as metrics of each group and of the account.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html">Monitoring
 *     with CloudWatch metrics</a>
 */
final class IngestionMetrics {
  private static final ServiceMetric BYTES =
      new ServiceMetric("AWS/Logs", "IncomingBytes", "Bytes");
  private static final ServiceMetric EVENTS =
      new ServiceMetric("AWS/Logs", "IncomingLogEvents", "None");

  private final MetricPublisher metrics;

  IngestionMetrics(MetricPublisher metrics) {
    this.metrics = metrics;
  }

  /**
   * Counts a batch that is kept.
   *
   * @param bytes as AWS counts them, with 26 for each event
   */
  void count(LogGroupRecord group, int events, long bytes) {
    var ofGroup =
        new Source(group.accountId(), group.region(), Map.of("LogGroupName", group.name()));
    var ofAccount = new Source(group.accountId(), group.region(), Map.of());
    for (var source : new Source[] {ofGroup, ofAccount}) {
      metrics.add(source, BYTES, bytes);
      metrics.add(source, EVENTS, events);
    }
  }
}
