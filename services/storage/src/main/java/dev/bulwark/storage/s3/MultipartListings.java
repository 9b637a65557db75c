package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.Initiator;
import dev.bulwark.api.s3.ListMultipartUploadsOutput;
import dev.bulwark.api.s3.ListMultipartUploadsRequest;
import dev.bulwark.api.s3.ListPartsOutput;
import dev.bulwark.api.s3.ListPartsRequest;
import dev.bulwark.api.s3.MultipartUpload;
import dev.bulwark.api.s3.Owner;
import dev.bulwark.api.s3.Part;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Multipart uploads under way, and their parts. */
final class MultipartListings {
  private final Store store;
  private final S3Tables tables;
  private final Buckets buckets;

  MultipartListings(Store store, S3Tables tables, Buckets buckets) {
    this.store = store;
    this.tables = tables;
    this.buckets = buckets;
  }

  // ListMultipartUploads

  ListMultipartUploadsOutput uploads(ListMultipartUploadsRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var encoding = Listings.encoding(in.encodingType());
    var query = Listings.query(in.prefix(), in.delimiter(), in.maxUploads(), "max-uploads");
    var start = start(bucket.name(), in, query);
    var page =
        store.read(
            tx ->
                Page.read(
                    new Page.Source<>(
                        scan -> tables.uploads.scan(tx, scan),
                        row -> Key.split(row, 3).get(1),
                        prefix -> rowPrefix(bucket.name(), prefix)),
                    query,
                    start));
    var owner = Owner.builder().id(CanonicalUsers.idOf(bucket.accountId())).build();
    var uploads = new ArrayList<MultipartUpload>();
    for (var item : page.items()) {
      if (item instanceof Page.Item.Row<UploadRecord> row) {
        uploads.add(item(row, owner, encoding));
      }
    }
    return ListMultipartUploadsOutput.builder()
        .bucket(bucket.name())
        .prefix(encoding.apply(query.prefix()))
        .delimiter(Listings.optional(query.delimiter(), encoding))
        .keyMarker(encoding.apply(Objects.requireNonNullElse(in.keyMarker(), "")))
        .uploadIdMarker(Objects.requireNonNullElse(in.uploadIdMarker(), ""))
        .nextKeyMarker(page.truncated() ? encoding.apply(lastKey(page)) : null)
        .nextUploadIdMarker(page.truncated() ? lastId(page) : null)
        .maxUploads(query.limit())
        .encodingType(in.encodingType())
        .isTruncated(page.truncated())
        .uploads(uploads)
        .commonPrefixes(Listings.prefixes(page, encoding))
        .build();
  }

  private static UnaryOperator<Scan> start(
      String bucket, ListMultipartUploadsRequest in, Page.Query query) {
    var key = in.keyMarker();
    if (key == null || key.isEmpty()) {
      return scan -> scan;
    }
    if (Listings.isCommonPrefix(key, query)) {
      return scan -> scan.afterPrefix(rowPrefix(bucket, key));
    }
    var id = in.uploadIdMarker();
    return id == null || id.isEmpty()
        ? scan -> scan.afterPrefix(Key.prefix(bucket, key))
        : scan -> scan.after(S3Tables.uploadKey(bucket, key, id));
  }

  /**
   * What the rows of all keys begin with that begin with a prefix: the key's part of a row may be
   * escaped.
   */
  private static String rowPrefix(String bucket, String prefix) {
    var closed = Key.prefix(bucket, prefix);
    return closed.substring(0, closed.length() - 1);
  }

  private static MultipartUpload item(
      Page.Item.Row<UploadRecord> row, Owner owner, UnaryOperator<String> encoding) {
    var upload = row.entry().value();
    var algorithm = upload.algorithm();
    return MultipartUpload.builder()
        .key(encoding.apply(row.key()))
        .uploadId(Key.last(row.entry().key(), 3))
        .initiated(Instant.ofEpochMilli(upload.initiated()))
        .initiator(Initiator.builder().id(upload.initiatorId()).build())
        .owner(owner)
        .storageClass(upload.headers().storageClassName())
        .checksumAlgorithm(algorithm == null ? null : algorithm.name())
        .checksumType(algorithm == null ? null : upload.checksumType())
        .build();
  }

  private static String lastKey(Page<UploadRecord> page) {
    return switch (page.items().getLast()) {
      case Page.Item.Row<UploadRecord> row -> row.key();
      case Page.Item.CommonPrefix<UploadRecord> common -> common.prefix();
    };
  }

  private static @Nullable String lastId(Page<UploadRecord> page) {
    return switch (page.items().getLast()) {
      case Page.Item.Row<UploadRecord> row -> Key.last(row.entry().key(), 3);
      case Page.Item.CommonPrefix<UploadRecord> common -> null;
    };
  }

  // ListParts

  ListPartsOutput parts(ListPartsRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var upload = tables.uploads.get(S3Tables.uploadKey(bucket.name(), in.key(), in.uploadId()));
    if (upload == null) {
      throw MultipartErrors.noSuchUpload(in.uploadId());
    }
    int limit = Listings.query(null, null, in.maxParts(), "max-parts").limit();
    int marker = Math.clamp(Objects.requireNonNullElse(in.partNumberMarker(), 0), 0, Limits.PARTS);
    var scan =
        Scan.prefix(Key.prefix(in.uploadId()))
            .after(S3Tables.partKey(in.uploadId(), marker))
            .limit(limit + 1);
    var rows = store.read(tx -> tables.parts.scan(tx, scan));
    boolean truncated = limit > 0 && rows.size() > limit;
    var parts = new ArrayList<Part>();
    for (var row : rows.subList(0, Math.min(limit, rows.size()))) {
      parts.add(item(row.value()));
    }
    var algorithm = upload.algorithm();
    return ListPartsOutput.builder()
        .bucket(bucket.name())
        .key(in.key())
        .uploadId(in.uploadId())
        .partNumberMarker(marker)
        .nextPartNumberMarker(parts.isEmpty() ? 0 : parts.getLast().partNumber())
        .maxParts(limit)
        .isTruncated(truncated)
        .parts(parts)
        .initiator(Initiator.builder().id(upload.initiatorId()).build())
        .owner(Owner.builder().id(CanonicalUsers.idOf(bucket.accountId())).build())
        .storageClass(upload.headers().storageClassName())
        .checksumAlgorithm(algorithm == null ? null : algorithm.name())
        .checksumType(algorithm == null ? null : upload.checksumType())
        .build();
  }

  private static Part item(PartRecord part) {
    var item =
        Part.builder()
            .partNumber(part.number())
            .size(part.size())
            .eTag(part.eTag())
            .lastModified(Instant.ofEpochMilli(part.lastModified()));
    var checksum = part.checksum();
    if (checksum != null) {
      checksum.send(
          item::checksumCRC32,
          item::checksumCRC32C,
          item::checksumCRC64NVME,
          item::checksumSHA1,
          item::checksumSHA256);
    }
    return item.build();
  }
}
