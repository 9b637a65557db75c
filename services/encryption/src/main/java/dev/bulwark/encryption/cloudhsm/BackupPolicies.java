package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.DeleteResourcePolicyRequest;
import dev.bulwark.api.cloudhsmv2.DeleteResourcePolicyResponse;
import dev.bulwark.api.cloudhsmv2.GetResourcePolicyRequest;
import dev.bulwark.api.cloudhsmv2.GetResourcePolicyResponse;
import dev.bulwark.api.cloudhsmv2.PutResourcePolicyRequest;
import dev.bulwark.api.cloudhsmv2.PutResourcePolicyResponse;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/** Resource policies: backups have them, to be shared with other accounts. */
final class BackupPolicies {
  private final Backups backups;

  BackupPolicies(Backups backups) {
    this.backups = backups;
  }

  /** The backup that an ARN names. */
  BackupRecord find(@Nullable String arn, Call call) {
    if (arn == null || !arn.contains(":backup/")) {
      throw CloudHsmErrors.invalid("The ResourceArn must be that of a backup.");
    }
    return backups.find(arn, call);
  }

  private BackupRecord noted(@Nullable String arn, Call call) {
    var backup = find(arn, call);
    call.concerns(Backups.TYPE, backup.arn());
    return backup;
  }

  PutResourcePolicyResponse put(PutResourcePolicyRequest in, Call call) {
    var backup = noted(in.resourceArn(), call);
    var document = in.policy();
    if (document == null) {
      throw CloudHsmErrors.invalid("The Policy is missing.");
    }
    CloudHsmAccess.policy(document);
    return call.write(
        tx -> {
          backups.changeReady(tx, call, backup, before -> before.withPolicy(document));
          return PutResourcePolicyResponse.builder()
              .resourceArn(backup.arn())
              .policy(document)
              .build();
        });
  }

  GetResourcePolicyResponse get(GetResourcePolicyRequest in, Call call) {
    var backup = noted(in.resourceArn(), call);
    if (backup.policy() == null) {
      throw CloudHsmErrors.noSuchPolicy(backup.arn());
    }
    return GetResourcePolicyResponse.builder().policy(backup.policy()).build();
  }

  DeleteResourcePolicyResponse delete(DeleteResourcePolicyRequest in, Call call) {
    var backup = noted(in.resourceArn(), call);
    if (backup.policy() == null) {
      throw CloudHsmErrors.noSuchPolicy(backup.arn());
    }
    return call.write(
        tx -> {
          backups.changeReady(tx, call, backup, before -> before.withPolicy(null));
          return DeleteResourcePolicyResponse.builder()
              .resourceArn(backup.arn())
              .policy(backup.policy())
              .build();
        });
  }
}
