package dev.bulwark.cryptography;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a key log: mark (8 bytes), log id (16), the sequence number before the first
 * record (8), which root key it is under (8), CRC-32C (4).
 */
record LogHeader(byte[] id, long base, byte[] root) {
  static final int LENGTH = 8 + 16 + 8 + 8 + 4;
  private static final long MARK = 0x42574b45594c4f31L; // BWKEYLO1

  byte[] encode() {
    var header = ByteBuffer.allocate(LENGTH).putLong(MARK).put(id).putLong(base).put(root);
    var crc = new CRC32C();
    crc.update(header.array(), 0, LENGTH - 4);
    return header.putInt((int) crc.getValue()).array();
  }

  /** The header in these bytes, or null where they are none or damaged. */
  static @Nullable LogHeader decode(byte[] bytes) {
    if (bytes.length != LENGTH) {
      return null;
    }
    var in = ByteBuffer.wrap(bytes);
    var crc = new CRC32C();
    crc.update(bytes, 0, LENGTH - 4);
    if (in.getLong() != MARK || in.getInt(LENGTH - 4) != (int) crc.getValue()) {
      return null;
    }
    var id = new byte[16];
    in.get(id);
    long base = in.getLong();
    var root = new byte[8];
    in.get(root);
    return new LogHeader(id, base, root);
  }

  boolean isOf(byte[] otherId) {
    return Arrays.equals(id, otherId);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogHeader header && Arrays.equals(encode(), header.encode());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(id);
  }
}
