package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.DeleteBucketPolicyRequest;
import dev.bulwark.api.s3.GetBucketPolicyOutput;
import dev.bulwark.api.s3.GetBucketPolicyRequest;
import dev.bulwark.api.s3.GetBucketPolicyStatusOutput;
import dev.bulwark.api.s3.GetBucketPolicyStatusRequest;
import dev.bulwark.api.s3.PolicyStatus;
import dev.bulwark.api.s3.PutBucketPolicyRequest;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.Statement;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Bucket policies.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html">Bucket
 *     policies</a>
 */
final class BucketPolicies {
  private static final String ARN = "arn:aws:s3:::";

  private final Buckets buckets;
  private final PrincipalLookup principals;

  BucketPolicies(Buckets buckets, PrincipalLookup principals) {
    this.buckets = buckets;
    this.principals = principals;
  }

  /**
   * Nobody locks the account itself out of its bucket's policy: its root's rights do not depend on
   * it.
   */
  List<Permission> permissions(String action, String bucket, Call call) {
    var loaded = buckets.require(bucket, call);
    var resource = loaded.resource(call.principal());
    boolean ownersRoot =
        call.principal() instanceof Principal.AccountRoot root
            && root.accountId().equals(loaded.accountId());
    return List.of(Permission.of(action, ownersRoot ? resource.withPolicy(null) : resource));
  }

  GetBucketPolicyOutput get(GetBucketPolicyRequest in, Call call) {
    var policy = own(in.bucket(), call).record().policy();
    if (policy == null) {
      throw S3Errors.noSuchBucketPolicy(in.bucket());
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
    var policy = parse(text, bucket.name());
    boolean isPublic = PublicPolicies.isPublic(policy);
    return buckets.change(
        in.bucket(),
        call,
        current -> {
          if (isPublic && buckets.block(current).blockPublicPolicy()) {
            throw S3Errors.publicPolicyBlocked(call.principal().arn(), current.arn());
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

  // What S3 asks of a policy

  private Policy parse(String text, String bucket) {
    if (text == null || !text.stripLeading().startsWith("{")) {
      throw S3Errors.malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > Limits.POLICY_BYTES) {
      throw S3Errors.malformedPolicy("Policy exceeds the maximum allowed document size.");
    }
    Policy policy;
    try {
      policy = Policy.parse(text, PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      throw S3Errors.malformedPolicy(wording(e));
    }
    policy.statements().forEach(statement -> check(statement, bucket));
    return policy;
  }

  private static String wording(PolicyException e) {
    return switch (e.problem()) {
      case SYNTAX -> "This policy contains invalid Json";
      case TOO_LARGE -> "Policy exceeds the maximum allowed document size.";
      case VERSION -> "The policy must contain a valid version string";
      case DUPLICATE_SID -> "Statement IDs (SID) in a single policy must be unique.";
      case INVALID_SID -> "Policy document contains an invalid Sid";
      case MISSING_ACTION -> "Missing required field Action";
      case MISSING_RESOURCE -> "Missing required field Resource";
      case MISSING_PRINCIPAL -> "Missing required field Principal";
      case PROHIBITED_FIELD -> "Policy has an invalid field";
      case INVALID_ACTION -> "Policy has invalid action";
      case INVALID_RESOURCE -> "Policy has invalid resource";
      case INVALID_PRINCIPAL -> "Invalid principal in policy";
      case INVALID_CONDITION -> "Policy has an invalid condition";
    };
  }

  private void check(Statement statement, String bucket) {
    for (var action : statement.actions()) {
      if (!action.equals("*") && !action.toLowerCase(Locale.ROOT).startsWith("s3:")) {
        throw S3Errors.malformedPolicy("Policy has invalid action");
      }
    }
    for (var resource : statement.resources()) {
      if (!isOf(resource, bucket)) {
        throw S3Errors.malformedPolicy("Policy has invalid resource");
      }
    }
    if (!statement.notAction() && !statement.notResource()) {
      for (var action : statement.actions()) {
        if (statement.resources().stream().noneMatch(resource -> applies(action, resource))) {
          throw S3Errors.malformedPolicy("Action does not apply to any resource(s) in statement");
        }
      }
    }
    var named = statement.principals();
    if (named != null && !named.values().stream().allMatch(principals::exists)) {
      throw S3Errors.malformedPolicy("Invalid principal in policy");
    }
  }

  private static boolean isOf(String resource, String bucket) {
    if (!resource.startsWith(ARN + bucket)) {
      return false;
    }
    var rest = resource.substring(ARN.length() + bucket.length());
    return rest.isEmpty() || rest.charAt(0) == '/' || rest.charAt(0) == '*';
  }

  private static boolean applies(String action, String resource) {
    var name = action.substring(action.indexOf(':') + 1);
    if (name.indexOf('*') >= 0 || name.indexOf('?') >= 0) {
      return true;
    }
    var path = resource.substring(ARN.length());
    boolean objects = path.indexOf('/') >= 0;
    return (path.endsWith("*") && !objects) || S3Actions.isOnObjects(name) == objects;
  }
}
