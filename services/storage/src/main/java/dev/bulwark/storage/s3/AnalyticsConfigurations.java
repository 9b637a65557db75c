package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.AnalyticsConfiguration;
import dev.bulwark.api.s3.AnalyticsExportDestination;
import dev.bulwark.api.s3.AnalyticsFilter;
import dev.bulwark.api.s3.AnalyticsS3BucketDestination;
import dev.bulwark.api.s3.DeleteBucketAnalyticsConfigurationRequest;
import dev.bulwark.api.s3.GetBucketAnalyticsConfigurationOutput;
import dev.bulwark.api.s3.GetBucketAnalyticsConfigurationRequest;
import dev.bulwark.api.s3.ListBucketAnalyticsConfigurationsOutput;
import dev.bulwark.api.s3.ListBucketAnalyticsConfigurationsRequest;
import dev.bulwark.api.s3.PutBucketAnalyticsConfigurationRequest;
import dev.bulwark.api.s3.StorageClassAnalysis;
import dev.bulwark.api.s3.StorageClassAnalysisDataExport;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/** Of which objects it is found out how they are used: {@link StorageAnalysis} does. */
final class AnalyticsConfigurations {
  private final NamedConfigurations<AnalyticsConfiguration> configurations;

  AnalyticsConfigurations(NamedConfigurations<AnalyticsConfiguration> configurations) {
    this.configurations = configurations;
  }

  GetBucketAnalyticsConfigurationOutput get(GetBucketAnalyticsConfigurationRequest in, Call call) {
    return GetBucketAnalyticsConfigurationOutput.builder()
        .analyticsConfiguration(configurations.get(in.bucket(), in.id(), call))
        .build();
  }

  Unit put(PutBucketAnalyticsConfigurationRequest in, Call call) {
    Integrity.checkContent(call.http());
    @Nullable AnalyticsConfiguration wanted = in.analyticsConfiguration();
    if (wanted == null || wanted.storageClassAnalysis() == null) {
      throw S3Errors.malformedXml();
    }
    filter(wanted);
    checkExport(wanted.storageClassAnalysis().dataExport());
    return configurations.put(in.bucket(), in.id(), wanted.id(), wanted, call);
  }

  private static void checkExport(@Nullable StorageClassAnalysisDataExport export) {
    if (export == null) {
      return;
    }
    var destination =
        export.destination() == null ? null : export.destination().s3BucketDestination();
    if (destination == null
        || !"V_1".equals(export.outputSchemaVersion())
        || !"CSV".equals(destination.format())) {
      throw S3Errors.malformedXml();
    }
    if (ReportWriter.bucket(destination.bucket()) == null) {
      throw ConfigurationErrors.reportDestination(destination.bucket());
    }
  }

  Unit delete(DeleteBucketAnalyticsConfigurationRequest in, Call call) {
    return configurations.delete(in.bucket(), in.id(), call);
  }

  ListBucketAnalyticsConfigurationsOutput list(
      ListBucketAnalyticsConfigurationsRequest in, Call call) {
    var page = configurations.list(in.bucket(), in.continuationToken(), call);
    return ListBucketAnalyticsConfigurationsOutput.builder()
        .isTruncated(page.next() != null)
        .continuationToken(in.continuationToken())
        .nextContinuationToken(page.next())
        .analyticsConfigurationList(page.configurations())
        .build();
  }

  /** Which objects a configuration is about. */
  static ObjectFilter filter(AnalyticsConfiguration configuration) {
    @Nullable AnalyticsFilter filter = configuration.filter();
    if (filter == null) {
      return ObjectFilter.ALL;
    }
    var and = filter.and();
    return ObjectFilter.of(
        filter.prefix(),
        filter.tag(),
        and == null ? null : ObjectFilter.and(and.prefix(), and.tags()));
  }

  /** Where what is found out is written; null where it is not. */
  static @Nullable AnalyticsS3BucketDestination destination(AnalyticsConfiguration configuration) {
    @Nullable StorageClassAnalysis analysis = configuration.storageClassAnalysis();
    var export = analysis == null ? null : analysis.dataExport();
    @Nullable AnalyticsExportDestination destination = export == null ? null : export.destination();
    return destination == null ? null : destination.s3BucketDestination();
  }
}
