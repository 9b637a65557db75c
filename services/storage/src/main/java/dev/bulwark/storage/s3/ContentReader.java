package dev.bulwark.storage.s3;

import dev.bulwark.schema.Body;
import dev.bulwark.state.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens the bytes of objects. What was opened is read to its end as it was, whatever happens to the
 * object meanwhile.
 */
final class ContentReader {
  private final ObjectRows rows;
  private final Blobs blobs;

  ContentReader(ObjectRows rows, Blobs blobs) {
    this.rows = rows;
    this.blobs = blobs;
  }

  /**
   * Opens a part of an object; null where the object was replaced since it was found.
   *
   * @param seal of the object
   */
  @Nullable Body open(
      String bucket,
      String key,
      ObjectRows.Found found,
      ContentSeal seal,
      long offset,
      long length) {
    var object = found.record();
    return switch (object.content()) {
      case Content.Marker marker -> throw new IllegalStateException("a delete marker has no bytes");
      case Content.Packed packed -> openSmall(bucket, key, found, seal, (int) offset, (int) length);
      case Content.Kept kept -> openSmall(bucket, key, found, seal, (int) offset, (int) length);
      case Content.Inline inline -> openSmall(bucket, key, found, seal, (int) offset, (int) length);
      case Content.Blob blob -> {
        try {
          var sealedAs = Objects.requireNonNullElse(object.encryption().origin(), blob.id());
          yield new Body(
              blobs.open(seal, blob.id(), sealedAs, object.size(), offset, length), length);
        } catch (StoreException e) {
          yield gone(bucket, key, object, e);
        }
      }
      case Content.Parts parts -> openParts(bucket, key, found, seal, offset, length);
    };
  }

  private @Nullable Body openSmall(
      String bucket, String key, ObjectRows.Found found, ContentSeal seal, int offset, int length) {
    try {
      var content = small(bucket, key, found, seal);
      return content == null
          ? null
          : new Body(new ByteArrayInputStream(content, offset, length), length);
    } catch (StoreException e) {
      return gone(bucket, key, found.record(), e);
    }
  }

  private byte @Nullable [] small(
      String bucket, String key, ObjectRows.Found found, ContentSeal seal) {
    var origin = found.record().encryption().origin();
    var place = origin == null ? Blobs.place(bucket, key) : origin;
    if (found.content() == null && found.record().content() instanceof Content.Kept kept) {
      var sealed = rows.read(kept);
      return sealed == null ? null : Blobs.open(seal, place, sealed);
    }
    return found.plain(bytes -> Blobs.open(seal, place, bytes), seal.isShared());
  }

  /**
   * The bytes of a small object as they are sealed; null where it was replaced since it was found.
   */
  byte @Nullable [] sealed(ObjectRows.Found found) {
    try {
      return found.content() == null && found.record().content() instanceof Content.Kept kept
          ? rows.read(kept)
          : found.plain(bytes -> bytes, false);
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /** None where the object was replaced; where it is there still, its bytes are lost. */
  private @Nullable Body gone(String bucket, String key, ObjectRecord object, StoreException e) {
    if (e.kind() == StoreException.Kind.NOT_FOUND && !rows.isStill(bucket, key, object)) {
      return null;
    }
    throw e;
  }

  private @Nullable Body openParts(
      String bucket,
      String key,
      ObjectRows.Found found,
      ContentSeal seal,
      long offset,
      long length) {
    var parts = found.partList().parts();
    blobs.lease(parts);
    // From here on they stay; if the object is still the same, none of them was gone before.
    if (!rows.isStill(bucket, key, found.record())) {
      blobs.release(parts);
      return null;
    }
    var stream = new PartsStream(parts, seal, offset, length);
    try {
      stream.begin();
    } catch (StoreException e) {
      blobs.release(parts);
      throw e;
    }
    return new Body(stream, length);
  }

  /** The parts one after the other, each opened when it is its turn. */
  private final class PartsStream extends InputStream {
    private final List<PartRecord> parts;
    private final ContentSeal seal;
    private int next;
    private long skip;
    private long rest;
    private InputStream current = InputStream.nullInputStream();
    private boolean closed;

    PartsStream(List<PartRecord> parts, ContentSeal seal, long offset, long length) {
      this.parts = parts;
      this.seal = seal;
      this.skip = offset;
      this.rest = length;
    }

    /** Opens the first of them at once: whoever asked can still be told that it is lost. */
    void begin() {
      boolean opened = rest == 0;
      while (!opened) {
        opened = open();
      }
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (rest > 0) {
        int count = current.read(target, from, (int) Math.min(length, rest));
        if (count > 0) {
          rest -= count;
          return count;
        }
        current.close();
        open();
      }
      return -1;
    }

    /** Opens the next part; false where nothing of it is wanted. */
    private boolean open() {
      var part = parts.get(next++);
      if (skip >= part.size()) {
        skip -= part.size();
        current = InputStream.nullInputStream();
        return false;
      }
      long taken = Math.min(rest, part.size() - skip);
      current = blobs.open(seal, part.blobId(), part.sealedAs(), part.size(), skip, taken);
      skip = 0;
      return true;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        blobs.release(parts);
        current.close();
      }
    }
  }
}
