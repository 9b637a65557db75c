package dev.bulwark.cryptography;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record of the key log as it stands in a file: length of the payload (4 bytes), sequence number
 * (8), CRC-32C over both and the payload (4), payload.
 *
 * @param length of the whole frame
 */
record Frame(long offset, int length, long sequence) {
  static final int HEADER = 4 + 8 + 4;
  static final int MAX_PAYLOAD = 1 << 20;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  static byte[] encode(long sequence, byte[] payload) {
    var frame =
        ByteBuffer.allocate(HEADER + payload.length)
            .putInt(payload.length)
            .putLong(sequence)
            .putInt(0)
            .put(payload);
    frame.putInt(12, crc(frame.array()));
    return frame.array();
  }

  private static int crc(byte[] frame) {
    var crc = new CRC32C();
    crc.update(frame, 0, 12);
    crc.update(frame, HEADER, frame.length - HEADER);
    return (int) crc.getValue();
  }

  /** Whether a frame that was read by itself is whole, and the one of that number. */
  static boolean isSound(byte[] frame, long sequence) {
    var bytes = ByteBuffer.wrap(frame);
    return frame.length >= HEADER
        && bytes.getInt() == frame.length - HEADER
        && bytes.getLong() == sequence
        && bytes.getInt() == crc(frame);
  }

  /** The whole frame of that number at that place of a file, or null. */
  static @Nullable Frame find(MemorySegment file, long offset, long sequence) {
    if (file.byteSize() - offset < HEADER) {
      return null;
    }
    int payload = file.get(INT, offset);
    if (payload < 0
        || payload > MAX_PAYLOAD
        || file.byteSize() - offset - HEADER < payload
        || file.get(LONG, offset + 4) != sequence) {
      return null;
    }
    var crc = new CRC32C();
    crc.update(file.asSlice(offset, 12).asByteBuffer());
    crc.update(file.asSlice(offset + HEADER, payload).asByteBuffer());
    return (int) crc.getValue() == file.get(INT, offset + 12)
        ? new Frame(offset, HEADER + payload, sequence)
        : null;
  }
}
