package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.S3Api;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.ServiceTable;
import java.util.List;

/** The lines of what buckets report about themselves. */
final class LoggingOperations {
  private final BucketLogging logging;
  private final S3Permissions permissions;

  LoggingOperations(BucketLogging logging, S3Permissions permissions) {
    this.logging = logging;
    this.permissions = permissions;
  }

  void addTo(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_LOGGING)
        .permissions((in, call) -> bucket("s3:GetBucketLogging", in.bucket(), call))
        .handle(logging::get)
        .on(S3Api.PUT_BUCKET_LOGGING)
        .permissions((in, call) -> bucket("s3:PutBucketLogging", in.bucket(), call))
        .handle(logging::put);
  }

  private List<Permission> bucket(String action, String bucket, Call call) {
    return List.of(permissions.onBucket(action, bucket, call));
  }
}
