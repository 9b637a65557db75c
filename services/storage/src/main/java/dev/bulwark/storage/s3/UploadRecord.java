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
 * @param overtaken whether an object of the same key was deleted since the upload began
 */
record UploadRecord(
    long initiated,
    String initiatorId,
    @Nullable ChecksumAlgorithm algorithm,
    boolean composite,
    ObjectHeaders headers,
    Map<String, String> tags,
    ObjectExtras extras,
    boolean overtaken) {

  /** Bits of a number that follows the tags where it is not zero. */
  private static final int WITH_EXTRAS = 1;

  private static final int OVERTAKEN = 2;

  UploadRecord toOvertaken() {
    return new UploadRecord(
        initiated, initiatorId, algorithm, composite, headers, tags, extras, true);
  }

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
    boolean withExtras = !extras.equals(ObjectExtras.NONE);
    int more = (withExtras ? WITH_EXTRAS : 0) | (overtaken ? OVERTAKEN : 0);
    if (more != 0) {
      out.number(more);
    }
    if (withExtras) {
      extras.write(out);
    }
    return out.toBytes();
  }

  static UploadRecord ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    long initiated = in.number();
    var initiatorId = in.text();
    int algorithm = in.integer();
    boolean composite = in.flag();
    var headers = ObjectHeaders.read(in);
    var tags = in.map();
    int more = in.hasMore() ? in.integer() : 0;
    return new UploadRecord(
        initiated,
        initiatorId,
        algorithm == 0 ? null : ChecksumAlgorithm.ofCode(algorithm),
        composite,
        headers,
        tags,
        (more & WITH_EXTRAS) != 0 ? ObjectExtras.read(in) : ObjectExtras.NONE,
        (more & OVERTAKEN) != 0);
  }
}
