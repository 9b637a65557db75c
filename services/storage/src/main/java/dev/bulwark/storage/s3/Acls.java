package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.AccessControlPolicy;
import dev.bulwark.api.s3.GetBucketAclOutput;
import dev.bulwark.api.s3.GetBucketAclRequest;
import dev.bulwark.api.s3.GetObjectAclOutput;
import dev.bulwark.api.s3.GetObjectAclRequest;
import dev.bulwark.api.s3.Owner;
import dev.bulwark.api.s3.PutBucketAclRequest;
import dev.bulwark.api.s3.PutObjectAclOutput;
import dev.bulwark.api.s3.PutObjectAclRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/**
 * The access control lists of buckets and objects. Where the bucket's owner owns everything, which
 * is the usual thing, they say so and cannot be changed.
 */
final class Acls {
  private final Buckets buckets;
  private final ObjectReads reads;
  private final ObjectChanges changes;

  Acls(Buckets buckets, ObjectReads reads, ObjectChanges changes) {
    this.buckets = buckets;
    this.reads = reads;
    this.changes = changes;
  }

  /** The list of a bucket. */
  static Acl of(BucketRecord bucket) {
    var acl = bucket.rules().acl();
    return acl == null || bucket.ownership() == Ownership.ENFORCED
        ? Acl.ofOwner(bucket.accountId())
        : acl;
  }

  /** The list of an object. */
  static Acl of(BucketRecord bucket, ObjectRecord object) {
    var acl = object.extras().acl();
    return acl == null || bucket.ownership() == Ownership.ENFORCED
        ? Acl.ofOwner(bucket.accountId())
        : acl;
  }

  private static Owner owner(Acl acl) {
    return Owner.builder().id(CanonicalUsers.idOf(acl.owner())).build();
  }

  // Buckets

  GetBucketAclOutput get(GetBucketAclRequest in, Call call) {
    var acl = of(buckets.require(in.bucket(), call).record());
    return GetBucketAclOutput.builder().owner(owner(acl)).grants(AclGrants.view(acl)).build();
  }

  Unit put(PutBucketAclRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    var acl = wanted(in.accessControlPolicy(), bucket.accountId(), null, call);
    return buckets.change(
        in.bucket(),
        call,
        current -> {
          requireAllowed(
              current, buckets.block(current), acl, "s3:PutBucketAcl", current.arn(), call);
          return current.withRules(current.rules().withAcl(acl));
        });
  }

  private static Acl wanted(
      @Nullable AccessControlPolicy document,
      String owner,
      @Nullable String bucketOwner,
      Call call) {
    boolean inHeaders = AclGrants.given(call.http().headers());
    if (document == null && !inHeaders) {
      throw S3Errors.missingSecurityHeader();
    }
    if (document != null && inHeaders) {
      throw S3Errors.unexpectedContent();
    }
    return document != null
        ? AclGrants.ofDocument(document, owner)
        : AclGrants.ofHeaders(call.http().headers(), owner, bucketOwner);
  }

  private static void requireAllowed(
      BucketRecord bucket,
      BucketRecord.PublicAccessBlock block,
      Acl acl,
      String action,
      String arn,
      Call call) {
    // What it says anyway is no change, and AWS takes it.
    if (bucket.ownership() == Ownership.ENFORCED && !acl.equals(Acl.ofOwner(bucket.accountId()))) {
      throw S3Errors.aclNotSupported();
    }
    requireNotBlocked(block, acl, action, arn, call);
  }

  /** Refuses grants to everybody where Block Public Access does. */
  static void requireNotBlocked(
      BucketRecord.PublicAccessBlock block, Acl acl, String action, String arn, Call call) {
    if (AclGrants.isPublic(acl) && block.blockPublicAcls()) {
      throw S3Errors.publicAclBlocked(call.principal().arn(), action, arn);
    }
  }

  // Objects

  GetObjectAclOutput get(GetObjectAclRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    ObjectRequests.checkKey(in.key());
    VersionIds.check(in.versionId());
    ObjectRows.concerns(call, bucket.record(), in.key());
    var object = reads.require(bucket, in.key(), in.versionId(), call).record();
    var acl = of(bucket.record(), object);
    return GetObjectAclOutput.builder().owner(owner(acl)).grants(AclGrants.view(acl)).build();
  }

  PutObjectAclOutput put(PutObjectAclRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    ObjectRequests.checkKey(in.key());
    VersionIds.check(in.versionId());
    Integrity.checkContent(call.http());
    ObjectRows.concerns(call, bucket.record(), in.key());
    var object = reads.require(bucket, in.key(), in.versionId(), call).record();
    var before = of(bucket.record(), object);
    var acl = wanted(in.accessControlPolicy(), before.owner(), bucket.accountId(), call);
    var arn = bucket.record().arn() + '/' + in.key();
    requireAllowed(bucket.record(), bucket.block().get(), acl, "s3:PutObjectAcl", arn, call);
    return changes.change(
        bucket.record(),
        in.key(),
        object.versionName(),
        call,
        current -> current.withExtras(current.extras().withAcl(acl)),
        changed -> PutObjectAclOutput.builder().build());
  }
}
