package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.service.CallObserver;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.util.Map;

/**
 * How often each operation is called, for the services of which AWS's documentation names the value
 * of the dimension.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html">AWS
 *     usage metrics</a>
 */
final class ApiUsage implements CallObserver {
  private static final ServiceMetric CALLS = new ServiceMetric("AWS/Usage", "CallCount", "None");
  private static final Map<String, String> SERVICES =
      Map.of("cloudwatch", "CloudWatch", "logs", "Logs", "kms", "KMS", "cloudtrail", "CloudTrail");

  private final MetricPublisher metrics;

  ApiUsage(MetricPublisher metrics) {
    this.metrics = metrics;
  }

  @Override
  public void called(ServiceInfo service, String operation, String accountId, String region) {
    var name = SERVICES.get(service.id());
    if (name != null) {
      metrics.add(
          new Source(
              accountId,
              region,
              Map.of("Service", name, "Class", "None", "Type", "API", "Resource", operation)),
          CALLS,
          1);
    }
  }
}
