package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The append-only file of all key material and its mirror. A record counts once both files hold it
 * and were synced, the mirror after the file itself; records of many threads share these syncs. So
 * a crash leaves at most a torn end in one of them, which no caller was told of. See {@link
 * LogRepair} for what happens at the next start.
 */
final class KeyLog implements AutoCloseable {
  static final String FILE = "keys.log";

  /** Turns a record into what the file holds, and back. */
  interface Protection {
    byte[] protect(byte[] logId, long sequence, byte[] record);

    /**
     * @throws CryptographyException INVALID_CIPHERTEXT where the payload is not of that place
     */
    byte[] expose(byte[] logId, long sequence, byte[] payload);
  }

  /** What {@link #replay} tells of each record. */
  @FunctionalInterface
  interface Visitor {
    void record(Frame place, byte[] record);
  }

  private static final class Pending {
    final byte[] record;
    @Nullable Frame place;
    @Nullable CryptographyException failure;
    boolean done;

    Pending(byte[] record) {
      this.record = record;
    }
  }

  private final Path file;
  private final Path mirrorFile;
  private final boolean durable;
  private final ReentrantLock writing = new ReentrantLock();
  private final Object gate = new Object();
  private List<Pending> waiting = new ArrayList<>();
  private FileChannel channel;
  private FileChannel mirror;
  private volatile LogHeader header;
  private volatile long end;
  private volatile long sequence;
  private volatile boolean broken;

  private KeyLog(
      Path file, Path mirrorFile, boolean durable, LogHeader header, long end, long sequence)
      throws IOException {
    this.file = file;
    this.mirrorFile = mirrorFile;
    this.durable = durable;
    this.header = header;
    this.end = end;
    this.sequence = sequence;
    this.channel = DurableFiles.open(file);
    this.mirror = DurableFiles.open(mirrorFile);
  }

  /** A log that {@link LogRepair} found sound. */
  static KeyLog open(LogRepair.Result sound, boolean durable) throws IOException {
    return new KeyLog(
        sound.file(), sound.mirror(), durable, sound.header(), sound.end(), sound.sequence());
  }

  /** A new log without records. */
  static KeyLog create(Path file, Path mirror, boolean durable, LogHeader header)
      throws IOException {
    DurableFiles.replace(file, durable, header.encode());
    DurableFiles.replace(mirror, durable, header.encode());
    return new KeyLog(file, mirror, durable, header, LogHeader.LENGTH, header.base());
  }

  LogHeader header() {
    return header;
  }

  /** Where the next record goes. */
  long end() {
    return end;
  }

  /** The number of the last record. */
  long sequence() {
    return sequence;
  }

  /**
   * Appends a record; returns its place when it is durable in both files.
   *
   * @throws CryptographyException DAMAGED where that failed; then the record is in neither
   */
  Frame append(byte[] record, Protection protection) {
    return append(List.of(record), protection).getFirst();
  }

  /** Appends several records with one sync. */
  List<Frame> append(List<byte[]> records, Protection protection) {
    var mine = records.stream().map(Pending::new).toList();
    synchronized (gate) {
      waiting.addAll(mine);
    }
    writing.lock();
    try {
      if (!mine.getLast().done) {
        write(takeWaiting(), protection);
      }
    } finally {
      writing.unlock();
    }
    var places = new ArrayList<Frame>(mine.size());
    for (var pending : mine) {
      if (pending.place == null) {
        throw pending.failure == null
            ? new CryptographyException(Reason.DAMAGED, "the key log could not be written")
            : pending.failure;
      }
      places.add(pending.place);
    }
    return places;
  }

  private List<Pending> takeWaiting() {
    synchronized (gate) {
      var taken = waiting;
      waiting = new ArrayList<>();
      return taken;
    }
  }

  private void write(List<Pending> group, Protection protection) {
    try {
      if (broken) {
        throw new IOException("an earlier write failed; start Bulwark again");
      }
      var frames = new ArrayList<byte[]>(group.size());
      var places = new ArrayList<Frame>(group.size());
      long at = end;
      long number = sequence;
      for (var pending : group) {
        number++;
        var frame = Frame.encode(number, protection.protect(header.id(), number, pending.record));
        frames.add(frame);
        places.add(new Frame(at, frame.length, number));
        at += frame.length;
      }
      writeBoth(frames, (int) (at - end));
      end = at;
      sequence = number;
      for (int i = 0; i < group.size(); i++) {
        group.get(i).place = places.get(i);
      }
    } catch (IOException e) {
      var failure = new CryptographyException(Reason.DAMAGED, "writing " + file + " failed", e);
      group.forEach(pending -> pending.failure = failure);
    } finally {
      group.forEach(pending -> pending.done = true);
    }
  }

  private void writeBoth(List<byte[]> frames, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    frames.forEach(bytes::put);
    bytes.flip();
    try {
      DurableFiles.writeFully(channel, bytes.duplicate(), end);
      sync(channel);
      DurableFiles.writeFully(mirror, bytes, end);
      sync(mirror);
    } catch (IOException e) {
      // After a failed sync nobody knows what the disk holds: nothing more is written until the
      // next start has looked at both files.
      broken = true;
      channel.truncate(end);
      mirror.truncate(end);
      throw e;
    }
  }

  private void sync(FileChannel written) throws IOException {
    if (durable) {
      written.force(false);
    }
  }

  /**
   * One record.
   *
   * @throws CryptographyException DAMAGED where neither file has it any more
   */
  byte[] read(Frame place, Protection protection) {
    for (var copy : List.of(channel, mirror)) {
      try {
        var frame = DurableFiles.read(copy, place.offset(), place.length());
        if (Frame.isSound(frame, place.sequence())) {
          return expose(place, frame, protection);
        }
      } catch (IOException | CryptographyException e) {
        // The other file may still have it.
      }
    }
    throw damaged(place, file);
  }

  private byte[] expose(Frame place, byte[] frame, Protection protection) {
    var payload = Arrays.copyOfRange(frame, Frame.HEADER, frame.length);
    return protection.expose(header.id(), place.sequence(), payload);
  }

  static CryptographyException damaged(Frame place, Path file) {
    return new CryptographyException(
        Reason.DAMAGED,
        "record %d at byte %d of %s is damaged in both copies: put one of them back from a backup"
            .formatted(place.sequence(), place.offset(), file));
  }

  /**
   * Reads every record from a place on in order, and proves that it is what was written.
   *
   * @param from where the first of them stands
   * @param before the number of the one before
   * @return how many records only the mirror had as they were written
   * @throws CryptographyException DAMAGED
   */
  int replay(long from, long before, Protection protection, Visitor visitor) {
    int restored = 0;
    try {
      long at = from;
      long number = before;
      var chunk = new LogReader(channel, end);
      while (at < end) {
        number++;
        var frame = chunk.frame(at);
        var place = new Frame(at, frame.length, number);
        byte[] record;
        try {
          record = expose(place, frame, protection);
        } catch (CryptographyException e) {
          // The checksum holds, the seal does not: somebody changed it. The mirror decides.
          record = read(place, protection);
          restored++;
        }
        visitor.record(place, record);
        at += frame.length;
      }
      return restored;
    } catch (IOException e) {
      throw new CryptographyException(Reason.DAMAGED, file + " cannot be read", e);
    }
  }

  /** SHA-256 of the file up to the end; for one who keeps others from writing meanwhile. */
  byte[] digest() throws IOException {
    var digest = SealedBytes.sha256();
    var chunk = ByteBuffer.allocate(1 << 20);
    for (long at = 0; at < end; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
      for (long place = at; chunk.hasRemaining(); ) {
        int count = channel.read(chunk, place);
        if (count < 0) {
          throw new IOException("the file is shorter than it was");
        }
        place += count;
      }
      digest.update(chunk.flip());
    }
    return digest.digest();
  }

  /**
   * Replaces the log by one of other records under another header, without a moment in which none
   * is whole. Whoever appends waits; the numbers go on.
   *
   * @param records asked once, while nothing is appended
   */
  List<Frame> rewrite(LogHeader next, Protection protection, Supplier<List<byte[]>> records) {
    writing.lock();
    try {
      var renewed = new LogHeader(next.id(), sequence, next.root());
      var places = new ArrayList<Frame>();
      var content = records.get();
      DurableFiles.Content writer =
          out -> {
            places.clear();
            DurableFiles.writeFully(out, renewed.encode());
            long at = LogHeader.LENGTH;
            long number = renewed.base();
            for (var record : content) {
              number++;
              var frame = Frame.encode(number, protection.protect(renewed.id(), number, record));
              DurableFiles.writeFully(out, frame);
              places.add(new Frame(at, frame.length, number));
              at += frame.length;
            }
          };
      DurableFiles.replace(file, durable, writer);
      DurableFiles.replace(mirrorFile, durable, out -> copy(file, out));
      channel.close();
      mirror.close();
      channel = DurableFiles.open(file);
      mirror = DurableFiles.open(mirrorFile);
      header = renewed;
      sequence = renewed.base() + content.size();
      end = channel.size();
      return places;
    } catch (IOException e) {
      broken = true;
      throw new CryptographyException(Reason.DAMAGED, "rewriting " + file + " failed", e);
    } finally {
      writing.unlock();
    }
  }

  static void copy(Path from, FileChannel to) throws IOException {
    try (var in = FileChannel.open(from)) {
      long at = 0;
      while (at < in.size()) {
        at += in.transferTo(at, in.size() - at, to);
      }
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      broken = true;
      channel.close();
      mirror.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writing.unlock();
    }
  }
}
