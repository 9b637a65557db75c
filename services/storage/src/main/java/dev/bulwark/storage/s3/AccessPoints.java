package dev.bulwark.storage.s3;

import dev.bulwark.api.s3control.CreateAccessPointRequest;
import dev.bulwark.api.s3control.CreateAccessPointResult;
import dev.bulwark.api.s3control.DeleteAccessPointRequest;
import dev.bulwark.api.s3control.GetAccessPointRequest;
import dev.bulwark.api.s3control.GetAccessPointResult;
import dev.bulwark.api.s3control.ListAccessPointsRequest;
import dev.bulwark.api.s3control.ListAccessPointsResult;
import dev.bulwark.api.s3control.PublicAccessBlockConfiguration;
import dev.bulwark.api.s3control.VpcConfiguration;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.InvalidCursorException;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Access points: made, told of, and deleted.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html">Managing
 *     access with access points</a>
 */
final class AccessPoints {
  static final String TYPE = "AWS::S3::AccessPoint";
  private static final int MOST = 10_000;
  private static final int PAGE = 1000;

  private final Store store;
  private final S3Tables tables;
  private final Buckets buckets;
  private final AccessPointLookup lookup;

  AccessPoints(Store store, S3Tables tables, Buckets buckets, AccessPointLookup lookup) {
    this.store = store;
    this.tables = tables;
    this.buckets = buckets;
    this.lookup = lookup;
  }

  /** The header that names an account names the caller's. */
  static void requireOwn(String accountId, Call call) {
    if (!accountId.equals(call.accountId())) {
      throw S3Errors.accessDenied();
    }
  }

  /** An access point of the caller's account. */
  AccessPoint require(String accountId, String name, Call call) {
    requireOwn(accountId, call);
    var found = lookup.find(accountId, name);
    if (found == null) {
      throw AccessPointErrors.missing(name);
    }
    return found;
  }

  // CreateAccessPoint

  CreateAccessPointResult create(CreateAccessPointRequest in, Call call) {
    requireOwn(in.accountId(), call);
    if (!AccessPointNames.isValid(in.name())) {
      throw AccessPointErrors.invalidName(in.name());
    }
    var owner = Objects.requireNonNullElse(in.bucketAccountId(), call.accountId());
    if (!buckets.exists(in.bucket())) {
      // An access point in the place of a bucket is none, either.
      throw S3Errors.noSuchBucket(in.bucket());
    }
    var bucket = buckets.find(in.bucket(), owner).record();
    if (!bucket.region().equals(call.region())) {
      throw AccessPointErrors.otherRegion(bucket.region());
    }
    var vpc = in.vpcConfiguration();
    var point =
        new AccessPointRecord(
            call.accountId(),
            call.region(),
            in.name(),
            AccessPointNames.alias(in.name()),
            bucket.name(),
            bucket.accountId(),
            vpc == null ? null : vpc.vpcId(),
            block(in.publicAccessBlockConfiguration()),
            call.time().toEpochMilli(),
            null,
            Map.of());
    call.concerns(TYPE, point.arn());
    return call.write(
        tx -> {
          buckets.current(tx, bucket);
          if (tables.accessPoints.contains(tx, point.key())) {
            throw AccessPointErrors.exists();
          }
          if (tables.buckets.contains(tx, point.hostLabel())) {
            throw AccessPointErrors.isBucket(point.hostLabel());
          }
          if (tables.accessPoints.count(tx, Key.prefix(point.accountId())) >= MOST) {
            throw AccessPointErrors.tooMany();
          }
          tables.accessPoints.insert(tx, point.key(), point);
          tables.accessPointAliases.insert(tx, point.alias(), point.key());
          call.changed(tx, TYPE, point.name(), point.arn(), null, point);
          return CreateAccessPointResult.builder()
              .accessPointArn(point.arn())
              .alias(point.alias())
              .build();
        });
  }

  /** All is blocked where the request does not say otherwise. */
  private static BucketRecord.PublicAccessBlock block(
      @Nullable PublicAccessBlockConfiguration wanted) {
    return wanted == null
        ? BucketRecord.PublicAccessBlock.ALL
        : new BucketRecord.PublicAccessBlock(
            Boolean.TRUE.equals(wanted.blockPublicAcls()),
            Boolean.TRUE.equals(wanted.ignorePublicAcls()),
            Boolean.TRUE.equals(wanted.blockPublicPolicy()),
            Boolean.TRUE.equals(wanted.restrictPublicBuckets()));
  }

  // GetAccessPoint, ListAccessPoints

  GetAccessPointResult get(GetAccessPointRequest in, Call call) {
    var point = require(in.accountId(), in.name(), call).record();
    return GetAccessPointResult.builder()
        .name(point.name())
        .bucket(point.bucket())
        .bucketAccountId(point.bucketAccountId())
        .networkOrigin(point.networkOrigin())
        .vpcConfiguration(vpc(point))
        .publicAccessBlockConfiguration(
            PublicAccessBlockConfiguration.builder()
                .blockPublicAcls(point.block().blockPublicAcls())
                .ignorePublicAcls(point.block().ignorePublicAcls())
                .blockPublicPolicy(point.block().blockPublicPolicy())
                .restrictPublicBuckets(point.block().restrictPublicBuckets())
                .build())
        .creationDate(Instant.ofEpochMilli(point.created()))
        .alias(point.alias())
        .accessPointArn(point.arn())
        .endpoints(
            Map.of(
                "ipv4",
                "s3-accesspoint." + point.region() + ".amazonaws.com",
                "dualstack",
                "s3-accesspoint.dualstack." + point.region() + ".amazonaws.com",
                "fips",
                "s3-accesspoint-fips." + point.region() + ".amazonaws.com",
                "fips_dualstack",
                "s3-accesspoint-fips.dualstack." + point.region() + ".amazonaws.com"))
        .build();
  }

  private static @Nullable VpcConfiguration vpc(AccessPointRecord point) {
    return point.vpcId() == null ? null : VpcConfiguration.builder().vpcId(point.vpcId()).build();
  }

  ListAccessPointsResult list(ListAccessPointsRequest in, Call call) {
    requireOwn(in.accountId(), call);
    int limit = Objects.requireNonNullElse(in.maxResults(), PAGE);
    var after = Tokens.decode(in.nextToken(), "nextToken");
    try {
      return store.read(tx -> page(tx, in, after, limit, call.region()));
    } catch (InvalidCursorException e) {
      throw S3Errors.badContinuationToken("nextToken", in.nextToken());
    }
  }

  private ListAccessPointsResult page(
      ReadTx tx, ListAccessPointsRequest in, @Nullable String after, int limit, String region) {
    var page = new ArrayList<dev.bulwark.api.s3control.AccessPoint>();
    var cursor = after;
    while (page.size() < limit) {
      var rows =
          tables.accessPoints.scan(
              tx, AccessPointLookup.of(in.accountId()).after(cursor).limit(limit - page.size()));
      for (var row : rows) {
        cursor = row.cursor();
        var point = row.value();
        if (point.region().equals(region)
            && (in.bucket() == null || in.bucket().equals(point.bucket()))) {
          page.add(item(point));
        }
      }
      if (rows.isEmpty()) {
        return ListAccessPointsResult.builder().accessPointList(page).build();
      }
    }
    return ListAccessPointsResult.builder()
        .accessPointList(page)
        .nextToken(cursor == null ? null : Tokens.encode(cursor))
        .build();
  }

  private static dev.bulwark.api.s3control.AccessPoint item(AccessPointRecord point) {
    return dev.bulwark.api.s3control.AccessPoint.builder()
        .name(point.name())
        .networkOrigin(point.networkOrigin())
        .vpcConfiguration(vpc(point))
        .bucket(point.bucket())
        .accessPointArn(point.arn())
        .alias(point.alias())
        .bucketAccountId(point.bucketAccountId())
        .build();
  }

  // Changes

  Unit delete(DeleteAccessPointRequest in, Call call) {
    return change(in.accountId(), in.name(), call, point -> null);
  }

  /**
   * Changes an access point in the one transaction of a call.
   *
   * @param change null deletes it
   */
  Unit change(
      String accountId, String name, Call call, UnaryOperator<@Nullable AccessPointRecord> change) {
    call.concerns(TYPE, require(accountId, name, call).record().arn());
    var key = Key.of(accountId, name);
    return call.write(
        tx -> {
          var before = tables.accessPoints.get(tx, key);
          if (before == null) {
            throw AccessPointErrors.missing(name);
          }
          var after = change.apply(before);
          if (after == null) {
            tables.accessPoints.delete(tx, key);
            tables.accessPointAliases.delete(tx, before.alias());
          } else {
            tables.accessPoints.put(tx, key, after);
          }
          call.changed(tx, TYPE, name, before.arn(), before, after);
          return Unit.UNIT;
        });
  }
}
