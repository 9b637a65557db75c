package dev.bulwark.state;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Writes a new blob, of any length in constant memory (but 4 bytes for each 64 KiB). Closing
 * without {@link #commit} leaves nothing. Failures of the disk are thrown as {@link
 * StoreException}. For one thread at a time.
 */
public final class BlobWriter extends OutputStream {

  /** The disk is set to work after so many bytes, so that little is left for the end. */
  private static final int WRITE_BACK = 16 << 20;

  private final BlobStore store;
  private final BlobId id;
  private final Path part;
  private final FileChannel channel;
  private final ByteArrayOutputStream checksums = new ByteArrayOutputStream();
  private final DataOutputStream checksumsOut = new DataOutputStream(checksums);
  private ByteBuffer block = ByteBuffer.allocate(4 << 10);
  private long length;
  private long unsynced;
  private @Nullable Future<?> syncing;
  private boolean committed;

  private BlobWriter(BlobStore store, BlobId id, Path part, FileChannel channel) {
    this.store = store;
    this.id = id;
    this.part = part;
    this.channel = channel;
  }

  static BlobWriter create(BlobStore store, Path incoming, BlobId id) {
    var part = incoming.resolve(id.value());
    try {
      var channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new BlobWriter(store, id, part, channel);
    } catch (IOException e) {
      throw DataFolder.translate("A blob cannot be made", e, "");
    }
  }

  /** The id that the blob will have. */
  public BlobId id() {
    return id;
  }

  /** How many bytes have been written so far. */
  public long length() {
    return length;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source) {
    write(source, 0, source.length);
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    length += count;
    while (count > 0) {
      if (!block.hasRemaining()) {
        makeRoom();
      }
      int taken = Math.min(count, block.remaining());
      block.put(source, offset, taken);
      offset += taken;
      count -= taken;
    }
  }

  /** A small blob needs no buffer of a whole block. */
  private void makeRoom() {
    if (block.capacity() < BlobFormat.BLOCK) {
      block =
          ByteBuffer.allocate(Math.min(BlobFormat.BLOCK, 4 * block.capacity())).put(block.flip());
    } else {
      try {
        writeBlock();
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }

  private void writeBlock() throws IOException {
    block.flip();
    checksumsOut.writeInt(BlobFormat.crc(block.duplicate()));
    unsynced += block.remaining();
    writeFully(block);
    block.clear();
    if (unsynced >= WRITE_BACK && store.isDurable()) {
      writeBack();
    }
  }

  /** Has the disk write while more comes, unless it is still at it. */
  private void writeBack() throws IOException {
    if (syncing != null && !syncing.isDone()) {
      return;
    }
    awaitWriteBack();
    unsynced = 0;
    var task =
        new FutureTask<Void>(
            () -> {
              channel.force(false);
              return null;
            });
    syncing = task;
    Thread.ofVirtual().start(task);
  }

  /** An error of the disk is told once for each open file: here, it would be missed later. */
  private void awaitWriteBack() throws IOException {
    if (syncing == null) {
      return;
    }
    try {
      syncing.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Makes the blob visible and durable. Nothing can be written after.
   *
   * @throws StoreException DISK_FULL or IO; nothing is left then
   */
  public Blob commit() {
    if (committed || !channel.isOpen()) {
      throw new IllegalStateException("The blob is committed or closed already");
    }
    try {
      if (block.position() > 0) {
        writeBlock();
      }
      writeFully(ByteBuffer.wrap(checksums.toByteArray()));
      writeFully(BlobFormat.trailer(length));
      if (store.isDurable()) {
        awaitWriteBack();
        channel.force(false);
      }
      channel.close();
      store.publish(part, id);
      committed = true;
      return new Blob(id, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StoreException failed(IOException e) {
    close();
    if (!committed) {
      // The move may have been done and only its durability failed.
      store.delete(id);
    }
    return DataFolder.translate("The blob cannot be written", e, "");
  }

  /** Gives the blob up, unless it is committed. */
  @Override
  public void close() {
    if (committed) {
      return;
    }
    try {
      if (syncing != null) {
        syncing.cancel(false);
      }
      channel.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw DataFolder.translate("An unfinished blob cannot be removed", e, "");
    }
  }
}
