package dev.bulwark.storage.s3;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One part of an upload, or of the object made from it.
 *
 * @param number from 1 to 10,000; gaps are allowed
 * @param blobId the blob that holds it
 * @param lastModified in milliseconds of the epoch
 */
record PartRecord(
    int number,
    long size,
    byte[] md5,
    @Nullable Checksum checksum,
    String blobId,
    long lastModified) {

  String eTag() {
    return ObjectRecord.eTag(md5, 0);
  }

  /** The same part in another blob. */
  PartRecord withBlob(String blob) {
    return new PartRecord(number, size, md5, checksum, blob, lastModified);
  }

  void write(RecordWriter out) {
    out.number(number).number(size).raw(md5).flag(checksum != null);
    if (checksum != null) {
      checksum.write(out);
    }
    out.text(blobId).number(lastModified);
  }

  static PartRecord read(RecordReader in) {
    return new PartRecord(
        in.integer(),
        in.number(),
        in.raw(),
        in.flag() ? Checksum.read(in) : null,
        in.text(),
        in.number());
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
