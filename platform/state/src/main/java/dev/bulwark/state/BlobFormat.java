package dev.bulwark.state;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * A blob's file: the bytes themselves; the CRC-32C of each block of 64 KiB, 4 bytes each; and a
 * trailer of 64 bytes: magic "BWBLOB01", length (8), 44 bytes that nobody reads (older blobs have
 * checksums of the whole there), CRC-32C of the trailer before it (4). Numbers are big-endian. The
 * checksums are last so that a blob can be streamed in, and its bytes are where their offset says.
 */
final class BlobFormat {

  static final int BLOCK = 64 << 10;
  static final int TRAILER = 64;

  private static final long MAGIC = 0x4257424c4f423031L;

  /** What a trailer says. */
  record Trailer(long length) {
    /** Where the checksum of a block is. */
    long checksumAt(long block) {
      return length() + 4 * block;
    }
  }

  private BlobFormat() {}

  static int crc(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  static ByteBuffer trailer(long length) {
    var trailer = ByteBuffer.allocate(TRAILER);
    trailer.putLong(MAGIC).putLong(length).position(TRAILER - 4);
    return trailer.putInt(crc(trailer.duplicate().flip())).flip();
  }

  static Trailer readTrailer(FileChannel channel, BlobId id) throws IOException {
    long size = channel.size();
    if (size < TRAILER) {
      throw corrupt(id);
    }
    var bytes = ByteBuffer.allocate(TRAILER);
    readFully(channel, bytes, size - TRAILER, id);
    int crc = crc(bytes.duplicate().limit(TRAILER - 4));
    long magic = bytes.getLong();
    long length = bytes.getLong();
    if (magic != MAGIC
        || crc != bytes.getInt(TRAILER - 4)
        || length < 0
        || size != length + 4 * blocks(length) + TRAILER) {
      throw corrupt(id);
    }
    return new Trailer(length);
  }

  static long blocks(long length) {
    return (length + BLOCK - 1) / BLOCK;
  }

  /** Fills a buffer from a place in a file, and flips it. */
  static void readFully(FileChannel channel, ByteBuffer buffer, long position, BlobId id)
      throws IOException {
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, position);
      if (read < 0) {
        throw new StoreException(
            StoreException.Kind.CORRUPT,
            "The blob " + id + " is shorter than it was",
            new EOFException());
      }
      position += read;
    }
    buffer.flip();
  }

  static StoreException corrupt(BlobId id) {
    return new StoreException(
        StoreException.Kind.CORRUPT, "The blob " + id + " is not what was written: it is damaged");
  }
}
