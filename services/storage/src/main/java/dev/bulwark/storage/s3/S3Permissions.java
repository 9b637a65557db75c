package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CopyObjectRequest;
import dev.bulwark.api.s3.CreateMultipartUploadRequest;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.ContextSource;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What S3's operations are authorized against, with S3's condition keys. Keys are computed only
 * when a policy asks for them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html">Actions,
 *     resources, and condition keys for Amazon S3</a>
 */
final class S3Permissions {
  private static final String REQUEST_TAG = "s3:requestobjecttag/";
  private static final String EXISTING_TAG = "s3:existingobjecttag/";

  private final Buckets buckets;
  private final ObjectRows objects;

  S3Permissions(Buckets buckets, ObjectRows objects) {
    this.buckets = buckets;
    this.objects = objects;
  }

  /** An action on a bucket. */
  Permission onBucket(String action, String bucket, Call call) {
    var loaded = buckets.require(bucket, call);
    return new Permission(
        action, loaded.resource(call.principal()), Context.of(key -> common(key, loaded, call)));
  }

  /** An action on the bucket that is to be made. */
  Permission toCreate(String bucket, @Nullable String location, Call call) {
    return new Permission(
        "s3:CreateBucket",
        Resource.of("arn:aws:s3:::" + bucket),
        Context.of(
            key -> key.equals("s3:locationconstraint") ? value(location) : ofHeaders(key, call)));
  }

  /** ListBucket, under the keys of a listing. */
  Permission list(
      String bucket,
      @Nullable String prefix,
      @Nullable String delimiter,
      @Nullable Integer maxKeys,
      Call call) {
    var loaded = buckets.require(bucket, call);
    return new Permission(
        "s3:ListBucket",
        loaded.resource(call.principal()),
        Context.of(
            key ->
                switch (key) {
                  case "s3:prefix" -> value(prefix);
                  case "s3:delimiter" -> value(delimiter);
                  case "s3:max-keys" -> value(maxKeys == null ? null : maxKeys.toString());
                  default -> common(key, loaded, call);
                }));
  }

  /** An action on an object that is there or not. */
  Permission onObject(String action, String bucket, String objectKey, Call call) {
    return onObject(action, buckets.require(bucket, call), objectKey, call);
  }

  Permission onObject(String action, LoadedBucket bucket, String objectKey, Call call) {
    return new Permission(
        action,
        bucket.object(objectKey, call.principal()),
        Context.of(key -> existing(key, bucket, objectKey, call)));
  }

  /** An action on an object of a version, where the request names one. */
  Permission onVersion(
      String action, String bucket, String objectKey, @Nullable String versionId, Call call) {
    if (versionId == null) {
      return onObject(action, bucket, objectKey, call);
    }
    var ofVersion = onObject(action + "Version", bucket, objectKey, call);
    return new Permission(
        ofVersion.action(),
        ofVersion.resource(),
        Context.of(
            key -> key.equals("s3:versionid") ? value(versionId) : ofVersion.keys().get(key)));
  }

  List<Permission> put(PutObjectRequest in, Call call) {
    return put(in.bucket(), in.key(), in.tagging(), null, call);
  }

  List<Permission> upload(CreateMultipartUploadRequest in, Call call) {
    return put(in.bucket(), in.key(), in.tagging(), null, call);
  }

  /** A copy needs to read its source and to write its target. */
  List<Permission> copy(CopyObjectRequest in, Call call) {
    var source = CopySource.parse(in.copySource());
    boolean replacesTags = "REPLACE".equals(in.taggingDirective());
    var permissions = new ArrayList<Permission>(3);
    permissions.add(source(source, in.expectedSourceBucketOwner(), call));
    permissions.addAll(
        put(
            in.bucket(),
            in.key(),
            replacesTags ? in.tagging() : null,
            source.bucket() + '/' + source.key(),
            call));
    return permissions;
  }

  /** The right to read the source of a copy. */
  Permission source(CopySource source, @Nullable String expectedOwner, Call call) {
    var bucket = buckets.find(source.bucket(), expectedOwner);
    return onObject("s3:GetObject", bucket, source.key(), call);
  }

  /** The right to write an object from a part of another. */
  List<Permission> partCopy(
      String bucket,
      String key,
      @Nullable String copySource,
      @Nullable String expectedSourceOwner,
      Call call) {
    var source = CopySource.parse(copySource);
    return List.of(
        source(source, expectedSourceOwner, call),
        put(bucket, key, null, source.bucket() + '/' + source.key(), call).getFirst());
  }

  private List<Permission> put(
      String bucket,
      String objectKey,
      @Nullable String tagging,
      @Nullable String copySource,
      Call call) {
    var loaded = buckets.require(bucket, call);
    var resource = loaded.object(objectKey, call.principal());
    var tags = TagSets.ofHeader(tagging);
    ContextSource keys =
        key -> {
          if (key.equals("s3:x-amz-copy-source")) {
            return value(copySource);
          }
          var tag = ofTags(key, REQUEST_TAG, tags);
          if (tag != null) {
            return tag;
          }
          return key.equals("s3:requestobjecttagkeys")
              ? (tags.isEmpty() ? null : ContextValue.ofAll(List.copyOf(tags.keySet())))
              : common(key, loaded, call);
        };
    var put = new Permission("s3:PutObject", resource, Context.of(keys));
    return tags.isEmpty()
        ? List.of(put)
        : List.of(put, new Permission("s3:PutObjectTagging", resource, Context.of(keys)));
  }

  /** Tagging of an object that is there: what the tags are, and what they are to be. */
  Permission tagging(String bucket, String objectKey, Map<String, String> wanted, Call call) {
    var loaded = buckets.require(bucket, call);
    return new Permission(
        "s3:PutObjectTagging",
        loaded.object(objectKey, call.principal()),
        Context.of(
            key -> {
              var tag = ofTags(key, REQUEST_TAG, wanted);
              if (tag != null) {
                return tag;
              }
              return key.equals("s3:requestobjecttagkeys")
                  ? (wanted.isEmpty() ? null : ContextValue.ofAll(List.copyOf(wanted.keySet())))
                  : existing(key, loaded, objectKey, call);
            }));
  }

  private @Nullable ContextValue existing(
      String key, LoadedBucket bucket, String objectKey, Call call) {
    if (!key.startsWith(EXISTING_TAG)) {
      return common(key, bucket, call);
    }
    var object = objects.find(bucket.name(), objectKey);
    return object == null ? null : ofTags(key, EXISTING_TAG, object.tags());
  }

  private static @Nullable ContextValue ofTags(
      String key, String prefix, Map<String, String> tags) {
    if (!key.startsWith(prefix)) {
      return null;
    }
    var wanted = key.substring(prefix.length());
    for (var tag : tags.entrySet()) {
      if (tag.getKey().toLowerCase(Locale.ROOT).equals(wanted)) {
        return value(tag.getValue());
      }
    }
    return null;
  }

  private static @Nullable ContextValue common(String key, LoadedBucket bucket, Call call) {
    return key.equals("s3:resourceaccount") ? value(bucket.accountId()) : ofHeaders(key, call);
  }

  /** Keys that are named after a header. */
  private static @Nullable ContextValue ofHeaders(String key, Call call) {
    if (!key.startsWith("s3:")) {
      return null;
    }
    return switch (key) {
      case "s3:if-match", "s3:if-none-match" ->
          value(call.http().headers().first(key.substring("s3:".length())));
      default ->
          key.startsWith("s3:x-amz-")
              ? value(call.http().headers().first(key.substring("s3:".length())))
              : null;
    };
  }

  private static @Nullable ContextValue value(@Nullable String text) {
    return text == null ? null : ContextValue.of(text);
  }
}
