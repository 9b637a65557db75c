package dev.bulwark.storage.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A multipart upload that is under way.
 *
 * @param initiated in milliseconds of the epoch
 * @param initiatorId what ListParts names as the initiator's id: the ARN, or the canonical user id
 *     of an account
 * @param algorithm the checksum that each part must have; null where the client chose none
 * @param composite whether the object's checksum will be one of its parts' checksums
 * @param headers of the object to be
 * @param tags of the object to be
 * @param extras of the object to be
 */
record UploadRecord(
    long initiated,
    String initiatorId,
    @Nullable ChecksumAlgorithm algorithm,
    boolean composite,
    ObjectHeaders headers,
    Map<String, String> tags,
    ObjectExtras extras) {

  /** Follows the tags where there are extras; records of before have nothing there. */
  private static final int WITH_EXTRAS = 1;

  String checksumType() {
    return composite ? "COMPOSITE" : "FULL_OBJECT";
  }

  byte[] toBytes() {
    var out = new RecordWriter(256);
    out.number(initiated)
        .text(initiatorId)
        .number(algorithm == null ? 0 : algorithm.code())
        .flag(composite);
    headers.write(out);
    out.map(tags);
    if (!extras.equals(ObjectExtras.NONE)) {
      out.number(WITH_EXTRAS);
      extras.write(out);
    }
    return out.toBytes();
  }

  static UploadRecord ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    long initiated = in.number();
    var initiatorId = in.text();
    int algorithm = in.integer();
    return new UploadRecord(
        initiated,
        initiatorId,
        algorithm == 0 ? null : ChecksumAlgorithm.ofCode(algorithm),
        in.flag(),
        ObjectHeaders.read(in),
        in.map(),
        in.hasMore() && in.integer() == WITH_EXTRAS ? ObjectExtras.read(in) : ObjectExtras.NONE);
  }
}
