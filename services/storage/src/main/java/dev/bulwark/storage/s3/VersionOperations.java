package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.S3Api;
import dev.bulwark.service.ServiceTable;
import java.util.List;

/** The lines of the table about versions, archives and who pays. */
final class VersionOperations {
  private final BucketVersioning versioning;
  private final VersionListings listings;
  private final Archives archives;
  private final BucketPayment payment;
  private final S3Permissions permissions;

  VersionOperations(
      BucketVersioning versioning,
      VersionListings listings,
      Archives archives,
      BucketPayment payment,
      S3Permissions permissions) {
    this.versioning = versioning;
    this.listings = listings;
    this.archives = archives;
    this.payment = payment;
    this.permissions = permissions;
  }

  void addTo(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_VERSIONING)
        .permissions(
            (in, call) ->
                List.of(permissions.onBucket("s3:GetBucketVersioning", in.bucket(), call)))
        .handle(versioning::get)
        .on(S3Api.PUT_BUCKET_VERSIONING)
        .permissions(
            (in, call) ->
                List.of(permissions.onBucket("s3:PutBucketVersioning", in.bucket(), call)))
        .handle(versioning::put)
        .on(S3Api.LIST_OBJECT_VERSIONS)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.list(
                        "s3:ListBucketVersions",
                        in.bucket(),
                        in.prefix(),
                        in.delimiter(),
                        in.maxKeys(),
                        call)))
        .dataEvent()
        .handle(listings::list)
        .on(S3Api.RESTORE_OBJECT)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:RestoreObject",
                        "s3:RestoreObject",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(archives::restore)
        .on(S3Api.GET_BUCKET_REQUEST_PAYMENT)
        .permissions(
            (in, call) ->
                List.of(permissions.onBucket("s3:GetBucketRequestPayment", in.bucket(), call)))
        .handle(payment::get)
        .on(S3Api.PUT_BUCKET_REQUEST_PAYMENT)
        .permissions(
            (in, call) ->
                List.of(permissions.onBucket("s3:PutBucketRequestPayment", in.bucket(), call)))
        .handle(payment::put)
        .on(S3Api.GET_BUCKET_ACCELERATE_CONFIGURATION)
        .permissions(
            (in, call) ->
                List.of(permissions.onBucket("s3:GetAccelerateConfiguration", in.bucket(), call)))
        .eventName("GetAccelerateConfiguration")
        .handle(payment::get)
        .on(S3Api.PUT_BUCKET_ACCELERATE_CONFIGURATION)
        .permissions(
            (in, call) ->
                List.of(permissions.onBucket("s3:PutAccelerateConfiguration", in.bucket(), call)))
        .eventName("PutAccelerateConfiguration")
        .handle(payment::put);
  }
}
