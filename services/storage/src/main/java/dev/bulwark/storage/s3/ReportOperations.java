package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.S3Api;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.ServiceTable;
import java.util.List;

/** The lines of what buckets report about themselves. */
final class ReportOperations {
  private final BucketLogging logging;
  private final IntelligentTiering tiering;
  private final Inventories inventories;
  private final MetricsConfigurations metrics;
  private final AnalyticsConfigurations analytics;
  private final S3Permissions permissions;

  ReportOperations(
      BucketLogging logging,
      IntelligentTiering tiering,
      Inventories inventories,
      MetricsConfigurations metrics,
      AnalyticsConfigurations analytics,
      S3Permissions permissions) {
    this.logging = logging;
    this.tiering = tiering;
    this.inventories = inventories;
    this.metrics = metrics;
    this.analytics = analytics;
    this.permissions = permissions;
  }

  void addTo(ServiceTable.Builder table) {
    logging(table);
    tiering(table);
    inventories(table);
    metrics(table);
    analytics(table);
  }

  private void logging(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_LOGGING)
        .permissions((in, call) -> bucket("s3:GetBucketLogging", in.bucket(), call))
        .handle(logging::get)
        .on(S3Api.PUT_BUCKET_LOGGING)
        .permissions((in, call) -> bucket("s3:PutBucketLogging", in.bucket(), call))
        .handle(logging::put);
  }

  private void tiering(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION)
        .permissions(
            (in, call) -> bucket("s3:GetIntelligentTieringConfiguration", in.bucket(), call))
        .handle(tiering::get)
        .on(S3Api.LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS)
        .permissions(
            (in, call) -> bucket("s3:GetIntelligentTieringConfiguration", in.bucket(), call))
        .handle(tiering::list)
        .on(S3Api.PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION)
        .permissions(
            (in, call) -> bucket("s3:PutIntelligentTieringConfiguration", in.bucket(), call))
        .handle(tiering::put)
        .on(S3Api.DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION)
        .permissions(
            (in, call) -> bucket("s3:PutIntelligentTieringConfiguration", in.bucket(), call))
        .handle(tiering::delete);
  }

  private void inventories(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_INVENTORY_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:GetInventoryConfiguration", in.bucket(), call))
        .handle(inventories::get)
        .on(S3Api.LIST_BUCKET_INVENTORY_CONFIGURATIONS)
        .permissions((in, call) -> bucket("s3:GetInventoryConfiguration", in.bucket(), call))
        .handle(inventories::list)
        .on(S3Api.PUT_BUCKET_INVENTORY_CONFIGURATION)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.inventory(
                        in.bucket(), Inventories.names(in.inventoryConfiguration()), call)))
        .handle(inventories::put)
        .on(S3Api.DELETE_BUCKET_INVENTORY_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:PutInventoryConfiguration", in.bucket(), call))
        .handle(inventories::delete);
  }

  private void metrics(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_METRICS_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:GetMetricsConfiguration", in.bucket(), call))
        .handle(metrics::get)
        .on(S3Api.LIST_BUCKET_METRICS_CONFIGURATIONS)
        .permissions((in, call) -> bucket("s3:GetMetricsConfiguration", in.bucket(), call))
        .handle(metrics::list)
        .on(S3Api.PUT_BUCKET_METRICS_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:PutMetricsConfiguration", in.bucket(), call))
        .handle(metrics::put)
        .on(S3Api.DELETE_BUCKET_METRICS_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:PutMetricsConfiguration", in.bucket(), call))
        .handle(metrics::delete);
  }

  private void analytics(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_ANALYTICS_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:GetAnalyticsConfiguration", in.bucket(), call))
        .handle(analytics::get)
        .on(S3Api.LIST_BUCKET_ANALYTICS_CONFIGURATIONS)
        .permissions((in, call) -> bucket("s3:GetAnalyticsConfiguration", in.bucket(), call))
        .handle(analytics::list)
        .on(S3Api.PUT_BUCKET_ANALYTICS_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:PutAnalyticsConfiguration", in.bucket(), call))
        .handle(analytics::put)
        .on(S3Api.DELETE_BUCKET_ANALYTICS_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:PutAnalyticsConfiguration", in.bucket(), call))
        .handle(analytics::delete);
  }

  private List<Permission> bucket(String action, String bucket, Call call) {
    return List.of(permissions.onBucket(action, bucket, call));
  }
}
