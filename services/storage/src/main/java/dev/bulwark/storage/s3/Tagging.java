package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteBucketTaggingRequest;
import dev.bulwark.api.s3.DeleteObjectTaggingOutput;
import dev.bulwark.api.s3.DeleteObjectTaggingRequest;
import dev.bulwark.api.s3.GetBucketTaggingOutput;
import dev.bulwark.api.s3.GetBucketTaggingRequest;
import dev.bulwark.api.s3.GetObjectTaggingOutput;
import dev.bulwark.api.s3.GetObjectTaggingRequest;
import dev.bulwark.api.s3.PutBucketTaggingRequest;
import dev.bulwark.api.s3.PutObjectTaggingOutput;
import dev.bulwark.api.s3.PutObjectTaggingRequest;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.Map;

/** Tags of buckets and objects. */
final class Tagging {
  private final Buckets buckets;
  private final ObjectRows rows;

  Tagging(Buckets buckets, ObjectRows rows) {
    this.buckets = buckets;
    this.rows = rows;
  }

  // Buckets

  GetBucketTaggingOutput get(GetBucketTaggingRequest in, Call call) {
    var tags = buckets.require(in.bucket(), call).record().tags();
    if (tags.isEmpty()) {
      throw S3Errors.noSuchTagSet(in.bucket());
    }
    return GetBucketTaggingOutput.builder().tagSet(TagSets.toList(tags)).build();
  }

  Unit put(PutBucketTaggingRequest in, Call call) {
    var tags = TagSets.ofList(in.tagging() == null ? null : in.tagging().tagSet(), true);
    return buckets.change(in.bucket(), call, bucket -> bucket.withTags(tags));
  }

  Unit delete(DeleteBucketTaggingRequest in, Call call) {
    return buckets.change(in.bucket(), call, bucket -> bucket.withTags(Map.of()));
  }

  // Objects

  GetObjectTaggingOutput get(GetObjectTaggingRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    ObjectRequests.checkKey(in.key());
    ObjectRequests.checkVersion(in.versionId());
    ObjectRows.concerns(call, bucket.record(), in.key());
    var object = rows.find(bucket.name(), in.key());
    if (object == null) {
      throw ObjectReads.missing(bucket, in.key(), call);
    }
    return GetObjectTaggingOutput.builder().tagSet(TagSets.toList(object.tags())).build();
  }

  PutObjectTaggingOutput put(PutObjectTaggingRequest in, Call call) {
    ObjectRequests.checkVersion(in.versionId());
    return retag(in.bucket(), in.key(), wanted(in), call, PutObjectTaggingOutput.builder().build());
  }

  DeleteObjectTaggingOutput delete(DeleteObjectTaggingRequest in, Call call) {
    ObjectRequests.checkVersion(in.versionId());
    return retag(
        in.bucket(), in.key(), Map.of(), call, DeleteObjectTaggingOutput.builder().build());
  }

  /**
   * The tags that a request is to set; asked for before its authorization too, which may depend on
   * them.
   */
  static Map<String, String> wanted(PutObjectTaggingRequest in) {
    return TagSets.ofList(in.tagging() == null ? null : in.tagging().tagSet(), false);
  }

  private <O extends Structure> O retag(
      String name, String key, Map<String, String> tags, Call call, O output) {
    var bucket = buckets.require(name, call);
    ObjectRequests.checkKey(key);
    Integrity.checkContent(call.http());
    ObjectRows.concerns(call, bucket.record(), key);
    if (rows.find(name, key) == null) {
      throw ObjectReads.missing(bucket, key, call);
    }
    return call.write(
        tx -> {
          buckets.requireSame(tx, bucket.record());
          var object = rows.find(tx, name, key);
          if (object == null) {
            throw S3Errors.noSuchKey(key);
          }
          rows.update(tx, name, key, object.withTags(tags));
          return output;
        });
  }
}
