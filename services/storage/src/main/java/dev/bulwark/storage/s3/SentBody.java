package dev.bulwark.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** The body of an answer that tells, once it is done with, how many bytes of it were sent. */
final class SentBody extends FilterInputStream {
  private final LongConsumer sent;
  private long count;
  private boolean told;

  SentBody(InputStream body, LongConsumer sent) {
    super(body);
    this.sent = sent;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    if (read >= 0) {
      count++;
    }
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    if (read > 0) {
      count += read;
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      if (!told) {
        told = true;
        sent.accept(count);
      }
    }
  }
}
