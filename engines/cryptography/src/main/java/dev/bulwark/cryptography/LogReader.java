package dev.bulwark.cryptography;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** Reads frames one after the other, a mebibyte at a time. */
final class LogReader {
  private static final int CHUNK = 2 * (Frame.MAX_PAYLOAD + Frame.HEADER);

  private final FileChannel channel;
  private final long end;
  private byte[] chunk = {};
  private long start;

  LogReader(FileChannel channel, long end) {
    this.channel = channel;
    this.end = end;
  }

  /** The frame at a place, whose length is taken as sound. */
  byte[] frame(long at) throws IOException {
    require(at, Frame.HEADER);
    int length = Frame.HEADER + ByteBuffer.wrap(chunk, (int) (at - start), Integer.BYTES).getInt();
    require(at, length);
    int from = (int) (at - start);
    return Arrays.copyOfRange(chunk, from, from + length);
  }

  private void require(long at, int length) throws IOException {
    if (at < start || at + length > start + chunk.length) {
      start = at;
      chunk = DurableFiles.read(channel, at, (int) Math.min(CHUNK, end - at));
      if (chunk.length < length) {
        throw new IOException("the file is shorter than it was");
      }
    }
  }
}
