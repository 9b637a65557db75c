package dev.bulwark.storage.s3;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object as it is stored; its bytes lie elsewhere.
 *
 * @param size in bytes
 * @param md5 of the bytes, or of the parts' MD5s where the object was uploaded in parts
 * @param parts in how many parts it was uploaded; 0 where in one piece
 * @param lastModified in milliseconds of the epoch
 * @param checksum null only where the object came in parts without one
 * @param tags in the order in which they were given
 */
record ObjectRecord(
    long size,
    byte[] md5,
    int parts,
    long lastModified,
    Content content,
    @Nullable Checksum checksum,
    ObjectHeaders headers,
    Map<String, String> tags) {

  private static final HexFormat HEX = HexFormat.of();
  private static final int FORMAT = 1;

  /** The entity tag, in its quotes. */
  String eTag() {
    return eTag(md5, parts);
  }

  static String eTag(byte[] md5, int parts) {
    var hex = HEX.formatHex(md5);
    return parts == 0 ? '"' + hex + '"' : '"' + hex + '-' + parts + '"';
  }

  Instant lastModifiedTime() {
    return Instant.ofEpochMilli(lastModified);
  }

  ObjectRecord withTags(Map<String, String> newTags) {
    return new ObjectRecord(size, md5, parts, lastModified, content, checksum, headers, newTags);
  }

  byte[] toBytes() {
    var out = new RecordWriter(192);
    out.number(FORMAT).number(size).raw(md5).number(parts).number(lastModified);
    switch (content) {
      case Content.Inline inline -> out.number(0);
      case Content.Blob blob -> out.number(1).text(blob.id());
      case Content.Parts list -> out.number(2);
      case Content.Packed packed -> out.number(3);
    }
    out.flag(checksum != null);
    if (checksum != null) {
      checksum.write(out);
    }
    headers.write(out);
    out.map(tags);
    return out.toBytes();
  }

  static ObjectRecord ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    int format = in.integer();
    if (format != FORMAT) {
      throw new IllegalStateException("object record of format " + format);
    }
    long size = in.number();
    var md5 = in.raw();
    int parts = in.integer();
    long lastModified = in.number();
    var content =
        switch (in.integer()) {
          case 0 -> Content.Inline.INSTANCE;
          case 1 -> new Content.Blob(in.text());
          case 2 -> Content.Parts.INSTANCE;
          default -> Content.Packed.INSTANCE;
        };
    var checksum = in.flag() ? Checksum.read(in) : null;
    return new ObjectRecord(
        size, md5, parts, lastModified, content, checksum, ObjectHeaders.read(in), in.map());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ObjectRecord that && Arrays.equals(toBytes(), that.toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(md5) * 31 + Long.hashCode(lastModified);
  }
}
