package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.GetObjectAttributesOutput;
import dev.bulwark.api.s3.GetObjectAttributesParts;
import dev.bulwark.api.s3.GetObjectAttributesRequest;
import dev.bulwark.api.s3.ObjectPart;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of an object apart from its bytes and headers. */
final class ObjectAttributes {
  private static final Set<String> KNOWN =
      Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");

  private final Buckets buckets;
  private final ObjectReads reads;
  private final ObjectKeys keys;

  ObjectAttributes(Buckets buckets, ObjectReads reads, ObjectKeys keys) {
    this.buckets = buckets;
    this.reads = reads;
    this.keys = keys;
  }

  GetObjectAttributesOutput get(GetObjectAttributesRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    ObjectRequests.checkKey(in.key());
    VersionIds.check(in.versionId());
    ObjectRequests.checkRead(call.http().headers());
    var customer = CustomerKey.of(call.http().headers(), CustomerKey.OBJECT);
    var wanted = in.objectAttributes() == null ? List.<String>of() : in.objectAttributes();
    if (wanted.isEmpty() || !KNOWN.containsAll(wanted)) {
      throw S3Errors.invalidArgument(
          "Invalid attribute name specified.", "x-amz-object-attributes", String.join(",", wanted));
    }
    ObjectRows.concerns(call, bucket.record(), in.key());
    var found = reads.require(bucket, in.key(), in.versionId(), call);
    var object = found.record();
    keys.checkCustomer(object.encryption(), customer);
    var output =
        GetObjectAttributesOutput.builder()
            .lastModified(object.lastModifiedTime())
            .versionId(Versions.shown(bucket.record(), object));
    if (wanted.contains("ETag")) {
      output.eTag(Preconditions.unquoted(object.eTag()));
    }
    if (wanted.contains("Checksum")) {
      output.checksum(checksum(object.checksum()));
    }
    if (wanted.contains("ObjectParts")) {
      output.objectParts(parts(found, in));
    }
    if (wanted.contains("StorageClass")) {
      output.storageClass(object.headers().storageClassName());
    }
    if (wanted.contains("ObjectSize")) {
      output.objectSize(object.size());
    }
    return output.build();
  }

  private static dev.bulwark.api.s3.@Nullable Checksum checksum(@Nullable Checksum checksum) {
    if (checksum == null) {
      return null;
    }
    var output = dev.bulwark.api.s3.Checksum.builder().checksumType(checksum.type());
    checksum.send(
        output::checksumCRC32,
        output::checksumCRC32C,
        output::checksumCRC64NVME,
        output::checksumSHA1,
        output::checksumSHA256);
    return output.build();
  }

  private static @Nullable GetObjectAttributesParts parts(
      ObjectRows.Found found, GetObjectAttributesRequest in) {
    if (!(found.record().content() instanceof Content.Parts)) {
      return null;
    }
    var all = found.partList().parts();
    int limit = Listings.query(null, null, in.maxParts(), "x-amz-max-parts").limit();
    int marker = Math.max(0, Objects.requireNonNullElse(in.partNumberMarker(), 0));
    var after = all.stream().filter(part -> part.number() > marker).toList();
    var shown = new ArrayList<ObjectPart>();
    for (var part : after.subList(0, Math.min(limit, after.size()))) {
      shown.add(item(part));
    }
    return GetObjectAttributesParts.builder()
        .totalPartsCount(all.size())
        .partNumberMarker(marker)
        .nextPartNumberMarker(shown.isEmpty() ? 0 : shown.getLast().partNumber())
        .maxParts(limit)
        .isTruncated(limit > 0 && after.size() > limit)
        .parts(shown)
        .build();
  }

  private static ObjectPart item(PartRecord part) {
    var item = ObjectPart.builder().partNumber(part.number()).size(part.size());
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
