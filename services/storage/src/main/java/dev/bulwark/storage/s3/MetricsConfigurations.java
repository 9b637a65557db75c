package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteBucketMetricsConfigurationRequest;
import dev.bulwark.api.s3.GetBucketMetricsConfigurationOutput;
import dev.bulwark.api.s3.GetBucketMetricsConfigurationRequest;
import dev.bulwark.api.s3.ListBucketMetricsConfigurationsOutput;
import dev.bulwark.api.s3.ListBucketMetricsConfigurationsRequest;
import dev.bulwark.api.s3.MetricsConfiguration;
import dev.bulwark.api.s3.MetricsFilter;
import dev.bulwark.api.s3.PutBucketMetricsConfigurationRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/** Of which requests to buckets CloudWatch is told: {@link RequestMetrics} tells it. */
final class MetricsConfigurations {
  private final NamedConfigurations<MetricsConfiguration> configurations;

  MetricsConfigurations(NamedConfigurations<MetricsConfiguration> configurations) {
    this.configurations = configurations;
  }

  GetBucketMetricsConfigurationOutput get(GetBucketMetricsConfigurationRequest in, Call call) {
    return GetBucketMetricsConfigurationOutput.builder()
        .metricsConfiguration(configurations.get(in.bucket(), in.id(), call))
        .build();
  }

  Unit put(PutBucketMetricsConfigurationRequest in, Call call) {
    Integrity.checkContent(call.http());
    @Nullable MetricsConfiguration wanted = in.metricsConfiguration();
    if (wanted == null) {
      throw S3Errors.malformedXml();
    }
    filter(wanted);
    return configurations.put(in.bucket(), in.id(), wanted.id(), wanted, call);
  }

  Unit delete(DeleteBucketMetricsConfigurationRequest in, Call call) {
    return configurations.delete(in.bucket(), in.id(), call);
  }

  ListBucketMetricsConfigurationsOutput list(ListBucketMetricsConfigurationsRequest in, Call call) {
    var page = configurations.list(in.bucket(), in.continuationToken(), call);
    return ListBucketMetricsConfigurationsOutput.builder()
        .isTruncated(page.next() != null)
        .continuationToken(in.continuationToken())
        .nextContinuationToken(page.next())
        .metricsConfigurationList(page.configurations())
        .build();
  }

  /** Requests to which objects a configuration is about. */
  static ObjectFilter filter(MetricsConfiguration configuration) {
    @Nullable MetricsFilter filter = configuration.filter();
    if (filter == null) {
      return ObjectFilter.ALL;
    }
    var and = filter.and();
    if (filter.accessPointArn() != null || (and != null && and.accessPointArn() != null)) {
      throw S3Errors.notBuilt("Metrics of requests through access points are not implemented");
    }
    return ObjectFilter.of(
        filter.prefix(),
        filter.tag(),
        and == null ? null : ObjectFilter.and(and.prefix(), and.tags()));
  }
}
