package dev.bulwark.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that has to be of a certain length, which turns out while it is read. */
final class BoundedStream extends FilterInputStream {
  private final long least;
  private final long most;
  private long count;

  BoundedStream(InputStream in, long least, long most) {
    super(in);
    this.least = least;
    this.most = most;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int taken = super.read(target, from, length);
    if (taken < 0) {
      if (count < least) {
        throw S3Errors.postTooSmall(count, least);
      }
    } else {
      count += taken;
      if (count > most) {
        throw S3Errors.entityTooLarge(count, most);
      }
    }
    return taken;
  }
}
