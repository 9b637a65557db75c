package dev.bulwark.storage.s3;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * CRC-64/NVME, the checksum that S3 adds to each object that came without one: reflected, all ones
 * before and after. Takes eight bytes at a step.
 *
 * @see <a href="https://nvmexpress.org/specifications/">NVM Express NVM Command Set, 64b CRC</a>
 */
final class Crc64Nvme {
  /** The polynomial, reflected. */
  static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long[][] TABLES = tables();

  private long state = -1L;

  private static long[][] tables() {
    var tables = new long[8][256];
    for (int i = 0; i < 256; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
      }
      tables[0][i] = crc;
    }
    for (int i = 0; i < 256; i++) {
      for (int table = 1; table < 8; table++) {
        long crc = tables[table - 1][i];
        tables[table][i] = (crc >>> 8) ^ tables[0][(int) crc & 0xff];
      }
    }
    return tables;
  }

  void update(byte[] bytes, int offset, int length) {
    long crc = state;
    int at = offset;
    int end = offset + length;
    var t0 = TABLES[0];
    var t1 = TABLES[1];
    var t2 = TABLES[2];
    var t3 = TABLES[3];
    var t4 = TABLES[4];
    var t5 = TABLES[5];
    var t6 = TABLES[6];
    var t7 = TABLES[7];
    for (; end - at >= 8; at += 8) {
      crc ^= (long) LONGS.get(bytes, at);
      crc =
          t7[(int) crc & 0xff]
              ^ t6[(int) (crc >>> 8) & 0xff]
              ^ t5[(int) (crc >>> 16) & 0xff]
              ^ t4[(int) (crc >>> 24) & 0xff]
              ^ t3[(int) (crc >>> 32) & 0xff]
              ^ t2[(int) (crc >>> 40) & 0xff]
              ^ t1[(int) (crc >>> 48) & 0xff]
              ^ t0[(int) (crc >>> 56)];
    }
    for (; at < end; at++) {
      crc = (crc >>> 8) ^ t0[(int) (crc ^ bytes[at]) & 0xff];
    }
    state = crc;
  }

  long value() {
    return ~state;
  }
}
