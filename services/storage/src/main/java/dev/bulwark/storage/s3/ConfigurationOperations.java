package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.S3Api;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.ServiceTable;
import java.util.List;

/** The lines of the configurations that buckets have beside their records. */
final class ConfigurationOperations {
  private final BucketCors cors;
  private final BucketLifecycle lifecycle;
  private final BucketNotifications notifications;
  private final BucketReplication replication;
  private final S3Permissions permissions;

  ConfigurationOperations(
      BucketCors cors,
      BucketLifecycle lifecycle,
      BucketNotifications notifications,
      BucketReplication replication,
      S3Permissions permissions) {
    this.cors = cors;
    this.lifecycle = lifecycle;
    this.notifications = notifications;
    this.replication = replication;
    this.permissions = permissions;
  }

  void addTo(ServiceTable.Builder table) {
    cors(table);
    lifecycle(table);
    notifications(table);
    replication(table);
  }

  private void cors(ServiceTable.Builder table) {
    table
        .crossOrigin(cors)
        .on(S3Api.GET_BUCKET_CORS)
        .permissions((in, call) -> bucket("s3:GetBucketCORS", in.bucket(), call))
        .handle(cors::get)
        .on(S3Api.PUT_BUCKET_CORS)
        .permissions((in, call) -> bucket("s3:PutBucketCORS", in.bucket(), call))
        .handle(cors::put)
        .on(S3Api.DELETE_BUCKET_CORS)
        .permissions((in, call) -> bucket("s3:PutBucketCORS", in.bucket(), call))
        .handle(cors::delete);
  }

  private void lifecycle(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_LIFECYCLE_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:GetLifecycleConfiguration", in.bucket(), call))
        .eventName("GetBucketLifecycle")
        .handle(lifecycle::get)
        .on(S3Api.PUT_BUCKET_LIFECYCLE_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:PutLifecycleConfiguration", in.bucket(), call))
        .eventName("PutBucketLifecycle")
        .handle(lifecycle::put)
        .on(S3Api.DELETE_BUCKET_LIFECYCLE)
        .permissions((in, call) -> bucket("s3:PutLifecycleConfiguration", in.bucket(), call))
        .handle(lifecycle::delete);
  }

  private void notifications(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_NOTIFICATION_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:GetBucketNotification", in.bucket(), call))
        .eventName("GetBucketNotification")
        .handle(notifications::get)
        .on(S3Api.PUT_BUCKET_NOTIFICATION_CONFIGURATION)
        .permissions((in, call) -> bucket("s3:PutBucketNotification", in.bucket(), call))
        .eventName("PutBucketNotification")
        .handle(notifications::put);
  }

  private void replication(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_REPLICATION)
        .permissions((in, call) -> bucket("s3:GetReplicationConfiguration", in.bucket(), call))
        .handle(replication::get)
        .on(S3Api.PUT_BUCKET_REPLICATION)
        .permissions(replication::toPut)
        .handle(replication::put)
        .on(S3Api.DELETE_BUCKET_REPLICATION)
        .permissions((in, call) -> bucket("s3:PutReplicationConfiguration", in.bucket(), call))
        .handle(replication::delete);
  }

  private List<Permission> bucket(String action, String bucket, Call call) {
    return List.of(permissions.onBucket(action, bucket, call));
  }
}
