package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Compares a body with its signed SHA-256 while it is read: throws instead of ending where they
 * differ.
 */
final class HashedStream extends FilterInputStream {
  private final MessageDigest digest = Crypto.sha256();
  private final String expected;
  private boolean ended;

  HashedStream(InputStream in, String expected) {
    super(in);
    this.expected = expected;
  }

  static ApiException mismatch(String expected, String computed) {
    return new ApiException(
            "XAmzContentSHA256Mismatch",
            400,
            "The provided 'x-amz-content-sha256' header does not match what was computed.")
        .with("ClientComputedContentSHA256", expected)
        .with("S3ComputedContentSHA256", computed);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int count = in.read(target, from, length);
    if (count > 0) {
      digest.update(target, from, count);
    } else if (count < 0 && !ended) {
      var computed = HexFormat.of().formatHex(digest.digest());
      if (!computed.equals(expected)) {
        throw mismatch(expected, computed);
      }
      ended = true;
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    return readNBytes((int) Math.min(count, 8192)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
