package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads bodies into memory, within bounds. */
public final class Bodies {
  /** For the bodies of all operations that do not stream. */
  static final int MAX_BYTES = 16 << 20;

  /** For S3's documents; the longest, a list of 10,000 parts with checksums, stays below it. */
  static final int MAX_S3_BYTES = 4 << 20;

  /** Bodies up to this length are read without asking for room: most are much shorter. */
  private static final int PIECE = 64 << 10;

  private Bodies() {}

  /** Why a body could not be read. */
  public enum Failure {
    /** It is longer than may be. */
    TOO_LARGE,
    /** It ended too soon. */
    INCOMPLETE,
    /** It is not encoded as its headers say. */
    BAD_ENCODING,
    /** Too many others are in memory. */
    NO_ROOM
  }

  /** A body that could not be read. */
  public static final class BodyException extends Exception {
    private final Failure failure;

    BodyException(Failure failure) {
      super(failure.name(), null, false, false);
      this.failure = failure;
    }

    /** Why. */
    public Failure failure() {
      return failure;
    }
  }

  /** What a client is told, other than S3's, whose body finds no room. */
  public static ApiException noRoom() {
    return new ApiException(
        "ServiceUnavailable",
        503,
        "The request has failed due to a temporary failure of the server.");
  }

  /**
   * All bytes of a body.
   *
   * @param limit in bytes
   */
  public static byte[] read(Body body, int limit) throws BodyException {
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
      bytes = keep(body.stream(), body.length() < 0 ? limit + 1 : (int) body.length());
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

  private static byte[] keep(InputStream in, int most) throws IOException, BodyException {
    if (most <= PIECE || !(in instanceof MemoryShare share)) {
      return in.readNBytes(most);
    }
    var kept = new ByteArrayOutputStream(PIECE);
    // Room is taken for what came, not for what was announced.
    while (kept.size() < most) {
      if (!share.reserve(PIECE)) {
        throw new BodyException(Failure.NO_ROOM);
      }
      var piece = in.readNBytes(Math.min(PIECE, most - kept.size()));
      kept.writeBytes(piece);
      if (piece.length < PIECE) {
        break;
      }
    }
    return kept.toByteArray();
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
