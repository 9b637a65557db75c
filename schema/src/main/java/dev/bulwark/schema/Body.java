package dev.bulwark.schema;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A streaming blob: read once, never held in memory whole.
 *
 * @param length in bytes, or -1 where it is not known beforehand
 */
public record Body(InputStream stream, long length) {

  /** A body of bytes that are in memory already. */
  public static Body of(byte[] bytes) {
    return of(bytes, bytes.length);
  }

  /** A body of the first bytes of an array, which nobody changes from now on. */
  public static Body of(byte[] bytes, int length) {
    return new Body(new ArrayStream(bytes, length), length);
  }

  /** An empty body. */
  public static Body empty() {
    return of(new byte[0]);
  }

  /** What is to be read of it still, where that is in memory: a view of it, on an array. */
  public @Nullable ByteBuffer rest() {
    return stream instanceof ArrayStream array ? array.rest() : null;
  }

  /** Copies the body to the end of its stream, and closes it. */
  public void writeTo(OutputStream out) throws IOException {
    try (stream) {
      stream.transferTo(out);
    }
  }

  private static final class ArrayStream extends ByteArrayInputStream {
    ArrayStream(byte[] bytes, int length) {
      super(bytes, 0, length);
    }

    ByteBuffer rest() {
      return ByteBuffer.wrap(buf, pos, count - pos);
    }
  }
}
