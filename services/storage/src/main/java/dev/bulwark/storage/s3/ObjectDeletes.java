package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteObjectsOutput;
import dev.bulwark.api.s3.DeleteObjectsRequest;
import dev.bulwark.api.s3.DeletedObject;
import dev.bulwark.api.s3.Error;
import dev.bulwark.api.s3.ObjectIdentifier;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DeleteObjects: up to a thousand in one transaction, each with its own permission and outcome. */
final class ObjectDeletes {
  private final Buckets buckets;
  private final ObjectRows rows;
  private final S3Permissions permissions;
  private final Blobs blobs;

  ObjectDeletes(Buckets buckets, ObjectRows rows, S3Permissions permissions, Blobs blobs) {
    this.buckets = buckets;
    this.rows = rows;
    this.permissions = permissions;
    this.blobs = blobs;
  }

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
    boolean quiet = Boolean.TRUE.equals(in.delete().quiet());
    var refused = new ArrayList<Error>();
    var allowed = new ArrayList<ObjectIdentifier>(wanted.size());
    for (var object : wanted) {
      var error = refuse(object, bucket, call);
      if (error == null) {
        allowed.add(object);
      } else {
        refused.add(describe(object, error));
      }
    }
    call.concerns(Buckets.TYPE, bucket.record().arn());
    var orphans = new ArrayList<String>();
    var output =
        call.write(
            tx -> {
              orphans.clear();
              buckets.requireSame(tx, bucket.record());
              var deleted = new ArrayList<DeletedObject>();
              var errors = new ArrayList<>(refused);
              for (var object : allowed) {
                try {
                  delete(tx, bucket.name(), object, orphans);
                  if (!quiet) {
                    deleted.add(DeletedObject.builder().key(object.key()).build());
                  }
                } catch (ApiException e) {
                  errors.add(describe(object, e));
                }
              }
              return DeleteObjectsOutput.builder().deleted(deleted).errors(errors).build();
            });
    blobs.delete(orphans);
    return output;
  }

  /** Why an object may not be deleted, or null. */
  private @Nullable ApiException refuse(ObjectIdentifier object, LoadedBucket bucket, Call call) {
    try {
      if (object.key() == null || object.key().isEmpty()) {
        throw S3Errors.malformedXml();
      }
      ObjectRequests.checkKey(object.key());
      var action = object.versionId() == null ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
      call.require(permissions.onObject(action, bucket, object.key(), call));
      ObjectRequests.checkVersion(object.versionId());
      if (object.lastModifiedTime() != null || object.size() != null) {
        throw S3Errors.notBuilt("Conditions on time and size are for directory buckets");
      }
      return null;
    } catch (ApiException e) {
      return e;
    }
  }

  private void delete(WriteTx tx, String bucket, ObjectIdentifier object, List<String> orphans) {
    var existing = rows.find(tx, bucket, object.key());
    Preconditions.checkDelete(existing, object.eTag());
    if (existing != null) {
      rows.delete(tx, bucket, object.key(), existing, orphans);
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
