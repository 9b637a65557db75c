package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteObjectOutput;
import dev.bulwark.api.s3.DeleteObjectRequest;
import dev.bulwark.api.s3.DeleteObjectsOutput;
import dev.bulwark.api.s3.DeleteObjectsRequest;
import dev.bulwark.api.s3.DeletedObject;
import dev.bulwark.api.s3.Error;
import dev.bulwark.api.s3.ObjectIdentifier;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * DeleteObject; and DeleteObjects: up to a thousand in one transaction, each with its own
 * permission and outcome.
 */
final class ObjectDeletes {

  /** One object or version that is to go. */
  private record Target(
      BucketRecord bucket,
      String key,
      @Nullable String versionId,
      @Nullable String ifMatch,
      boolean bypassesGovernance,
      Notifications.@Nullable Telling telling,
      @Nullable ReplicationRules rules) {}

  private final Buckets buckets;
  private final ObjectRows rows;
  private final Versions versions;
  private final S3Permissions permissions;
  private final MfaDelete mfa;
  private final Blobs blobs;
  private final Notifications notifications;
  private final Replications replications;

  ObjectDeletes(
      Buckets buckets,
      ObjectRows rows,
      Versions versions,
      S3Permissions permissions,
      MfaDelete mfa,
      Blobs blobs,
      Notifications notifications,
      Replications replications) {
    this.buckets = buckets;
    this.rows = rows;
    this.versions = versions;
    this.permissions = permissions;
    this.mfa = mfa;
    this.blobs = blobs;
    this.notifications = notifications;
    this.replications = replications;
  }

  /** Whatever is said about a bypass, there has to be something to bypass. */
  private static void requireLockToBypass(@Nullable Boolean bypass, BucketRecord bucket) {
    if (bypass != null && bucket.rules().lock() == null) {
      throw LockErrors.bypassWithoutLock();
    }
  }

  DeleteObjectOutput delete(DeleteObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var record = bucket.record();
    ObjectRequests.checkKey(in.key());
    VersionIds.check(in.versionId());
    if (in.ifMatchLastModifiedTime() != null || in.ifMatchSize() != null) {
      throw S3Errors.headerNotBuilt(
          in.ifMatchSize() != null ? "x-amz-if-match-size" : "x-amz-if-match-last-modified-time");
    }
    requireLockToBypass(in.bypassGovernanceRetention(), record);
    boolean bypass =
        ObjectLocks.bypasses(in.bypassGovernanceRetention(), bucket, in.key(), permissions, call);
    if (in.versionId() != null && record.rules().mfaDelete()) {
      mfa.require(record, in.mfa(), call);
    }
    ObjectRows.concerns(call, record, in.key());
    var telling = notifications.of(record, call);
    var target =
        new Target(
            record,
            in.key(),
            in.versionId(),
            in.ifMatch(),
            bypass,
            telling,
            replications.rules(record));
    var orphans = new ArrayList<String>(0);
    DeleteObjectOutput output;
    if (record.rules().versioning().isKept() || in.versionId() != null) {
      output =
          call.write(
              tx -> {
                orphans.clear();
                var deleted = delete(tx, target, call, orphans);
                return DeleteObjectOutput.builder()
                    .versionId(deleted.versionId())
                    .deleteMarker(deleted.marker())
                    .build();
              });
    } else {
      // Nothing that the transaction finds changes the answer: so it is made before.
      output = DeleteObjectOutput.builder().build();
      call.write(
          output,
          tx -> {
            orphans.clear();
            delete(tx, target, call, orphans);
          });
    }
    blobs.delete(orphans);
    notifications.sent(telling);
    replications.committed(record);
    return output;
  }

  private Versions.Deleted delete(WriteTx tx, Target target, Call call, List<String> orphans) {
    var bucket = buckets.current(tx, target.bucket());
    if (bucket.rules().versioning() != target.bucket().rules().versioning()) {
      throw S3Errors.operationAborted();
    }
    var found = rows.find(tx, bucket.name(), target.key(), target.versionId());
    Preconditions.checkDelete(found, target.ifMatch());
    var deleted = delete(tx, bucket, target, found, call, orphans);
    boolean newMarker = target.versionId() == null && Boolean.TRUE.equals(deleted.marker());
    if (newMarker && deleted.versionId() != null && target.rules() != null) {
      replications.addMarker(
          tx, bucket, target.key(), deleted.versionId(), target.rules(), call.time());
    }
    if (target.telling() != null && (found != null || newMarker)) {
      target.telling().removed(tx, target.key(), deleted, newMarker);
    }
    return deleted;
  }

  private Versions.Deleted delete(
      WriteTx tx,
      BucketRecord bucket,
      Target target,
      @Nullable ObjectRecord found,
      Call call,
      List<String> orphans) {
    if (target.versionId() == null) {
      return versions.delete(tx, bucket, target.key(), found, call.time().toEpochMilli(), orphans);
    }
    if (found != null) {
      ObjectLocks.requireFree(found, target.bypassesGovernance(), call.time());
    }
    return versions.deleteVersion(
        tx, bucket.name(), target.key(), target.versionId(), found, orphans);
  }

  // DeleteObjects

  DeleteObjectsOutput delete(DeleteObjectsRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var wanted = in.delete() == null ? null : in.delete().objects();
    if (wanted == null || wanted.isEmpty() || wanted.size() > Limits.DELETES) {
      throw S3Errors.malformedXml();
    }
    // What deletes so much must have arrived as it was sent.
    if (!Integrity.checkContent(call.http())) {
      throw S3Errors.missingContentChecksum();
    }
    requireLockToBypass(in.bypassGovernanceRetention(), bucket.record());
    boolean quiet = Boolean.TRUE.equals(in.delete().quiet());
    if (bucket.record().rules().mfaDelete()
        && wanted.stream().anyMatch(object -> object.versionId() != null)) {
      mfa.require(bucket.record(), in.mfa(), call);
    }
    var refused = new ArrayList<Error>();
    var allowed = new ArrayList<ObjectIdentifier>(wanted.size());
    var bypassed = new HashSet<ObjectIdentifier>();
    for (var object : wanted) {
      var error = refuse(object, bucket, call);
      if (error != null) {
        refused.add(describe(object, error));
        continue;
      }
      allowed.add(object);
      if (ObjectLocks.bypasses(
          in.bypassGovernanceRetention(), bucket, object.key(), permissions, call)) {
        bypassed.add(object);
      }
    }
    call.concerns(Buckets.TYPE, bucket.record().arn());
    var telling = notifications.of(bucket.record(), call);
    var rules = replications.rules(bucket.record());
    var orphans = new ArrayList<String>();
    var output =
        call.write(
            tx -> {
              orphans.clear();
              var deleted = new ArrayList<DeletedObject>();
              var errors = new ArrayList<>(refused);
              buckets.current(tx, bucket.record());
              for (var object : allowed) {
                try {
                  var target = target(object, bucket.record(), bypassed, telling, rules);
                  var gone = delete(tx, target, call, orphans);
                  if (!quiet) {
                    deleted.add(view(object, gone));
                  }
                } catch (ApiException e) {
                  errors.add(describe(object, e));
                }
              }
              return DeleteObjectsOutput.builder().deleted(deleted).errors(errors).build();
            });
    blobs.delete(orphans);
    notifications.sent(telling);
    replications.committed(bucket.record());
    return output;
  }

  private static Target target(
      ObjectIdentifier object,
      BucketRecord bucket,
      Set<ObjectIdentifier> bypassed,
      Notifications.@Nullable Telling telling,
      @Nullable ReplicationRules rules) {
    return new Target(
        bucket,
        object.key(),
        object.versionId(),
        object.eTag(),
        bypassed.contains(object),
        telling,
        rules);
  }

  private static DeletedObject view(ObjectIdentifier object, Versions.Deleted gone) {
    var view = DeletedObject.builder().key(object.key()).versionId(object.versionId());
    if (Boolean.TRUE.equals(gone.marker())) {
      view.deleteMarker(true).deleteMarkerVersionId(gone.versionId());
    }
    return view.build();
  }

  /** Why an object may not be deleted, or null. */
  private @Nullable ApiException refuse(ObjectIdentifier object, LoadedBucket bucket, Call call) {
    try {
      if (object.key() == null || object.key().isEmpty()) {
        throw S3Errors.malformedXml();
      }
      ObjectRequests.checkKey(object.key());
      call.require(
          permissions.onVersion(
              "s3:DeleteObject",
              "s3:DeleteObjectVersion",
              bucket,
              object.key(),
              object.versionId(),
              call));
      VersionIds.check(object.versionId());
      if (object.lastModifiedTime() != null || object.size() != null) {
        throw S3Errors.notBuilt("Conditions on time and size are for directory buckets");
      }
      return null;
    } catch (ApiException e) {
      return e;
    }
  }

  private static Error describe(ObjectIdentifier object, ApiException error) {
    return Error.builder()
        .key(object.key())
        .versionId(object.versionId())
        .code(error.code())
        .message(error.getMessage())
        .build();
  }
}
