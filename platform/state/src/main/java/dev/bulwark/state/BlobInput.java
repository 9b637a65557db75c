package dev.bulwark.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Streams a range of a blob, block by block, each verified before any of its bytes is handed out.
 */
final class BlobInput extends InputStream {

  /** The checksums of so many blocks are read at once. */
  private static final int CHECKSUMS = 1024;

  private final FileChannel channel;
  private final BlobId id;
  private final BlobFormat.Trailer trailer;
  private final ByteBuffer block;
  private ByteBuffer checksums = ByteBuffer.allocate(0);
  private long firstChecksum;
  private long position;
  private final long end;

  private BlobInput(FileChannel channel, BlobId id, long offset, long length) throws IOException {
    this.channel = channel;
    this.id = id;
    this.trailer = BlobFormat.readTrailer(channel, id);
    this.position = Math.min(offset, trailer.length());
    this.end = position + Math.min(length, trailer.length() - position);
    this.block = ByteBuffer.allocate((int) Math.min(BlobFormat.BLOCK, trailer.length())).limit(0);
  }

  static BlobInput open(Path file, BlobId id, long offset, long length) {
    try {
      var channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return new BlobInput(channel, id, offset, length);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw BlobStore.missing(id, e);
    } catch (IOException e) {
      throw DataFolder.translate("The blob " + id + " cannot be read", e, "");
    }
  }

  @Override
  public int read() throws IOException {
    if (!fill()) {
      return -1;
    }
    position++;
    return block.get() & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = (int) Math.min(Math.min(length, block.remaining()), end - position);
    block.get(target, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    if (count <= 0) {
      return 0;
    }
    long skipped = Math.min(count, end - position);
    position += skipped;
    if (skipped <= block.remaining()) {
      block.position(block.position() + (int) skipped);
    } else {
      block.limit(block.position());
    }
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(block.remaining(), end - position);
  }

  /** Has the block of the next byte at hand; false at the end. */
  private boolean fill() throws IOException {
    if (position >= end) {
      return false;
    }
    if (!block.hasRemaining()) {
      long number = position / BlobFormat.BLOCK;
      long start = number * BlobFormat.BLOCK;
      block.clear().limit((int) Math.min(BlobFormat.BLOCK, trailer.length() - start));
      BlobFormat.readFully(channel, block, start, id);
      if (BlobFormat.crc(block.duplicate()) != checksum(number)) {
        block.limit(0);
        throw BlobFormat.corrupt(id);
      }
      block.position((int) (position - start));
    }
    return true;
  }

  private int checksum(long number) throws IOException {
    long index = number - firstChecksum;
    if (index < 0 || index >= checksums.limit() / 4) {
      long left = BlobFormat.blocks(trailer.length()) - number;
      long wanted = BlobFormat.blocks(end - number * BlobFormat.BLOCK);
      checksums = ByteBuffer.allocate(4 * (int) Math.min(Math.min(left, wanted), CHECKSUMS));
      BlobFormat.readFully(channel, checksums, trailer.checksumAt(number), id);
      firstChecksum = number;
      index = 0;
    }
    return checksums.getInt(4 * (int) index);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
