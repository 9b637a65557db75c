package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.service.CallObserver;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

  /** So many sources are kept ready, which saves making them for each call. */
  private static final int MOST_SOURCES = 10_000;

  private final MetricPublisher metrics;
  private final Map<Called, Source> sources = new ConcurrentHashMap<>();

  ApiUsage(MetricPublisher metrics) {
    this.metrics = metrics;
  }

  private record Called(String service, String operation, String accountId, String region) {
    Source source() {
      return new Source(
          accountId,
          region,
          Map.of("Service", service, "Class", "None", "Type", "API", "Resource", operation));
    }
  }

  @Override
  public void called(ServiceInfo service, String operation, String accountId, String region) {
    var name = SERVICES.get(service.id());
    if (name != null) {
      metrics.add(source(new Called(name, operation, accountId, region)), CALLS, 1);
    }
  }

  private Source source(Called called) {
    var known = sources.get(called);
    if (known != null) {
      return known;
    }
    var made = called.source();
    if (sources.size() < MOST_SOURCES) {
      sources.put(called, made);
    }
    return made;
  }
}
