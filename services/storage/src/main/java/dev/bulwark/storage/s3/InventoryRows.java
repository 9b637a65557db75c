package dev.bulwark.storage.s3;

import dev.bulwark.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an inventory as CSV: all fields in quotes, and keys as in URLs.
 *
 * @param versions whether all versions are told of, rather than current objects alone
 */
record InventoryRows(
    BucketRecord bucket,
    boolean versions,
    Collection<InventoryField> fields,
    Buckets buckets,
    Instant now) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final String NONE = "";

  /** The names of the columns. */
  String schema() {
    var names = versions ? "Bucket, Key, VersionId, IsLatest, IsDeleteMarker" : "Bucket, Key";
    return fields.isEmpty()
        ? names
        : names
            + ", "
            + fields.stream().map(InventoryField::apiName).collect(Collectors.joining(", "));
  }

  /** The line of a version; null where it is not told of. */
  @Nullable String line(ObjectScan.Item item) {
    var object = item.object();
    if (!versions && (!item.latest() || object.isMarker())) {
      return null;
    }
    var line = new StringBuilder(256).append('"').append(bucket.name()).append('"');
    append(line, ObjectRequests.urlEncoded(item.key()));
    if (versions) {
      append(line, object.extras().versionId());
      append(line, Boolean.toString(item.latest()));
      append(line, Boolean.toString(object.isMarker()));
    }
    for (var field : fields) {
      append(line, value(field, item));
    }
    return line.append('\n').toString();
  }

  private static void append(StringBuilder line, @Nullable String value) {
    line.append(",\"").append(value == null ? NONE : value).append('"');
  }

  private @Nullable String value(InventoryField field, ObjectScan.Item item) {
    var object = item.object();
    if (object.isMarker()) {
      return switch (field) {
        case LAST_MODIFIED -> TIME.format(object.lastModifiedTime());
        case OWNER -> owner(object);
        default -> NONE;
      };
    }
    var extras = object.extras();
    var retention = extras.retention();
    var replication = extras.replication();
    return switch (field) {
      case SIZE -> Long.toString(object.size());
      case LAST_MODIFIED -> TIME.format(object.lastModifiedTime());
      case E_TAG -> object.eTag().replace("\"", NONE);
      case STORAGE_CLASS -> object.headers().storageClassName();
      case MULTIPART -> Boolean.toString(object.parts() > 0);
      case REPLICATION -> replication == null ? NONE : replication.name();
      case ENCRYPTION -> encryption(object.encryption());
      case RETAIN_UNTIL -> retention == null ? NONE : TIME.format(retention.untilTime());
      case LOCK_MODE -> retention == null ? NONE : retention.mode();
      case LEGAL_HOLD -> extras.legalHold() == null ? NONE : extras.isHeld() ? "ON" : "OFF";
      case ACCESS_TIER -> tier(object);
      case BUCKET_KEY ->
          object.encryption() instanceof Encryption.Kms kms && kms.bucketKey()
              ? "ENABLED"
              : "DISABLED";
      case CHECKSUM -> object.checksum() == null ? NONE : object.checksum().algorithm().name();
      case ACL -> acl(object);
      case OWNER -> owner(object);
      case EXPIRATION -> item.latest() ? expiration(item.key(), object) : NONE;
    };
  }

  private static String encryption(Encryption encryption) {
    return switch (encryption) {
      case Encryption.Server server -> "SSE-S3";
      case Encryption.Customer customer -> "SSE-C";
      case Encryption.Kms kms -> kms.dual() ? "DSSE-KMS" : "SSE-KMS";
    };
  }

  private @Nullable String tier(ObjectRecord object) {
    var tier = AccessTier.of(object, now);
    return tier == null ? NONE : tier.inventoryName();
  }

  private String owner(ObjectRecord object) {
    return CanonicalUsers.idOf(Acls.of(bucket, object).owner());
  }

  private @Nullable String expiration(String key, ObjectRecord object) {
    var due = buckets.expirationTime(bucket, key, object);
    return due == null ? NONE : TIME.format(due);
  }

  /** The list as JSON in base64, which needs no escapes. */
  private String acl(ObjectRecord object) {
    var json =
        new JsonText(256)
            .begin()
            .put("version", "2022-11-10")
            .put("status", "AVAILABLE")
            .beginArray("grants");
    for (var grant : Acls.of(bucket, object).grants()) {
      json.begin();
      if (grant.toGroup()) {
        json.put("uri", grant.grantee()).put("type", "Group");
      } else {
        json.put("canonicalId", grant.grantee()).put("type", "CanonicalUser");
      }
      json.put("permission", grant.permission().name()).end();
    }
    return Base64.getEncoder()
        .encodeToString(json.endArray().end().toString().getBytes(StandardCharsets.UTF_8));
  }
}
