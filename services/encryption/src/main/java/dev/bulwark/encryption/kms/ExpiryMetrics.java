package dev.bulwark.encryption.kms;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * How long imported material is still valid, as a metric of each key whose material expires.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/monitoring-cloudwatch.html">Monitor
 *     KMS keys with Amazon CloudWatch</a>
 */
final class ExpiryMetrics {
  private static final ServiceMetric LEFT =
      new ServiceMetric("AWS/KMS", "SecondsUntilKeyMaterialExpiration", "Seconds");

  private ExpiryMetrics() {}

  /** Has it told every minute. */
  static void publish(KmsTables tables, MetricPublisher metrics, Clock clock) {
    metrics.everyMinute(() -> tell(tables, metrics, clock));
  }

  private static void tell(KmsTables tables, MetricPublisher metrics, Clock clock) {
    var now = clock.instant();
    tables.forEachExpiring(
        key -> {
          var expiry = key.expiry();
          if (expiry != null && expiry.isAfter(now)) {
            metrics.add(
                new Source(
                    key.identity().accountId(),
                    key.identity().region(),
                    Map.of("KeyId", key.identity().keyId())),
                LEFT,
                Duration.between(now, expiry).toSeconds());
          }
        });
  }
}
