package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.S3Api;
import dev.bulwark.service.ServiceTable;
import java.util.List;

/** The lines of the table about access control lists. */
final class AclOperations {
  private final Acls acls;
  private final S3Permissions permissions;

  AclOperations(Acls acls, S3Permissions permissions) {
    this.acls = acls;
    this.permissions = permissions;
  }

  void addTo(ServiceTable.Builder table) {
    table
        .on(S3Api.GET_BUCKET_ACL)
        .permissions(
            (in, call) -> List.of(permissions.onBucket("s3:GetBucketAcl", in.bucket(), call)))
        .handle(acls::get)
        .on(S3Api.PUT_BUCKET_ACL)
        .permissions(
            (in, call) -> List.of(permissions.onBucket("s3:PutBucketAcl", in.bucket(), call)))
        .handle(acls::put)
        .on(S3Api.GET_OBJECT_ACL)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:GetObjectAcl",
                        "s3:GetObjectVersionAcl",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(acls::get)
        .on(S3Api.PUT_OBJECT_ACL)
        .permissions(
            (in, call) ->
                List.of(
                    permissions.onVersion(
                        "s3:PutObjectAcl",
                        "s3:PutObjectVersionAcl",
                        in.bucket(),
                        in.key(),
                        in.versionId(),
                        call)))
        .dataEvent()
        .handle(acls::put);
  }
}
