package dev.bulwark.server;

import dev.bulwark.wire.MemoryShare;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as the client sends it. Whatever goes wrong on the way (the client leaves, it is
 * too slow, its chunks are malformed) is one thing to the reader: the body ends too soon.
 */
final class ClientStream extends InputStream implements MemoryShare {
  /** How long a client may keep its reader waiting, whatever it sends. */
  private static final long GRACE_NANOS = Duration.ofMinutes(1).toNanos();

  /** Slower than any line; a byte now and then would hold a connection for years. */
  private static final long LEAST_BYTES_PER_SECOND = 512;

  /** For what nobody wants. */
  private static final long DISCARD_NANOS = Duration.ofSeconds(5).toNanos();

  private final Supplier<InputStream> source;
  private final long length;
  private final BodyRoom room;
  private final LongSupplier nanos;
  private @Nullable InputStream begun;
  private boolean ended;
  private long read;
  private long waited;
  private int reserved;

  /**
   * A body.
   *
   * @param source asked when reading begins: a client that waits for 100 Continue is then told to
   *     send
   * @param length -1 where the client did not say
   * @param room for those who keep it in memory
   * @param nanos a clock that runs, as {@link System#nanoTime}
   */
  ClientStream(Supplier<InputStream> source, long length, BodyRoom room, LongSupplier nanos) {
    this.source = source;
    this.length = length;
    this.room = room;
    this.nanos = nanos;
  }

  @Override
  public boolean reserve(int bytes) {
    if (!room.take(bytes)) {
      return false;
    }
    reserved += bytes;
    return true;
  }

  /** Gives back the memory that was reserved; when the request is answered. */
  void release() {
    room.giveBack(reserved);
    reserved = 0;
  }

  private InputStream in() {
    if (begun == null) {
      begun = source.get();
    }
    return begun;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      var before = nanos.getAsLong();
      var count = in().read(bytes, offset, length);
      waited += nanos.getAsLong() - before;
      ended = count < 0;
      read += Math.max(0, count);
      if (waited > GRACE_NANOS + Duration.ofSeconds(read / LEAST_BYTES_PER_SECOND).toNanos()) {
        throw new IOException("the client sends too slowly");
      }
      return count;
    } catch (IOException | RuntimeException e) {
      throw endedTooSoon(e);
    }
  }

  /** Whether anything has been read. */
  boolean begun() {
    return begun != null;
  }

  /**
   * Reads what nobody wanted, so that the next request on the connection begins where this one
   * ends.
   *
   * @param limit in bytes
   * @return false where there is more, or it cannot be read
   */
  boolean discardRest(int limit) {
    // Most bodies are read but for their end.
    var buffer = new byte[read == length ? 1 : 8192];
    var since = waited;
    try {
      for (var discarded = 0; !ended && discarded <= limit && waited - since <= DISCARD_NANOS; ) {
        discarded += Math.max(0, read(buffer, 0, buffer.length));
      }
    } catch (IOException e) {
      return false;
    }
    return ended;
  }

  /** The stream stays open for {@link #discardRest}; the connection is the HTTP server's. */
  @Override
  public void close() {}

  private static EOFException endedTooSoon(Exception cause) {
    var exception = new EOFException("the request body ended too soon");
    exception.initCause(cause);
    return exception;
  }
}
