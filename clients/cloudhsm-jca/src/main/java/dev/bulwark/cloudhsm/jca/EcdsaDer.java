package dev.bulwark.cloudhsm.jca;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** ECDSA's signatures in DER, as JCA has them: a sequence of the two numbers (RFC 3279). */
final class EcdsaDer {
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int LONG_FORM = 0x81;
  private static final int LONGEST_SHORT = 127;

  private EcdsaDer() {}

  /** From both numbers side by side, equally long. */
  static byte[] encode(byte[] sideBySide) {
    int half = sideBySide.length / 2;
    var r = new BigInteger(1, Arrays.copyOf(sideBySide, half)).toByteArray();
    var s = new BigInteger(1, Arrays.copyOfRange(sideBySide, half, 2 * half)).toByteArray();
    int length = 2 + r.length + 2 + s.length;
    boolean isLong = length > LONGEST_SHORT;
    var der = ByteBuffer.allocate((isLong ? 3 : 2) + length).put((byte) SEQUENCE);
    if (isLong) {
      der.put((byte) LONG_FORM);
    }
    der.put((byte) length);
    der.put((byte) INTEGER).put((byte) r.length).put(r);
    der.put((byte) INTEGER).put((byte) s.length).put(s);
    return der.array();
  }
}
