package dev.bulwark.storage.s3;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One part of an upload, or of the object made from it.
 *
 * @param number from 1 to 10,000; gaps are allowed
 * @param blobId the blob that holds it
 * @param lastModified in milliseconds of the epoch
 * @param origin the blob as which its bytes were sealed, where it is another: {@link
 *     Encryption.Customer}
 */
record PartRecord(
    int number,
    long size,
    byte[] md5,
    @Nullable Checksum checksum,
    String blobId,
    long lastModified,
    @Nullable String origin) {

  /** Bits of the number that follows the MD5. */
  private static final int WITH_CHECKSUM = 1;

  private static final int WITH_ORIGIN = 2;

  String eTag() {
    return ObjectRecord.eTag(md5, 0);
  }

  /** The same part in another blob. */
  PartRecord withBlob(String blob) {
    return new PartRecord(number, size, md5, checksum, blob, lastModified, null);
  }

  /** The same part, whose sealed bytes were copied into another blob as they are. */
  PartRecord movedTo(String blob) {
    return new PartRecord(number, size, md5, checksum, blob, lastModified, sealedAs());
  }

  /** The blob as which its bytes were sealed. */
  String sealedAs() {
    return origin == null ? blobId : origin;
  }

  void write(RecordWriter out) {
    int more = (checksum == null ? 0 : WITH_CHECKSUM) | (origin == null ? 0 : WITH_ORIGIN);
    out.number(number).number(size).raw(md5).number(more);
    if (checksum != null) {
      checksum.write(out);
    }
    out.text(blobId).number(lastModified);
    if (origin != null) {
      out.text(origin);
    }
  }

  static PartRecord read(RecordReader in) {
    int number = in.integer();
    long size = in.number();
    var md5 = in.raw();
    int more = in.integer();
    return new PartRecord(
        number,
        size,
        md5,
        (more & WITH_CHECKSUM) != 0 ? Checksum.read(in) : null,
        in.text(),
        in.number(),
        (more & WITH_ORIGIN) != 0 ? in.text() : null);
  }

  byte[] toBytes() {
    var out = new RecordWriter(128);
    write(out);
    return out.toBytes();
  }

  static PartRecord ofBytes(byte[] bytes) {
    return read(new RecordReader(bytes));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PartRecord that && Arrays.equals(toBytes(), that.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(md5) * 31 + number;
  }
}
