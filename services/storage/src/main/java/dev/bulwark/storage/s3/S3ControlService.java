package dev.bulwark.storage.s3;

import dev.bulwark.api.s3control.S3ControlApi;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;

/** S3 Control's operations, which are about whole accounts. */
final class S3ControlService implements Service {
  private final AccountPublicAccess access;

  S3ControlService(AccountPublicAccess access) {
    this.access = access;
  }

  @Override
  public ServiceTable table() {
    return ServiceTable.of(S3ControlApi.MODEL)
        .on(S3ControlApi.GET_PUBLIC_ACCESS_BLOCK)
        .action("s3:GetAccountPublicAccessBlock")
        .anyResource()
        .eventName("GetAccountPublicAccessBlock")
        .handle(access::get)
        .on(S3ControlApi.PUT_PUBLIC_ACCESS_BLOCK)
        .action("s3:PutAccountPublicAccessBlock")
        .anyResource()
        .eventName("PutAccountPublicAccessBlock")
        .handle(access::put)
        .on(S3ControlApi.DELETE_PUBLIC_ACCESS_BLOCK)
        .action("s3:PutAccountPublicAccessBlock")
        .anyResource()
        .eventName("DeleteAccountPublicAccessBlock")
        .handle(access::delete)
        .build();
  }
}
