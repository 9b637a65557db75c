package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.CopyObjectRequest;
import dev.bulwark.api.s3.CreateBucketRequest;
import dev.bulwark.api.s3.CreateMultipartUploadRequest;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.ContextSource;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.wire.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
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
  private static final ContextSource NONE = key -> null;
  private static final HttpHeaders NO_HEADERS = new HttpHeaders();

  private final Buckets buckets;
  private final ObjectRows objects;
  private final AclPolicies acls = new AclPolicies();

  S3Permissions(Buckets buckets, ObjectRows objects) {
    this.buckets = buckets;
    this.objects = objects;
  }

  // Buckets

  /** An action on a bucket. */
  Permission onBucket(String action, String bucket, Call call) {
    var loaded = buckets.require(bucket, call);
    return entered(
        new Permission(
            action,
            resource(action, loaded, call),
            Context.of(key -> common(key, loaded, call.http().headers()))),
        loaded,
        null,
        call);
  }

  /**
   * Who comes to a bucket through an access point needs the right to what that shows, too.
   *
   * @param onBucket the right to the bucket or the object itself
   * @param objectKey null for the bucket
   */
  private static Permission entered(
      Permission onBucket, LoadedBucket bucket, @Nullable String objectKey, Call call) {
    var point = bucket.through();
    if (point != null) {
      call.require(
          new Permission(
              onBucket.action(),
              point.resource(objectKey, call.principal(), bucket.block()),
              onBucket.keys()));
    }
    return onBucket;
  }

  /** The right to list a bucket, without which nobody learns what it lacks. */
  static void requireListing(LoadedBucket bucket, Call call) {
    call.require(
        entered(
            new Permission(
                "s3:ListBucket",
                bucket.resource(call.principal()),
                Context.of(key -> common(key, bucket, NO_HEADERS))),
            bucket,
            null,
            call));
  }

  private Resource resource(String action, LoadedBucket bucket, Call call) {
    return acls.bucket(bucket.resource(call.principal()), action, bucket, call.principal());
  }

  /** What making a bucket takes: a permission for each thing that it is to have from the start. */
  List<Permission> toCreate(CreateBucketRequest in, Call call) {
    var resource = Resource.of("arn:aws:s3:::" + in.bucket());
    var configuration = in.createBucketConfiguration();
    var location = configuration == null ? null : configuration.locationConstraint();
    var keys =
        Context.of(
            key ->
                key.equals("s3:locationconstraint")
                    ? value(location)
                    : ofHeaders(key, call.http().headers()));
    var permissions = new ArrayList<Permission>(1);
    permissions.add(new Permission("s3:CreateBucket", resource, keys));
    if (Boolean.TRUE.equals(in.objectLockEnabledForBucket())) {
      permissions.add(new Permission("s3:PutBucketVersioning", resource, keys));
      permissions.add(new Permission("s3:PutBucketObjectLockConfiguration", resource, keys));
    }
    if (in.objectOwnership() != null) {
      permissions.add(new Permission("s3:PutBucketOwnershipControls", resource, keys));
    }
    if (AclGrants.given(call.http().headers()) && !"private".equals(in.acl())) {
      permissions.add(new Permission("s3:PutBucketAcl", resource, keys));
    }
    return permissions;
  }

  /** ListBucket or ListBucketVersions, under the keys of a listing. */
  Permission list(
      String action,
      String bucket,
      @Nullable String prefix,
      @Nullable String delimiter,
      @Nullable Integer maxKeys,
      Call call) {
    var loaded = buckets.require(bucket, call);
    return entered(
        new Permission(
            action,
            resource(action, loaded, call),
            Context.of(
                key ->
                    switch (key) {
                      case "s3:prefix" -> value(prefix);
                      case "s3:delimiter" -> value(delimiter);
                      case "s3:max-keys" -> value(maxKeys == null ? null : maxKeys.toString());
                      default -> common(key, loaded, call.http().headers());
                    })),
        loaded,
        null,
        call);
  }

  /** The right to have an inventory made that tells these fields of objects. */
  Permission inventory(String bucket, List<String> fields, Call call) {
    var loaded = buckets.require(bucket, call);
    return new Permission(
        "s3:PutInventoryConfiguration",
        resource("s3:PutInventoryConfiguration", loaded, call),
        Context.of(
            key ->
                key.equals("s3:inventoryaccessibleoptionalfields")
                    ? fields.isEmpty() ? null : ContextValue.ofAll(fields)
                    : common(key, loaded, call.http().headers())));
  }

  // Objects

  /** An action on an object that is there or not. */
  Permission onObject(String action, String bucket, String objectKey, Call call) {
    return onObject(action, buckets.require(bucket, call), objectKey, call);
  }

  Permission onObject(String action, LoadedBucket bucket, String objectKey, Call call) {
    return onObject(action, bucket, objectKey, null, NONE, call);
  }

  /** An action on an object; the other action on its version, where the request names one. */
  Permission onVersion(
      String action,
      String versionAction,
      String bucket,
      String objectKey,
      @Nullable String versionId,
      Call call) {
    return onVersion(
        action, versionAction, buckets.require(bucket, call), objectKey, versionId, call);
  }

  Permission onVersion(
      String action,
      String versionAction,
      LoadedBucket bucket,
      String objectKey,
      @Nullable String versionId,
      Call call) {
    return onObject(
        versionId == null ? action : versionAction, bucket, objectKey, versionId, NONE, call);
  }

  /** The same, by the bucket's name. */
  Permission onObject(
      String action,
      String bucket,
      String objectKey,
      @Nullable String versionId,
      ContextSource own,
      Call call) {
    return onObject(action, buckets.require(bucket, call), objectKey, versionId, own, call);
  }

  /**
   * An action that no request asks for, but a role of which S3 makes use.
   *
   * @param object null where it is not there yet
   */
  Permission ofRole(
      String action,
      LoadedBucket bucket,
      String objectKey,
      @Nullable ObjectRecord object,
      Caller role) {
    var resource = bucket.object(objectKey, role.principal());
    return new Permission(
        action,
        object == null ? resource : acls.object(resource, action, bucket, object, role.principal()),
        Context.of(
            key ->
                key.startsWith(EXISTING_TAG) && object != null
                    ? ofTags(key, EXISTING_TAG, object.tags())
                    : common(key, bucket, NO_HEADERS)));
  }

  /**
   * An action on an object or a version.
   *
   * @param own keys of this action beside the usual ones
   */
  Permission onObject(
      String action,
      LoadedBucket bucket,
      String objectKey,
      @Nullable String versionId,
      ContextSource own,
      Call call) {
    var resource = bucket.object(objectKey, call.principal());
    if (AclPolicies.countsIn(bucket)) {
      var object = find(bucket, objectKey, versionId);
      resource = acls.object(resource, action, bucket, object, call.principal());
    }
    return entered(
        new Permission(
            action,
            resource,
            Context.of(
                key -> {
                  var special = own.get(key);
                  if (special != null) {
                    return special;
                  }
                  return key.equals("s3:versionid")
                      ? value(versionId)
                      : existing(key, bucket, objectKey, versionId, call);
                })),
        bucket,
        objectKey,
        call);
  }

  private @Nullable ObjectRecord find(
      LoadedBucket bucket, String objectKey, @Nullable String versionId) {
    var found = objects.findVersion(bucket.name(), objectKey, versionId);
    return found == null ? null : found.record();
  }

  // Writes

  List<Permission> put(PutObjectRequest in, Call call) {
    return put(in.bucket(), in.key(), in.tagging(), null, call.http().headers(), call);
  }

  List<Permission> upload(CreateMultipartUploadRequest in, Call call) {
    return put(in.bucket(), in.key(), in.tagging(), null, call.http().headers(), call);
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
            call.http().headers(),
            call));
    return permissions;
  }

  /** The right to read the source of a copy. */
  Permission source(CopySource source, @Nullable String expectedOwner, Call call) {
    var bucket = buckets.find(source.bucket(), expectedOwner);
    if (RequestCharges.refuses(bucket, call)) {
      throw S3Errors.accessDenied();
    }
    return onVersion(
        "s3:GetObject", "s3:GetObjectVersion", bucket, source.key(), source.versionId(), call);
  }

  /** The right to write an object from a part of another. */
  List<Permission> partCopy(
      String bucket,
      String key,
      @Nullable String copySource,
      @Nullable String expectedSourceOwner,
      Call call) {
    var source = CopySource.parse(copySource);
    var place = source.bucket() + '/' + source.key();
    return List.of(
        source(source, expectedSourceOwner, call),
        put(bucket, key, null, place, call.http().headers(), call).getFirst());
  }

  /**
   * The right to write an object, and what else the request says of it.
   *
   * @param headers that say it
   */
  List<Permission> put(
      String bucket,
      String objectKey,
      @Nullable String tagging,
      @Nullable String copySource,
      HttpHeaders headers,
      Call call) {
    var loaded = buckets.require(bucket, call);
    var object = loaded.object(objectKey, call.principal());
    Function<String, Resource> resource =
        action -> acls.newObject(object, action, loaded, call.principal());
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
          if (key.equals("s3:requestobjecttagkeys")) {
            return tags.isEmpty() ? null : ContextValue.ofAll(List.copyOf(tags.keySet()));
          }
          var lock = LockKeys.ofHeaders(key, headers, call.time());
          return lock != null ? lock : common(key, loaded, headers);
        };
    Function<String, Permission> permission =
        action ->
            entered(
                new Permission(action, resource.apply(action), Context.of(keys)),
                loaded,
                objectKey,
                call);
    var put = permission.apply("s3:PutObject");
    var more = furtherActions(loaded.record(), headers, !tags.isEmpty());
    if (call.principal() instanceof Principal.ServicePrincipal) {
      // The policies that AWS documents let services put objects, and say nothing of lists.
      more.remove("s3:PutObjectAcl");
    }
    if (more.isEmpty()) {
      return List.of(put);
    }
    var permissions = new ArrayList<Permission>();
    permissions.add(put);
    more.forEach(action -> permissions.add(permission.apply(action)));
    return permissions;
  }

  /** An object that a service of S3 is to put into a bucket. */
  Resource delivery(LoadedBucket bucket, String objectKey, Principal service) {
    return acls.newObject(bucket.object(objectKey, service), "s3:PutObject", bucket, service);
  }

  private static List<String> furtherActions(
      BucketRecord bucket, HttpHeaders headers, boolean tagged) {
    var actions = new ArrayList<String>(0);
    if (tagged) {
      actions.add("s3:PutObjectTagging");
    }
    if (bucket.ownership() != Ownership.ENFORCED && AclGrants.given(headers)) {
      actions.add("s3:PutObjectAcl");
    }
    if (headers.first(ObjectTerms.LOCK_MODE) != null) {
      actions.add("s3:PutObjectRetention");
    }
    if (headers.first(ObjectTerms.LEGAL_HOLD) != null) {
      actions.add("s3:PutObjectLegalHold");
    }
    return actions;
  }

  /** Tagging of an object that is there: what the tags are, and what they are to be. */
  Permission tagging(
      String bucket,
      String objectKey,
      @Nullable String versionId,
      Map<String, String> wanted,
      Call call) {
    return onObject(
        versionId == null ? "s3:PutObjectTagging" : "s3:PutObjectVersionTagging",
        buckets.require(bucket, call),
        objectKey,
        versionId,
        key -> {
          if (key.equals("s3:requestobjecttagkeys")) {
            return wanted.isEmpty() ? null : ContextValue.ofAll(List.copyOf(wanted.keySet()));
          }
          return ofTags(key, REQUEST_TAG, wanted);
        },
        call);
  }

  private @Nullable ContextValue existing(
      String key, LoadedBucket bucket, String objectKey, @Nullable String versionId, Call call) {
    if (!key.startsWith(EXISTING_TAG)) {
      return common(key, bucket, call.http().headers());
    }
    var object = find(bucket, objectKey, versionId);
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

  private static @Nullable ContextValue common(
      String key, LoadedBucket bucket, HttpHeaders headers) {
    if (key.equals("s3:resourceaccount")) {
      return value(bucket.accountId());
    }
    var point = bucket.through();
    var ofPoint = point == null ? null : AccessPoint.key(point.record(), key);
    return ofPoint != null ? ofPoint : ofHeaders(key, headers);
  }

  /** Keys that are named after a header. */
  private static @Nullable ContextValue ofHeaders(String key, HttpHeaders headers) {
    boolean header =
        key.startsWith("s3:x-amz-") || key.equals("s3:if-match") || key.equals("s3:if-none-match");
    // The payload's hash is the platform's to tell, and keys are nobody's: what policies see is
    // recorded.
    return header && !key.equals("s3:x-amz-content-sha256") && !key.endsWith("-customer-key")
        ? value(headers.first(key.substring("s3:".length())))
        : null;
  }

  private static @Nullable ContextValue value(@Nullable String text) {
    return text == null ? null : ContextValue.of(text);
  }
}
