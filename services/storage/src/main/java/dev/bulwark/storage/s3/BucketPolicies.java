package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.DeleteBucketPolicyRequest;
import dev.bulwark.api.s3.GetBucketPolicyOutput;
import dev.bulwark.api.s3.GetBucketPolicyRequest;
import dev.bulwark.api.s3.GetBucketPolicyStatusOutput;
import dev.bulwark.api.s3.GetBucketPolicyStatusRequest;
import dev.bulwark.api.s3.PolicyStatus;
import dev.bulwark.api.s3.PutBucketPolicyRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import java.util.List;

/**
 * Bucket policies.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html">Bucket
 *     policies</a>
 */
final class BucketPolicies {
  private final Buckets buckets;
  private final S3Permissions permissions;
  private final ResourcePolicies policies;

  BucketPolicies(Buckets buckets, S3Permissions permissions, ResourcePolicies policies) {
    this.buckets = buckets;
    this.permissions = permissions;
    this.policies = policies;
  }

  /**
   * Nobody locks the account itself out of its bucket's policy: its root's rights do not depend on
   * it.
   */
  List<Permission> permissions(String action, String bucket, Call call) {
    var loaded = buckets.require(bucket, call);
    if (loaded.through() != null) {
      return List.of(permissions.onBucket(action, bucket, call));
    }
    var resource = loaded.resource(call.principal());
    boolean ownersRoot =
        call.principal() instanceof Principal.AccountRoot root
            && root.accountId().equals(loaded.accountId());
    return List.of(Permission.of(action, ownersRoot ? resource.withPolicy(null) : resource));
  }

  GetBucketPolicyOutput get(GetBucketPolicyRequest in, Call call) {
    var bucket = own(in.bucket(), call);
    var policy = bucket.record().policy();
    if (policy == null) {
      throw S3Errors.noSuchBucketPolicy(bucket.name());
    }
    return GetBucketPolicyOutput.builder().policy(policy).build();
  }

  GetBucketPolicyStatusOutput status(GetBucketPolicyStatusRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    if (bucket.policy() == null) {
      throw S3Errors.noSuchBucketPolicy(in.bucket());
    }
    return GetBucketPolicyStatusOutput.builder()
        .policyStatus(PolicyStatus.builder().isPublic(bucket.isPublic()).build())
        .build();
  }

  Unit put(PutBucketPolicyRequest in, Call call) {
    var bucket = own(in.bucket(), call).record();
    var text = in.policy();
    var policy = policies.parse(text, bucket.arn());
    boolean isPublic = PublicPolicies.isPublic(policy);
    return buckets.change(
        in.bucket(),
        call,
        current -> {
          if (isPublic && buckets.block(current).blockPublicPolicy()) {
            throw S3Errors.publicPolicyBlocked(
                call.principal().arn(), "s3:PutBucketPolicy", current.arn());
          }
          return current.withPolicy(text);
        });
  }

  Unit delete(DeleteBucketPolicyRequest in, Call call) {
    own(in.bucket(), call);
    return buckets.change(in.bucket(), call, current -> current.withPolicy(null));
  }

  private LoadedBucket own(String name, Call call) {
    var bucket = buckets.require(name, call);
    if (!bucket.accountId().equals(call.principal().accountId())) {
      throw S3Errors.methodNotAllowed(call.operation().http().method(), "BUCKETPOLICY");
    }
    return bucket;
  }
}
