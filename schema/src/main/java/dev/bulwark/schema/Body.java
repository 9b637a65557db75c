package dev.bulwark.schema;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A streaming blob: read once, never held in memory whole.
 *
 * @param length in bytes, or -1 where it is not known beforehand
 */
public record Body(InputStream stream, long length) {

  /** A body of bytes that are in memory already. */
  public static Body of(byte[] bytes) {
    return new Body(new ByteArrayInputStream(bytes), bytes.length);
  }

  /** An empty body. */
  public static Body empty() {
    return of(new byte[0]);
  }

  /** Copies the body to the end of its stream, and closes it. */
  public void writeTo(OutputStream out) throws IOException {
    try (stream) {
      stream.transferTo(out);
    }
  }
}
