package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads bodies into memory, within bounds. */
final class Bodies {
  /** For the bodies of all operations that do not stream. */
  static final int MAX_BYTES = 16 << 20;

  /** For S3's documents; the longest, a list of 10,000 parts with checksums, stays below it. */
  static final int MAX_S3_BYTES = 4 << 20;

  private Bodies() {}

  /** Why a body could not be read. */
  enum Failure {
    TOO_LARGE,
    INCOMPLETE,
    BAD_ENCODING
  }

  /** A body that could not be read. */
  static final class BodyException extends Exception {
    private final Failure failure;

    BodyException(Failure failure) {
      super(failure.name(), null, false, false);
      this.failure = failure;
    }

    Failure failure() {
      return failure;
    }
  }

  /** All bytes of a body. */
  static byte[] read(Body body, int limit) throws BodyException {
    if (body.stream() instanceof MemoryStream memory) {
      return memory.bytes();
    }
    if (body.length() == 0) {
      return new byte[0];
    }
    if (body.length() > limit) {
      throw new BodyException(Failure.TOO_LARGE);
    }
    byte[] bytes;
    try {
      bytes = body.stream().readNBytes(body.length() < 0 ? limit + 1 : (int) body.length());
    } catch (IOException e) {
      throw new BodyException(Failure.INCOMPLETE);
    }
    if (bytes.length > limit) {
      throw new BodyException(Failure.TOO_LARGE);
    }
    if (body.length() >= 0 && bytes.length < body.length()) {
      throw new BodyException(Failure.INCOMPLETE);
    }
    return bytes;
  }

  /** Takes off {@code Content-Encoding: gzip}, in which SDKs send long requests. */
  static byte[] decoded(byte[] bytes, @Nullable String contentEncoding, int limit)
      throws BodyException {
    if (contentEncoding == null || !isGzip(contentEncoding)) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes), 8192)) {
      var inflated = in.readNBytes(limit + 1);
      if (inflated.length > limit) {
        throw new BodyException(Failure.TOO_LARGE);
      }
      return inflated;
    } catch (IOException e) {
      throw new BodyException(Failure.BAD_ENCODING);
    }
  }

  private static boolean isGzip(String contentEncoding) {
    for (var coding : contentEncoding.split(",")) {
      if (coding.trim().equalsIgnoreCase("gzip")) {
        return true;
      }
    }
    return false;
  }
}
