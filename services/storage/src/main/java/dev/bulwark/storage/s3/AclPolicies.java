package dev.bulwark.storage.s3;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.bulwark.access.Principal;
import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Resource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Access control lists in authorization: what a list grants to a caller is a further statement of
 * the bucket's policy, so that explicit denials go before it and identity-based policies beside it,
 * as with any other grant of a resource.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions">What
 *     permissions can I grant?</a>
 */
final class AclPolicies {
  private static final int MOST = 2000;
  private static final String PUT_OBJECT = "s3:PutObject";
  private static final String LOG_DELIVERY_SERVICE = "logging.s3.amazonaws.com";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** By action, what the list of the bucket has to grant. */
  private static final Map<String, Acl.Permission> ON_BUCKET =
      Map.of(
          "s3:ListBucket", Acl.Permission.READ,
          "s3:ListBucketVersions", Acl.Permission.READ,
          "s3:ListBucketMultipartUploads", Acl.Permission.READ,
          "s3:GetBucketAcl", Acl.Permission.READ_ACP,
          "s3:PutBucketAcl", Acl.Permission.WRITE_ACP);

  /** By action, what the list of the object has to grant. */
  private static final Map<String, Acl.Permission> ON_OBJECT =
      Map.of(
          "s3:GetObject", Acl.Permission.READ,
          "s3:GetObjectVersion", Acl.Permission.READ,
          "s3:GetObjectAcl", Acl.Permission.READ_ACP,
          "s3:GetObjectVersionAcl", Acl.Permission.READ_ACP,
          "s3:PutObjectAcl", Acl.Permission.WRITE_ACP,
          "s3:PutObjectVersionAcl", Acl.Permission.WRITE_ACP);

  /** What the owner of a bucket may do with objects of others. */
  private static final Set<String> OF_BUCKET_OWNER =
      Set.of(
          "s3:DeleteObject",
          "s3:DeleteObjectVersion",
          "s3:PutObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
          "s3:RestoreObject");

  /**
   * Something that a list grants.
   *
   * @param policy of the bucket
   * @param denying whether only that counts of the policy which denies
   */
  private record Granted(
      @Nullable String policy, boolean denying, String bucketArn, String action, String to) {}

  private final LoadingCache<Granted, Policy> policies =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build(AclPolicies::compile);

  /** A bucket as the resource of an action. */
  Resource bucket(Resource resource, String action, LoadedBucket bucket, Principal caller) {
    var needed = ON_BUCKET.get(action);
    return needed == null || !countsIn(bucket)
        ? resource
        : granted(resource, Acls.of(bucket.record()), needed, action, bucket, caller);
  }

  /** An object that is to be put, as the resource of an action that this takes. */
  Resource newObject(Resource resource, String action, LoadedBucket bucket, Principal caller) {
    return countsIn(bucket)
        ? granted(resource, Acls.of(bucket.record()), Acl.Permission.WRITE, action, bucket, caller)
        : resource;
  }

  /**
   * An object as the resource of an action.
   *
   * @param object null where there is none
   */
  Resource object(
      Resource resource,
      String action,
      LoadedBucket bucket,
      @Nullable ObjectRecord object,
      Principal caller) {
    if (action.equals(PUT_OBJECT)) {
      return newObject(resource, action, bucket, caller);
    }
    if (object == null || !countsIn(bucket)) {
      return resource;
    }
    var acl = Acls.of(bucket.record(), object);
    boolean others = !acl.owner().equals(bucket.accountId()) && !OF_BUCKET_OWNER.contains(action);
    // The policy of a bucket allows nothing of others' objects in it, but can deny it.
    var owned = others ? resource.ownedBy(acl.owner()).withPolicy(bucket.denials()) : resource;
    var needed = ON_OBJECT.get(action);
    return needed == null ? owned : granted(owned, acl, needed, action, bucket, caller);
  }

  /** Whether lists count in a bucket at all. */
  static boolean countsIn(LoadedBucket bucket) {
    return bucket.record().ownership() != Ownership.ENFORCED;
  }

  private Resource granted(
      Resource resource,
      Acl acl,
      Acl.Permission needed,
      String action,
      LoadedBucket bucket,
      Principal caller) {
    var to = grantee(acl, needed, bucket, caller);
    if (to == null) {
      return resource;
    }
    boolean denying = resource.policy() != bucket.policy();
    return resource.withPolicy(
        policies.get(
            new Granted(bucket.record().policy(), denying, bucket.record().arn(), action, to)));
  }

  /**
   * By what name a list grants something to a caller, as policies say it; null where it does not.
   */
  private static @Nullable String grantee(
      Acl acl, Acl.Permission needed, LoadedBucket bucket, Principal caller) {
    boolean ignoresPublic = bucket.block().get().ignorePublicAcls();
    boolean anonymous = caller instanceof Principal.Anonymous;
    boolean service = caller instanceof Principal.ServicePrincipal;
    var callerId = anonymous || service ? null : CanonicalUsers.idOf(caller.accountId());
    for (var grant : acl.grants()) {
      if (grant.permission() != needed && grant.permission() != Acl.Permission.FULL_CONTROL) {
        continue;
      }
      switch (grant.grantee()) {
        case AclGrants.ALL_USERS -> {
          if (!ignoresPublic) {
            return "*";
          }
        }
        case AclGrants.AUTHENTICATED_USERS -> {
          if (!ignoresPublic && !anonymous && !service) {
            return "*";
          }
        }
        case AclGrants.LOG_DELIVERY -> {
          if (service && caller.arn().equals(LOG_DELIVERY_SERVICE)) {
            return "*";
          }
        }
        default -> {
          if (grant.grantee().equals(callerId)) {
            return "arn:aws:iam::" + caller.accountId() + ":root";
          }
        }
      }
    }
    return null;
  }

  private static Policy compile(Granted granted) {
    var document =
        granted.policy() == null
            ? JSON.createObjectNode().put("Version", "2012-10-17")
            : (ObjectNode) JSON.readTree(granted.policy());
    var statements = JSON.createArrayNode();
    var before = document.get("Statement");
    if (before != null && before.isArray()) {
      before.forEach(statements::add);
    } else if (before != null) {
      statements.add(before);
    }
    var statement = statements.addObject().put("Effect", "Allow").put("Action", granted.action());
    statement.putObject("Principal").put("AWS", granted.to());
    statement.putArray("Resource").add(granted.bucketArn()).add(granted.bucketArn() + "/*");
    document.set("Statement", statements);
    try {
      var policy = Policy.parse(document.toString(), PolicyKind.RESOURCE);
      int own = statements.size() - 1;
      return granted.denying()
          ? policy.only(one -> one.effect() == Effect.DENY || one.index() == own)
          : policy;
    } catch (PolicyException e) {
      throw new IllegalStateException("a policy of a bucket with its grants", e);
    }
  }
}
