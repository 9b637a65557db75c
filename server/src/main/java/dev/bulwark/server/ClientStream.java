package dev.bulwark.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as the client sends it. Whatever goes wrong on the way (the client leaves, it is
 * too slow, its chunks are malformed) is one thing to the reader: the body ends too soon.
 */
final class ClientStream extends InputStream {
  private final Supplier<InputStream> source;
  private @Nullable InputStream begun;
  private boolean ended;

  /**
   * A body.
   *
   * @param source asked when reading begins: a client that waits for 100 Continue is then told to
   *     send
   */
  ClientStream(Supplier<InputStream> source) {
    this.source = source;
  }

  private InputStream in() {
    if (begun == null) {
      begun = source.get();
    }
    return begun;
  }

  @Override
  public int read() throws IOException {
    try {
      var next = in().read();
      ended = next < 0;
      return next;
    } catch (IOException | RuntimeException e) {
      throw endedTooSoon(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      var count = in().read(bytes, offset, length);
      ended = count < 0;
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
    var buffer = new byte[8192];
    try {
      for (var discarded = 0; !ended && discarded <= limit; ) {
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
