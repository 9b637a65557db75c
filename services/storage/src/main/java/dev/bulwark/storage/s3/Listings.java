package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CommonPrefix;
import dev.bulwark.api.s3.ListObjectsOutput;
import dev.bulwark.api.s3.ListObjectsRequest;
import dev.bulwark.api.s3.ListObjectsV2Output;
import dev.bulwark.api.s3.ListObjectsV2Request;
import dev.bulwark.api.s3.Object;
import dev.bulwark.api.s3.Owner;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** ListObjects in its two versions. */
final class Listings {
  private static final char AFTER_KEY = 'k';
  private static final char AFTER_PREFIX = 'p';

  private final Store store;
  private final S3Tables tables;
  private final Buckets buckets;

  Listings(Store store, S3Tables tables, Buckets buckets) {
    this.store = store;
    this.tables = tables;
    this.buckets = buckets;
  }

  ListObjectsV2Output list(ListObjectsV2Request in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var encoding = encoding(in.encodingType());
    var query = query(in.prefix(), in.delimiter(), in.maxKeys(), "maxKeys");
    var token = Tokens.decode(in.continuationToken(), "continuation-token");
    var page = read(bucket.name(), query, start(bucket.name(), token, in.startAfter()));
    var owner = Boolean.TRUE.equals(in.fetchOwner()) ? ownerOf(bucket) : null;
    var contents = contents(page, owner, encoding);
    var prefixes = prefixes(page, encoding);
    return ListObjectsV2Output.builder()
        .name(bucket.name())
        .prefix(encoding.apply(query.prefix()))
        .delimiter(optional(query.delimiter(), encoding))
        .maxKeys(query.limit())
        .encodingType(in.encodingType())
        .keyCount(page.items().size())
        .isTruncated(page.truncated())
        .continuationToken(in.continuationToken())
        .nextContinuationToken(page.truncated() ? Tokens.encode(placeAfter(page)) : null)
        .startAfter(optional(in.startAfter(), encoding))
        .contents(contents)
        .commonPrefixes(prefixes)
        .build();
  }

  ListObjectsOutput list(ListObjectsRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    var encoding = encoding(in.encodingType());
    var query = query(in.prefix(), in.delimiter(), in.maxKeys(), "maxKeys");
    var page = read(bucket.name(), query, start(bucket.name(), query, in.marker()));
    return ListObjectsOutput.builder()
        .name(bucket.name())
        .prefix(encoding.apply(query.prefix()))
        .marker(encoding.apply(Objects.requireNonNullElse(in.marker(), "")))
        .delimiter(optional(query.delimiter(), encoding))
        .maxKeys(query.limit())
        .encodingType(in.encodingType())
        .isTruncated(page.truncated())
        .nextMarker(
            page.truncated() && query.delimiter() != null
                ? encoding.apply(placeAfter(page).substring(1))
                : null)
        .contents(contents(page, ownerOf(bucket), encoding))
        .commonPrefixes(prefixes(page, encoding))
        .build();
  }

  private Page<ObjectRecord> read(String bucket, Page.Query query, UnaryOperator<Scan> start) {
    int keyStart = bucket.length() + 1;
    return store.read(
        tx ->
            Page.read(
                new Page.Source<>(
                    scan -> tables.objects.scan(tx, scan),
                    row -> row.substring(keyStart),
                    prefix -> Key.of(bucket, prefix)),
                query,
                start));
  }

  /** Version 2 goes on after a token's place, or else after a key. */
  private static UnaryOperator<Scan> start(
      String bucket, @Nullable String token, @Nullable String startAfter) {
    if (token != null) {
      var row = S3Tables.key(bucket, token.substring(1));
      return switch (token.charAt(0)) {
        case AFTER_KEY -> scan -> scan.after(row);
        case AFTER_PREFIX -> scan -> scan.afterPrefix(row);
        default -> throw S3Errors.badContinuationToken("continuation-token", token);
      };
    }
    return startAfter == null || startAfter.isEmpty()
        ? scan -> scan
        : scan -> scan.after(S3Tables.key(bucket, startAfter));
  }

  /**
   * Version 1 goes on after a key, or after all that the common prefix hides that the page before
   * ended with.
   */
  private static UnaryOperator<Scan> start(
      String bucket, Page.Query query, @Nullable String marker) {
    if (marker == null || marker.isEmpty()) {
      return scan -> scan;
    }
    var row = S3Tables.key(bucket, marker);
    return isCommonPrefix(marker, query) ? scan -> scan.afterPrefix(row) : scan -> scan.after(row);
  }

  static boolean isCommonPrefix(String marker, Page.Query query) {
    var delimiter = query.delimiter();
    return delimiter != null
        && marker.startsWith(query.prefix())
        && marker.indexOf(delimiter, query.prefix().length())
            == marker.length() - delimiter.length();
  }

  private static String placeAfter(Page<?> page) {
    return switch (page.items().getLast()) {
      case Page.Item.Row<?> row -> AFTER_KEY + row.key();
      case Page.Item.CommonPrefix<?> common -> AFTER_PREFIX + common.prefix();
    };
  }

  private static List<Object> contents(
      Page<ObjectRecord> page, @Nullable Owner owner, UnaryOperator<String> encoding) {
    var contents = new ArrayList<Object>(page.items().size());
    for (var item : page.items()) {
      if (item instanceof Page.Item.Row<ObjectRecord> row) {
        contents.add(item(row.key(), row.entry().value(), owner, encoding));
      }
    }
    return contents;
  }

  private static Object item(
      String key, ObjectRecord object, @Nullable Owner owner, UnaryOperator<String> encoding) {
    var checksum = object.checksum();
    return Object.builder()
        .key(encoding.apply(key))
        .lastModified(object.lastModifiedTime())
        .eTag(object.eTag())
        .size(object.size())
        .storageClass(object.headers().storageClassName())
        .checksumAlgorithm(checksum == null ? null : List.of(checksum.algorithm().name()))
        .checksumType(checksum == null ? null : checksum.type())
        .owner(owner)
        .build();
  }

  static List<CommonPrefix> prefixes(Page<?> page, UnaryOperator<String> encoding) {
    var prefixes = new ArrayList<CommonPrefix>();
    for (var item : page.items()) {
      if (item instanceof Page.Item.CommonPrefix<?> common) {
        prefixes.add(CommonPrefix.builder().prefix(encoding.apply(common.prefix())).build());
      }
    }
    return prefixes;
  }

  private static Owner ownerOf(LoadedBucket bucket) {
    return Owner.builder().id(CanonicalUsers.idOf(bucket.accountId())).build();
  }

  static Page.Query query(
      @Nullable String prefix,
      @Nullable String delimiter,
      @Nullable Integer maxKeys,
      String parameter) {
    if (maxKeys != null && maxKeys < 0) {
      throw S3Errors.invalidArgument(
          "Argument " + parameter + " must be an integer between 0 and 2147483647",
          parameter,
          maxKeys.toString());
    }
    return new Page.Query(
        Objects.requireNonNullElse(prefix, ""),
        delimiter == null || delimiter.isEmpty() ? null : delimiter,
        maxKeys == null ? Limits.PAGE : Math.min(maxKeys, Limits.PAGE));
  }

  static UnaryOperator<String> encoding(@Nullable String type) {
    if (type == null) {
      return text -> text;
    }
    if (!type.equals("url")) {
      throw S3Errors.invalidArgument(
          "Invalid Encoding Method specified in Request", "encoding-type", type);
    }
    return text -> URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/");
  }

  static @Nullable String optional(@Nullable String text, UnaryOperator<String> encoding) {
    return text == null ? null : encoding.apply(text);
  }
}
