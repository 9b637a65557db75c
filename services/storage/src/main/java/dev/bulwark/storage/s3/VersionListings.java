package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CommonPrefix;
import dev.bulwark.api.s3.DeleteMarkerEntry;
import dev.bulwark.api.s3.ListObjectVersionsOutput;
import dev.bulwark.api.s3.ListObjectVersionsRequest;
import dev.bulwark.api.s3.ObjectVersion;
import dev.bulwark.api.s3.Owner;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** ListObjectVersions. */
final class VersionListings {
  private final Store store;
  private final S3Tables tables;
  private final ObjectRows rows;
  private final Buckets buckets;

  VersionListings(Store store, S3Tables tables, ObjectRows rows, Buckets buckets) {
    this.store = store;
    this.tables = tables;
    this.rows = rows;
    this.buckets = buckets;
  }

  /** One page, while it is filled. */
  private static final class Shown {
    private final List<ObjectVersion> versions = new ArrayList<>();
    private final List<DeleteMarkerEntry> markers = new ArrayList<>();
    private final List<CommonPrefix> prefixes = new ArrayList<>();
    private @Nullable String lastKey;
    private @Nullable String lastVersion;
    private boolean truncated;

    int size() {
      return versions.size() + markers.size() + prefixes.size();
    }
  }

  ListObjectVersionsOutput list(ListObjectVersionsRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var encoding = Listings.encoding(in.encodingType());
    if (in.maxKeys() != null && in.maxKeys() < 0) {
      throw S3Errors.invalidArgument(
          "max-keys cannot be negative", "max-keys", in.maxKeys().toString());
    }
    var query = Listings.query(in.prefix(), in.delimiter(), in.maxKeys(), "max-keys");
    var keyMarker = Objects.requireNonNullElse(in.keyMarker(), "");
    var versionMarker = Objects.requireNonNullElse(in.versionIdMarker(), "");
    if (!versionMarker.isEmpty()) {
      if (keyMarker.isEmpty()) {
        throw S3Errors.invalidArgument(
            "A version-id marker cannot be specified without a key marker.",
            "version-id-marker",
            versionMarker);
      }
      VersionIds.check(versionMarker);
    }
    var page = store.read(tx -> read(tx, bucket, query, keyMarker, versionMarker, encoding));
    return ListObjectVersionsOutput.builder()
        .name(bucket.name())
        .prefix(encoding.apply(query.prefix()))
        .delimiter(Listings.optional(query.delimiter(), encoding))
        .keyMarker(encoding.apply(keyMarker))
        .versionIdMarker(versionMarker)
        .nextKeyMarker(page.truncated ? Listings.optional(page.lastKey, encoding) : null)
        .nextVersionIdMarker(page.truncated ? page.lastVersion : null)
        .maxKeys(query.limit())
        .encodingType(in.encodingType())
        .isTruncated(page.truncated)
        .versions(page.versions)
        .deleteMarkers(page.markers)
        .commonPrefixes(page.prefixes)
        .build();
  }

  private Shown read(
      ReadTx tx,
      LoadedBucket bucket,
      Page.Query query,
      String keyMarker,
      String versionMarker,
      UnaryOperator<String> encoding) {
    var page = new Shown();
    if (query.limit() == 0) {
      return page;
    }
    var scan = new ObjectScan(tables, tx, bucket.name(), query.prefix());
    start(tx, scan, bucket.name(), query, keyMarker, versionMarker);
    for (var item = scan.next(); item != null; item = scan.next()) {
      if (page.size() == query.limit()) {
        page.truncated = true;
        return page;
      }
      var common = Page.commonPrefix(item.key(), query);
      if (common == null) {
        add(page, item, bucket.record(), encoding);
      } else {
        page.prefixes.add(CommonPrefix.builder().prefix(encoding.apply(common)).build());
        page.lastKey = common;
        page.lastVersion = null;
        scan.afterPrefix(common);
      }
    }
    return page;
  }

  private void start(
      ReadTx tx,
      ObjectScan scan,
      String bucket,
      Page.Query query,
      String keyMarker,
      String versionMarker) {
    if (keyMarker.isEmpty()) {
      return;
    }
    if (versionMarker.isEmpty()) {
      if (Listings.isCommonPrefix(keyMarker, query)) {
        scan.afterPrefix(keyMarker);
      } else {
        scan.afterKey(keyMarker);
      }
      return;
    }
    var current = rows.find(tx, bucket, keyMarker);
    if (current != null && ObjectRows.isNamed(current, versionMarker)) {
      scan.afterCurrent(keyMarker);
      return;
    }
    var older = rows.find(tx, bucket, keyMarker, versionMarker);
    var rank =
        older != null
            ? VersionIds.rank(older.extras().sequence())
            : VersionIds.rankOf(versionMarker);
    if (rank == null) {
      // The null version is gone since: nothing tells where it was.
      scan.afterKey(keyMarker);
    } else {
      scan.afterVersion(keyMarker, rank);
    }
  }

  private static void add(
      Shown page, ObjectScan.Item item, BucketRecord bucket, UnaryOperator<String> encoding) {
    var object = item.object();
    page.lastKey = item.key();
    page.lastVersion = object.versionName();
    var acl = object.isMarker() ? Acl.ofOwner(bucket.accountId()) : Acls.of(bucket, object);
    var owner = Owner.builder().id(CanonicalUsers.idOf(acl.owner())).build();
    if (object.isMarker()) {
      page.markers.add(
          DeleteMarkerEntry.builder()
              .key(encoding.apply(item.key()))
              .versionId(object.versionName())
              .isLatest(item.latest())
              .lastModified(object.lastModifiedTime())
              .owner(owner)
              .build());
      return;
    }
    var checksum = object.checksum();
    page.versions.add(
        ObjectVersion.builder()
            .key(encoding.apply(item.key()))
            .versionId(object.versionName())
            .isLatest(item.latest())
            .lastModified(object.lastModifiedTime())
            .eTag(object.eTag())
            .size(object.size())
            .storageClass(object.headers().storageClassName())
            .checksumAlgorithm(checksum == null ? null : List.of(checksum.algorithm().name()))
            .checksumType(checksum == null ? null : checksum.type())
            .owner(owner)
            .build());
  }
}
