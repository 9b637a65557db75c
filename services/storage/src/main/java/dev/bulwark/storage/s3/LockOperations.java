package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.PutObjectRetentionRequest;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.policy.ContextSource;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.ServiceTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of the table about object lock. */
final class LockOperations {
  private static final ContextSource NO_MORE = key -> null;

  private final ObjectLocks locks;
  private final S3Permissions permissions;

  LockOperations(ObjectLocks locks, S3Permissions permissions) {
    this.locks = locks;
    this.permissions = permissions;
  }

  void addTo(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_OBJECT_LOCK_CONFIGURATION)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onBucket("s3:GetBucketObjectLockConfiguration", in.bucket(), call)))
        .eventName("GetBucketObjectLockConfiguration")
        .handle(locks::get)
        .on(S3Api.PUT_OBJECT_LOCK_CONFIGURATION)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onBucket("s3:PutBucketObjectLockConfiguration", in.bucket(), call)))
        .eventName("PutBucketObjectLockConfiguration")
        .handle(locks::put)
        .on(S3Api.GET_OBJECT_RETENTION)
        .permissions(
            (in, call) ->
                on("s3:GetObjectRetention", in.bucket(), in.key(), in.versionId(), NO_MORE, call))
        .dataEvent()
        .handle(locks::getRetention)
        .on(S3Api.PUT_OBJECT_RETENTION)
        .permissions(
            (in, call) ->
                on(
                    "s3:PutObjectRetention",
                    in.bucket(),
                    in.key(),
                    in.versionId(),
                    keys(in, call),
                    call))
        .dataEvent()
        .handle(locks::putRetention)
        .on(S3Api.GET_OBJECT_LEGAL_HOLD)
        .permissions(
            (in, call) ->
                on("s3:GetObjectLegalHold", in.bucket(), in.key(), in.versionId(), NO_MORE, call))
        .dataEvent()
        .handle(locks::getLegalHold)
        .on(S3Api.PUT_OBJECT_LEGAL_HOLD)
        .permissions(
            (in, call) ->
                on(
                    "s3:PutObjectLegalHold",
                    in.bucket(),
                    in.key(),
                    in.versionId(),
                    key ->
                        LockKeys.ofHold(
                            key, in.legalHold() == null ? null : in.legalHold().status()),
                    call))
        .dataEvent()
        .handle(locks::putLegalHold);
  }

  private static ContextSource keys(PutObjectRetentionRequest in, Call call) {
    var retention = in.retention();
    return key ->
        retention == null
            ? null
            : LockKeys.ofRetention(key, retention.mode(), retention.retainUntilDate(), call.time());
  }

  private List<Permission> on(
      String action,
      String bucket,
      String key,
      @Nullable String versionId,
      ContextSource own,
      Call call) {
    return List.of(permissions.onObject(action, bucket, key, versionId, own, call));
  }
}
