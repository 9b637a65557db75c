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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tags of buckets and objects. */
final class Tagging {
  private final Buckets buckets;
  private final ObjectReads reads;
  private final ObjectChanges changes;

  Tagging(Buckets buckets, ObjectReads reads, ObjectChanges changes) {
    this.buckets = buckets;
    this.reads = reads;
    this.changes = changes;
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
    VersionIds.check(in.versionId());
    ObjectRows.concerns(call, bucket.record(), in.key());
    var object = reads.requireForTags(bucket, in.key(), in.versionId(), call).record();
    return GetObjectTaggingOutput.builder()
        .versionId(Versions.shown(bucket.record(), object))
        .tagSet(TagSets.toList(object.tags()))
        .build();
  }

  PutObjectTaggingOutput put(PutObjectTaggingRequest in, Call call) {
    return retag(
        in.bucket(),
        in.key(),
        in.versionId(),
        wanted(in),
        call,
        id -> PutObjectTaggingOutput.builder().versionId(id).build());
  }

  DeleteObjectTaggingOutput delete(DeleteObjectTaggingRequest in, Call call) {
    return retag(
        in.bucket(),
        in.key(),
        in.versionId(),
        Map.of(),
        call,
        id -> DeleteObjectTaggingOutput.builder().versionId(id).build());
  }

  /**
   * The tags that a request is to set; asked for before its authorization too, which may depend on
   * them.
   */
  static Map<String, String> wanted(PutObjectTaggingRequest in) {
    return TagSets.ofList(in.tagging() == null ? null : in.tagging().tagSet(), false);
  }

  private <O extends Structure> O retag(
      String name,
      String key,
      @Nullable String versionId,
      Map<String, String> tags,
      Call call,
      Function<@Nullable String, O> answer) {
    var bucket = buckets.require(name, call);
    ObjectRequests.checkKey(key);
    VersionIds.check(versionId);
    Integrity.checkContent(call.http());
    ObjectRows.concerns(call, bucket.record(), key);
    reads.requireForTags(bucket, key, versionId, call);
    return changes.change(
        bucket.record(),
        key,
        versionId,
        call,
        object -> object.withTags(tags),
        object -> answer.apply(Versions.shown(bucket.record(), object)));
  }
}
