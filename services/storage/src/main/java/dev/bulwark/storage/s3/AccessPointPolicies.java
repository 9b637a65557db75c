package dev.bulwark.storage.s3;

import dev.bulwark.api.s3control.DeleteAccessPointPolicyRequest;
import dev.bulwark.api.s3control.GetAccessPointPolicyRequest;
import dev.bulwark.api.s3control.GetAccessPointPolicyResult;
import dev.bulwark.api.s3control.GetAccessPointPolicyStatusRequest;
import dev.bulwark.api.s3control.GetAccessPointPolicyStatusResult;
import dev.bulwark.api.s3control.PolicyStatus;
import dev.bulwark.api.s3control.PutAccessPointPolicyRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;

/** Policies of access points. */
final class AccessPointPolicies {
  private final AccessPoints points;
  private final ResourcePolicies policies;
  private final AccountBlocks blocks;

  AccessPointPolicies(AccessPoints points, ResourcePolicies policies, AccountBlocks blocks) {
    this.points = points;
    this.policies = policies;
    this.blocks = blocks;
  }

  GetAccessPointPolicyResult get(GetAccessPointPolicyRequest in, Call call) {
    var policy = points.require(in.accountId(), in.name(), call).record().policy();
    if (policy == null) {
      throw AccessPointErrors.noPolicy(in.name());
    }
    return GetAccessPointPolicyResult.builder().policy(policy).build();
  }

  GetAccessPointPolicyStatusResult status(GetAccessPointPolicyStatusRequest in, Call call) {
    var point = points.require(in.accountId(), in.name(), call);
    if (point.policy() == null) {
      throw AccessPointErrors.noPolicy(in.name());
    }
    // What only a network can reach is not public.
    boolean isPublic = point.isPublic() && point.record().vpcId() == null;
    return GetAccessPointPolicyStatusResult.builder()
        .policyStatus(PolicyStatus.builder().isPublic(isPublic).build())
        .build();
  }

  Unit put(PutAccessPointPolicyRequest in, Call call) {
    var point = points.require(in.accountId(), in.name(), call).record();
    var policy = policies.parse(in.policy(), point.arn());
    boolean blocked = point.block().or(blocks.ofAccount(point.accountId())).blockPublicPolicy();
    if (blocked && PublicPolicies.isPublic(policy)) {
      throw S3Errors.publicPolicyBlocked(
          call.principal().arn(), "s3:PutAccessPointPolicy", point.arn());
    }
    return points.change(
        in.accountId(), in.name(), call, current -> current.withPolicy(in.policy()));
  }

  Unit delete(DeleteAccessPointPolicyRequest in, Call call) {
    return points.change(in.accountId(), in.name(), call, current -> current.withPolicy(null));
  }
}
