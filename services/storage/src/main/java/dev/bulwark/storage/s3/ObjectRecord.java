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
    Map<String, String> tags,
    ObjectExtras extras) {

  private static final HexFormat HEX = HexFormat.of();
  private static final ObjectHeaders NO_HEADERS =
      new ObjectHeaders(null, null, null, null, null, null, null, null, Map.of());

  /** Of an object without extras. */
  private static final int PLAIN_FORMAT = 1;

  private static final int FORMAT = 2;

  /** Of an object whose place among access tiers is noted. */
  private static final int TIERED_FORMAT = 3;

  /** What a version's id is where the version has none. */
  static final String NULL_VERSION = "null";

  /** The marker that an object was deleted at that time. */
  static ObjectRecord marker(long time, @Nullable String versionId, long sequence) {
    return new ObjectRecord(
        0,
        new byte[0],
        0,
        time,
        Content.Marker.INSTANCE,
        null,
        NO_HEADERS,
        Map.of(),
        ObjectExtras.NONE.withVersion(versionId, sequence));
  }

  /** Whether this stands for the absence of an object. */
  boolean isMarker() {
    return content instanceof Content.Marker;
  }

  boolean isNullVersion() {
    return extras.versionId() == null;
  }

  /** The id of the version, {@code null} in letters where it has none. */
  String versionName() {
    return extras.versionId() == null ? NULL_VERSION : extras.versionId();
  }

  Encryption encryption() {
    return extras.encryption();
  }

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
    return new ObjectRecord(
        size, md5, parts, lastModified, content, checksum, headers, newTags, extras);
  }

  ObjectRecord withoutChecksum() {
    return new ObjectRecord(size, md5, parts, lastModified, content, null, headers, tags, extras);
  }

  ObjectRecord withContent(Content other) {
    return new ObjectRecord(size, md5, parts, lastModified, other, checksum, headers, tags, extras);
  }

  ObjectRecord withHeaders(ObjectHeaders others) {
    return new ObjectRecord(
        size, md5, parts, lastModified, content, checksum, others, tags, extras);
  }

  ObjectRecord withExtras(ObjectExtras others) {
    return new ObjectRecord(
        size, md5, parts, lastModified, content, checksum, headers, tags, others);
  }

  ObjectRecord withReplication(ReplicationStatus status) {
    return withExtras(extras.withReplication(status));
  }

  byte[] toBytes() {
    var out = new RecordWriter(192);
    boolean plain = extras.equals(ObjectExtras.NONE);
    var tiering = extras.tiering();
    out.number(plain ? PLAIN_FORMAT : tiering == null ? FORMAT : TIERED_FORMAT)
        .number(size)
        .raw(md5)
        .number(parts)
        .number(lastModified);
    switch (content) {
      case Content.Inline inline -> out.number(0);
      case Content.Blob blob -> out.number(1).text(blob.id());
      case Content.Parts list -> out.number(2);
      case Content.Packed packed -> out.number(3);
      case Content.Kept kept -> out.number(4).text(kept.id());
      case Content.Marker marker -> out.number(5);
    }
    out.flag(checksum != null);
    if (checksum != null) {
      checksum.write(out);
    }
    headers.write(out);
    out.map(tags);
    if (!plain) {
      extras.write(out);
    }
    if (tiering != null) {
      tiering.write(out);
    }
    return out.toBytes();
  }

  static ObjectRecord ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    int format = in.integer();
    if (format < PLAIN_FORMAT || format > TIERED_FORMAT) {
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
          case 3 -> Content.Packed.INSTANCE;
          case 4 -> new Content.Kept(in.text());
          default -> Content.Marker.INSTANCE;
        };
    var checksum = in.flag() ? Checksum.read(in) : null;
    return new ObjectRecord(
        size,
        md5,
        parts,
        lastModified,
        content,
        checksum,
        ObjectHeaders.read(in),
        in.map(),
        extras(format, in));
  }

  private static ObjectExtras extras(int format, RecordReader in) {
    if (format == PLAIN_FORMAT) {
      return ObjectExtras.NONE;
    }
    var extras = ObjectExtras.read(in);
    return format == FORMAT ? extras : extras.withTiering(AccessTier.Tiering.read(in));
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
