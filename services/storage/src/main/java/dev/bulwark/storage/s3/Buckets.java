package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.Bucket;
import dev.bulwark.api.s3.CreateBucketConfiguration;
import dev.bulwark.api.s3.CreateBucketOutput;
import dev.bulwark.api.s3.CreateBucketRequest;
import dev.bulwark.api.s3.DeleteBucketRequest;
import dev.bulwark.api.s3.GetBucketLocationOutput;
import dev.bulwark.api.s3.GetBucketLocationRequest;
import dev.bulwark.api.s3.HeadBucketOutput;
import dev.bulwark.api.s3.HeadBucketRequest;
import dev.bulwark.api.s3.ListBucketsOutput;
import dev.bulwark.api.s3.ListBucketsRequest;
import dev.bulwark.api.s3.Owner;
import dev.bulwark.base.Region;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.InvalidCursorException;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Buckets: made, found, listed and deleted. */
final class Buckets {
  static final String TYPE = "AWS::S3::Bucket";
  private static final int CACHED = 10_000;

  /**
   * What may be asked for through access points.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html">Access
   *     point compatibility</a>
   */
  private static final Set<String> THROUGH_POINTS =
      Set.of(
          "AbortMultipartUpload",
          "CompleteMultipartUpload",
          "CopyObject",
          "CreateMultipartUpload",
          "DeleteObject",
          "DeleteObjects",
          "DeleteObjectTagging",
          "GetBucketAcl",
          "GetBucketCors",
          "GetBucketLocation",
          "GetBucketNotificationConfiguration",
          "GetBucketPolicy",
          "GetObject",
          "GetObjectAcl",
          "GetObjectAttributes",
          "GetObjectLegalHold",
          "GetObjectRetention",
          "GetObjectTagging",
          "HeadBucket",
          "HeadObject",
          "ListMultipartUploads",
          "ListObjects",
          "ListObjectsV2",
          "ListObjectVersions",
          "ListParts",
          "PostObject",
          "PutObject",
          "PutObjectAcl",
          "PutObjectLegalHold",
          "PutObjectRetention",
          "PutObjectTagging",
          "RestoreObject",
          "UploadPart",
          "UploadPartCopy");

  private final Store store;
  private final S3Tables tables;
  private final Blobs blobs;
  private final StoreCache<LoadedBucket> loaded;
  private final Expirations expirations;
  private final AccountBlocks blocks;
  private final AccessPointLookup points;

  Buckets(Store store, S3Tables tables, Blobs blobs) {
    this.store = store;
    this.tables = tables;
    this.blobs = blobs;
    this.blocks = new AccountBlocks(tables);
    this.points = new AccessPointLookup(tables);
    this.loaded =
        tables.buckets.cached(CACHED, record -> LoadedBucket.of(record, () -> blocks.of(record)));
    this.expirations = new Expirations(tables);
  }

  /** A bucket that a request names; the call is of its account from here on. */
  LoadedBucket require(String name, Call call) {
    var bucket = find(name, call.http().headers().first("x-amz-expected-bucket-owner"));
    if (bucket.through() != null && !THROUGH_POINTS.contains(call.operation().name())) {
      throw S3Errors.methodNotAllowed(call.operation().http().method(), "ACCESSPOINT");
    }
    if (!bucket.accountId().equals(call.accountId())) {
      if (RequestCharges.refuses(bucket, call)) {
        throw S3Errors.accessDenied();
      }
      call.inAccount(bucket.accountId());
    }
    return bucket;
  }

  /** A bucket that must belong to that account, where one is given. */
  LoadedBucket find(String name, @Nullable String expectedOwner) {
    // A request to //key names an empty bucket, which is no key to look up.
    var bucket = name.isEmpty() ? null : loaded.get(name);
    if (bucket == null && !name.isEmpty()) {
      bucket = through(name);
    }
    if (bucket == null) {
      throw BucketNames.isPossible(name)
          ? S3Errors.noSuchBucket(name)
          : S3Errors.invalidBucketName(name);
    }
    if (expectedOwner != null && !expectedOwner.equals(bucket.accountId())) {
      throw S3Errors.accessDenied();
    }
    return bucket;
  }

  /** The bucket behind an access point of that name; null where there is none. */
  private @Nullable LoadedBucket through(String name) {
    var point = points.find(name);
    if (point == null) {
      return null;
    }
    if (point.record().vpcId() != null) {
      // Requests come from no virtual network: there are none here.
      throw S3Errors.accessDenied();
    }
    var bucket = loaded.get(point.record().bucket());
    if (bucket == null || !bucket.accountId().equals(point.record().bucketAccountId())) {
      throw S3Errors.noSuchBucket(point.record().bucket());
    }
    return bucket.through(point);
  }

  AccessPointLookup points() {
    return points;
  }

  AccountBlocks blocks() {
    return blocks;
  }

  /** The access point of a name that is no bucket's; null where there is none. */
  @Nullable AccessPointRecord pointOf(String name) {
    var point = exists(name) || name.isEmpty() ? null : points.find(name);
    return point == null ? null : point.record();
  }

  /**
   * The bucket of a name, or the one behind the access point that has it; null where there is none
   * that a browser could come to.
   */
  @Nullable String behind(String name) {
    if (name.isEmpty() || loaded.get(name) != null) {
      return name.isEmpty() ? null : name;
    }
    try {
      var bucket = through(name);
      return bucket == null ? null : bucket.name();
    } catch (ApiException e) {
      return null;
    }
  }

  boolean exists(String name) {
    return !name.isEmpty() && loaded.get(name) != null;
  }

  /** What is blocked of public access to a bucket: by itself, or by its account. */
  BucketRecord.PublicAccessBlock block(BucketRecord bucket) {
    return blocks.of(bucket);
  }

  /** When and by which rule an object will expire, as a header tells it; null for never. */
  @Nullable String expiration(BucketRecord bucket, String key, ObjectRecord object) {
    return expirations.of(bucket.name(), key, object);
  }

  /** When an object will expire; null for never. */
  @Nullable Instant expirationTime(BucketRecord bucket, String key, ObjectRecord object) {
    return expirations.timeOf(bucket.name(), key, object);
  }

  /** The bucket as a resource of permissions. */
  Resource resource(String name, Call call) {
    return require(name, call).resource(call.principal());
  }

  /**
   * A bucket as it is in a transaction. Fails where it is gone, or another has got its name, since
   * the call was authorized.
   */
  BucketRecord current(WriteTx tx, BucketRecord authorized) {
    var known = loaded.peek(authorized.name());
    if (known != null && known.record() == authorized) {
      return authorized;
    }
    var now = tables.buckets.get(tx, authorized.name());
    if (now == null || !authorized.isSame(now)) {
      throw S3Errors.noSuchBucket(authorized.name());
    }
    return now;
  }

  /** Changes a bucket's settings in the one transaction of a call. */
  Unit change(String name, Call call, UnaryOperator<BucketRecord> change) {
    var authorized = require(name, call).record();
    Integrity.checkContent(call.http());
    call.concerns(TYPE, authorized.arn());
    return call.write(
        tx -> {
          var before = tables.buckets.get(tx, name);
          if (before == null || !authorized.isSame(before)) {
            throw S3Errors.noSuchBucket(name);
          }
          var after = change.apply(before);
          tables.buckets.put(tx, name, after);
          call.changed(tx, TYPE, name, before.arn(), before, after);
          return Unit.UNIT;
        });
  }

  // CreateBucket

  CreateBucketOutput create(CreateBucketRequest in, Call call) {
    var name = in.bucket();
    if (!BucketNames.isValid(name)) {
      throw S3Errors.invalidBucketName(name);
    }
    checkBuilt(in);
    var region = regionOf(in.createBucketConfiguration(), call);
    var ownership = ownership(in.objectOwnership());
    var tags = tagsOf(in.createBucketConfiguration());
    if (!tags.isEmpty()) {
      call.require(Permission.of("s3:TagResource", Resource.of("arn:aws:s3:::" + name)));
    }
    var bucket =
        new BucketRecord(
            name,
            call.accountId(),
            region,
            call.time().toEpochMilli(),
            BucketRecord.PublicAccessBlock.ALL,
            ownership,
            tags,
            null,
            rules(in, ownership, call));
    call.concerns(TYPE, bucket.arn());
    return call.write(
        tx -> {
          var existing = tables.buckets.get(tx, name);
          if (existing != null) {
            return again(existing, bucket);
          }
          if (points.isTaken(tx, name)) {
            throw S3Errors.bucketAlreadyExists(name);
          }
          tables.buckets.insert(tx, name, bucket);
          call.changed(tx, TYPE, name, bucket.arn(), null, bucket);
          return created(bucket);
        });
  }

  /**
   * In us-east-1 alone, and there since before S3 knew better, a bucket may be made twice by its
   * owner.
   */
  private static CreateBucketOutput again(BucketRecord existing, BucketRecord wanted) {
    if (!existing.accountId().equals(wanted.accountId())) {
      throw S3Errors.bucketAlreadyExists(wanted.name());
    }
    if (!isUsEast1(existing.region()) || !isUsEast1(wanted.region())) {
      throw S3Errors.bucketAlreadyOwnedByYou(wanted.name());
    }
    return created(existing);
  }

  private static CreateBucketOutput created(BucketRecord bucket) {
    var location =
        isUsEast1(bucket.region())
            ? '/' + bucket.name()
            : "http://" + bucket.name() + ".s3.amazonaws.com/";
    return CreateBucketOutput.builder().location(location).bucketArn(bucket.arn()).build();
  }

  private static void checkBuilt(CreateBucketRequest in) {
    if (in.bucketNamespace() != null && !in.bucketNamespace().equals("global")) {
      throw S3Errors.headerNotBuilt("x-amz-bucket-namespace");
    }
    var configuration = in.createBucketConfiguration();
    if (configuration != null
        && (configuration.location() != null || configuration.bucket() != null)) {
      throw S3Errors.notBuilt("Directory buckets are not implemented");
    }
  }

  private static Ownership ownership(@Nullable String wanted) {
    if (wanted == null) {
      return Ownership.ENFORCED;
    }
    var ownership = Ownership.named(wanted);
    if (ownership == null) {
      throw S3Errors.invalidArgument(
          "Invalid x-amz-object-ownership header: " + wanted, "x-amz-object-ownership", wanted);
    }
    return ownership;
  }

  private static BucketRules rules(CreateBucketRequest in, Ownership ownership, Call call) {
    var rules = BucketRules.NEW;
    if (Boolean.TRUE.equals(in.objectLockEnabledForBucket())) {
      rules = rules.withVersioning(Versioning.ENABLED, false).withLock(LockRule.WITHOUT_DEFAULT);
    }
    var headers = call.http().headers();
    if (!AclGrants.given(headers)) {
      return rules;
    }
    var usual = Acl.ofOwner(call.accountId());
    var acl = AclGrants.ofHeaders(headers, call.accountId(), null);
    if (acl.equals(usual)) {
      return rules;
    }
    if (ownership == Ownership.ENFORCED) {
      throw S3Errors.bucketAclWithOwnership();
    }
    // A new bucket blocks public access.
    if (AclGrants.isPublic(acl)) {
      throw S3Errors.accessDenied();
    }
    return rules.withAcl(acl);
  }

  private static String regionOf(@Nullable CreateBucketConfiguration configuration, Call call) {
    var constraint = configuration == null ? null : configuration.locationConstraint();
    if (constraint != null && constraint.isEmpty()) {
      throw S3Errors.invalidLocationConstraint(constraint);
    }
    if (constraint == null) {
      if (!isUsEast1(call.region())) {
        throw S3Errors.illegalLocationConstraint("unspecified");
      }
      return call.region();
    }
    var region = constraint.equals("EU") ? "eu-west-1" : constraint;
    if (!isUsEast1(call.region()) && !region.equals(call.region())) {
      throw S3Errors.illegalLocationConstraint(constraint);
    }
    if (!Region.isKnown(region)
        || isUsEast1(region)
        || !Region.of(region).partition().equals("aws")) {
      throw S3Errors.invalidLocationConstraint(constraint);
    }
    return region;
  }

  private static Map<String, String> tagsOf(@Nullable CreateBucketConfiguration configuration) {
    return configuration == null || configuration.tags() == null
        ? Map.of()
        : TagSets.ofList(configuration.tags(), true);
  }

  private static boolean isUsEast1(String region) {
    return region.equals(Region.US_EAST_1.name());
  }

  // DeleteBucket

  Unit delete(DeleteBucketRequest in, Call call) {
    var name = in.bucket();
    var authorized = require(name, call).record();
    call.concerns(TYPE, authorized.arn());
    var orphans = new ArrayList<String>();
    var output =
        call.write(
            tx -> {
              orphans.clear();
              var bucket = tables.buckets.get(tx, name);
              if (bucket == null || !authorized.isSame(bucket)) {
                throw S3Errors.noSuchBucket(name);
              }
              if (points.leadTo(tx, bucket)) {
                throw AccessPointErrors.attached(name);
              }
              var contents = Key.prefix(name);
              if (!tables.objects.keys(tx, Scan.prefix(contents).limit(1)).isEmpty()) {
                throw bucket.rules().versioning().isKept()
                    ? S3Errors.versionsLeft(name)
                    : S3Errors.bucketNotEmpty(name);
              }
              if (!tables.versions.keys(tx, Scan.prefix(contents).limit(1)).isEmpty()) {
                throw S3Errors.versionsLeft(name);
              }
              abortUploads(tx, name, orphans);
              tables.buckets.delete(tx, name);
              tables.configurations.deleteAll(tx, contents);
              tables.analyses.deleteAll(tx, contents);
              call.changed(tx, TYPE, name, bucket.arn(), bucket, null);
              return Unit.UNIT;
            });
    blobs.delete(orphans);
    return output;
  }

  /** What was uploaded in parts and never completed goes with its bucket. */
  private void abortUploads(WriteTx tx, String bucket, List<String> orphans) {
    var prefix = Key.prefix(bucket);
    tables.uploads.forEach(
        tx,
        Scan.prefix(prefix),
        upload -> {
          var parts = Key.prefix(Key.last(upload.key(), 3));
          tables.parts.forEach(tx, Scan.prefix(parts), part -> orphans.add(part.value().blobId()));
          tables.parts.deleteAll(tx, parts);
        });
    tables.uploads.deleteAll(tx, prefix);
    orphans.forEach(blob -> tables.blobs.delete(tx, blob));
  }

  // HeadBucket, GetBucketLocation, ListBuckets

  HeadBucketOutput head(HeadBucketRequest in, Call call) {
    var loadedBucket = require(in.bucket(), call);
    var bucket = loadedBucket.record();
    return HeadBucketOutput.builder()
        .bucketRegion(bucket.region())
        .bucketArn(bucket.arn())
        .accessPointAlias(loadedBucket.through() != null)
        .build();
  }

  GetBucketLocationOutput location(GetBucketLocationRequest in, Call call) {
    var region = require(in.bucket(), call).record().region();
    return GetBucketLocationOutput.builder()
        .locationConstraint(isUsEast1(region) ? null : region)
        .build();
  }

  ListBucketsOutput list(ListBucketsRequest in, Call call) {
    int limit = in.maxBuckets() == null ? Scan.MAX_LIMIT : in.maxBuckets();
    if (limit < 1 || limit > Scan.MAX_LIMIT) {
      throw S3Errors.invalidArgument(
          "Argument max-buckets must be an integer between 1 and 10000",
          "max-buckets",
          Integer.toString(limit));
    }
    var region = in.bucketRegion();
    if (region != null && !Region.isKnown(region)) {
      throw S3Errors.unknownRegion(region);
    }
    var prefix = Objects.requireNonNullElse(in.prefix(), "");
    var after = Tokens.decode(in.continuationToken(), "continuation-token");
    var account = call.accountId();
    try {
      return store.read(tx -> page(tx, account, prefix, region, after, limit));
    } catch (InvalidCursorException e) {
      throw S3Errors.badContinuationToken(
          "continuation-token", Objects.requireNonNullElse(in.continuationToken(), ""));
    }
  }

  private ListBucketsOutput page(
      ReadTx tx,
      String account,
      String prefix,
      @Nullable String region,
      @Nullable String after,
      int limit) {
    var page = new ArrayList<Bucket>();
    var scan = Scan.prefix(Key.of(account, prefix)).limit(Math.min(limit + 1, Scan.MAX_LIMIT));
    var cursor = after;
    String next = null;
    scanning:
    while (true) {
      var rows = tables.buckets.scanByIndex(tx, S3Tables.BY_OWNER, scan.after(cursor));
      for (var row : rows) {
        if (region == null || region.equals(row.value().region())) {
          if (page.size() == limit) {
            next = cursor;
            break scanning;
          }
          page.add(item(row.value()));
        }
        cursor = row.cursor();
      }
      if (rows.size() < scan.limit()) {
        break;
      }
    }
    return ListBucketsOutput.builder()
        .buckets(page)
        .owner(Owner.builder().id(CanonicalUsers.idOf(account)).build())
        .prefix(prefix.isEmpty() ? null : prefix)
        .continuationToken(next == null ? null : Tokens.encode(next))
        .build();
  }

  private static Bucket item(BucketRecord bucket) {
    return Bucket.builder()
        .name(bucket.name())
        .creationDate(Instant.ofEpochMilli(bucket.created()))
        .bucketRegion(bucket.region())
        .bucketArn(bucket.arn())
        .build();
  }
}
