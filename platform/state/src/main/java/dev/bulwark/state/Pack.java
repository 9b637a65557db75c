package dev.bulwark.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One pack: a file of records that only grows, and goes as a whole. */
final class Pack {

  private static final int ZEROS = 256 * 1024;

  private final int number;
  private final Path file;

  /**
   * Shared by all who read and write. The interrupt of a thread that is in it closes it for all of
   * them, so it is opened again.
   */
  private volatile FileChannel channel;

  /** Closed or deleted on purpose. */
  private volatile boolean gone;

  /** Where it ends, and what of it rows refer to; as the last commit left it. */
  private volatile int end;

  private volatile long live;

  /** How long the file is: what lies behind the records is zeros, to be written over. */
  private int length;

  /** Takes no more, and is being cleared out. */
  private volatile boolean closing;

  /** Something in it is not what was written, so it stays. */
  private volatile boolean damaged;

  private Pack(int number, Path file, FileChannel channel, int end, long live) {
    this.number = number;
    this.file = file;
    this.channel = channel;
    this.end = end;
    this.length = end;
    this.live = live;
  }

  static Pack create(Path folder, int number, boolean durable) throws IOException {
    var file = folder.resolve(PackFormat.name(number));
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      writeFully(channel, PackFormat.fileHead(number), 0);
      if (durable) {
        BlobStore.syncFolder(folder);
      }
      return new Pack(number, file, channel, PackFormat.FILE_HEAD, 0);
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Opens a pack as a commit left it, and cuts off what came after. */
  static Pack open(Path file, int number, int end, long live) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      var pack = new Pack(number, file, channel, end, live);
      if (channel.size() > end) {
        channel.truncate(end);
      }
      pack.damaged = channel.size() < end || !pack.beginsWell();
      return pack;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private boolean beginsWell() throws IOException {
    var head = ByteBuffer.allocate(PackFormat.FILE_HEAD);
    return readFully(head, 0) && PackFormat.isFileHead(head, number);
  }

  int number() {
    return number;
  }

  int end() {
    return end;
  }

  long live() {
    return live;
  }

  long garbage() {
    return end - PackFormat.FILE_HEAD - live;
  }

  /** Takes over what a commit left. */
  void committed(PackUse use) {
    live = use.live();
    end = use.end();
  }

  boolean isClosing() {
    return closing;
  }

  void beginClosing() {
    closing = true;
  }

  boolean isDamaged() {
    return damaged;
  }

  void setDamaged() {
    damaged = true;
  }

  /** Something to be done with a channel, and once more where that was closed meanwhile. */
  private interface Work<R> {
    R on(FileChannel open) throws IOException;
  }

  private <R> R with(Work<R> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        var open = channel;
        try {
          return work.on(open);
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          reopen(open, e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void reopen(FileChannel closed, ClosedChannelException reason)
      throws IOException {
    if (gone) {
      throw reason;
    }
    if (channel == closed) {
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
  }

  void write(ByteBuffer bytes, long position) throws IOException {
    with(
        open -> {
          writeFully(open, bytes.duplicate(), position);
          return true;
        });
  }

  /**
   * Writes zeros behind what was written up to {@code from}, unless there are some: a sync of bytes
   * that are written over takes the disk about half as long as one of a file that grows, since
   * where it lies does not change. Without room for them the file ends where its records do.
   */
  void extend(int from, int to) throws IOException {
    if (from <= length) {
      return;
    }
    length = from;
    try {
      var zeros = ByteBuffer.allocate(Math.min(ZEROS, to - from));
      for (int at = from; at < to; at += zeros.capacity()) {
        write(zeros.clear().limit(Math.min(zeros.capacity(), to - at)), at);
      }
      length = Math.max(from, to);
    } catch (IOException e) {
      cut(from);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  void force() throws IOException {
    with(
        open -> {
          open.force(false);
          return true;
        });
  }

  /** Cuts off what could not be written in full. */
  void cut(int to) throws IOException {
    length = Math.min(length, to);
    with(open -> open.truncate(to));
  }

  /**
   * The bytes of a place, verified.
   *
   * @throws ClosedChannelException if the pack has gone meanwhile
   */
  byte[] read(PackRef ref) throws IOException {
    var bytes = ByteBuffer.allocate(ref.length());
    if (!readFully(bytes, ref.at()) || PackFormat.crc(bytes.array()) != ref.crc32c()) {
      throw PackFormat.corrupt(ref);
    }
    return bytes.array();
  }

  /**
   * The head of the record at a place.
   *
   * @param last where the records end
   * @throws StoreException CORRUPT if it is not what was written
   */
  PackFormat.Head head(int at, int last) throws IOException {
    // Most owners are short: with these bytes the head is read at once.
    var bytes = ByteBuffer.allocate(Math.min(PackFormat.HEAD + 256, last - at));
    if (bytes.capacity() < PackFormat.HEAD || !readFully(bytes, at)) {
      throw PackFormat.corrupt(PackFormat.name(number) + " at " + at);
    }
    int needed = PackFormat.HEAD + PackFormat.ownerLength(bytes);
    if (needed > bytes.capacity()) {
      bytes = ByteBuffer.allocate(needed);
      if (!readFully(bytes, at)) {
        throw PackFormat.corrupt(PackFormat.name(number) + " at " + at);
      }
    }
    if (needed < PackFormat.HEAD) {
      throw PackFormat.corrupt(PackFormat.name(number) + " at " + at);
    }
    return PackFormat.readHead(bytes, number, at, last);
  }

  private boolean readFully(ByteBuffer buffer, long position) throws IOException {
    return with(
        open -> {
          buffer.clear();
          long at = position;
          while (buffer.hasRemaining()) {
            int read = open.read(buffer, at);
            if (read < 0) {
              return false;
            }
            at += read;
          }
          buffer.flip();
          return true;
        });
  }

  void close() throws IOException {
    synchronized (this) {
      gone = true;
    }
    channel.close();
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(file);
  }
}
