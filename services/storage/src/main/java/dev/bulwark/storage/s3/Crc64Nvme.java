package dev.bulwark.storage.s3;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * CRC-64/NVME, the checksum that S3 adds to each object that came without one: reflected, all ones
 * before and after. Takes sixteen bytes at a step.
 *
 * @see <a href="https://nvmexpress.org/specifications/">NVM Express NVM Command Set, 64b CRC</a>
 */
final class Crc64Nvme {
  /** The polynomial, reflected. */
  static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * The table at {@code 256 * n} tells what a byte does to the sum when n more have followed it.
   */
  private static final long[] TABLES = tables();

  private long state = -1L;

  private static long[] tables() {
    var tables = new long[16 * 256];
    for (int i = 0; i < 256; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
      }
      tables[i] = crc;
    }
    for (int i = 256; i < tables.length; i++) {
      long crc = tables[i - 256];
      tables[i] = (crc >>> 8) ^ tables[(int) crc & 0xff];
    }
    return tables;
  }

  void update(byte[] bytes, int offset, int length) {
    long crc = state;
    int at = offset;
    int end = offset + length;
    for (; end - at >= 16; at += 16) {
      crc = eight(crc ^ (long) LONGS.get(bytes, at), 8) ^ eight((long) LONGS.get(bytes, at + 8), 0);
    }
    for (; at < end; at++) {
      crc = (crc >>> 8) ^ TABLES[(int) (crc ^ bytes[at]) & 0xff];
    }
    state = crc;
  }

  /**
   * What eight bytes do when so many more have followed; in pairs, which do not wait for another.
   */
  private static long eight(long bytes, int after) {
    return ((one(bytes, after + 7) ^ one(bytes >>> 8, after + 6))
            ^ (one(bytes >>> 16, after + 5) ^ one(bytes >>> 24, after + 4)))
        ^ ((one(bytes >>> 32, after + 3) ^ one(bytes >>> 40, after + 2))
            ^ (one(bytes >>> 48, after + 1) ^ one(bytes >>> 56, after)));
  }

  private static long one(long value, int after) {
    return TABLES[256 * after + ((int) value & 0xff)];
  }

  long value() {
    return ~state;
  }
}
