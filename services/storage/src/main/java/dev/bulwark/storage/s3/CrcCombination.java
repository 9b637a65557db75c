package dev.bulwark.storage.s3;

/**
 * The CRC of two byte strings one after the other, from their CRCs and the length of the second: a
 * multiplication by a power of x modulo the polynomial. So a multipart upload gets the checksum of
 * the whole object without reading it again.
 */
final class CrcCombination {
  private final long polynomial;
  private final long one;

  /**
   * @param polynomial reflected
   * @param width in bits: 32 or 64
   */
  CrcCombination(long polynomial, int width) {
    this.polynomial = polynomial;
    this.one = 1L << (width - 1);
  }

  /**
   * The CRC of the concatenation.
   *
   * @param secondLength in bytes
   */
  long combine(long first, long second, long secondLength) {
    return secondLength == 0 ? first : multiply(power(secondLength), first) ^ second;
  }

  /** x to the power of eight times {@code bytes}. */
  private long power(long bytes) {
    long result = one;
    long square = one >>> 8;
    for (long rest = bytes; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        result = multiply(square, result);
      }
      square = multiply(square, square);
    }
    return result;
  }

  private long multiply(long a, long b) {
    long product = 0;
    long factor = b;
    for (long bit = one; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= factor;
        if ((a & (bit - 1)) == 0) {
          break;
        }
      }
      factor = (factor & 1) == 0 ? factor >>> 1 : (factor >>> 1) ^ polynomial;
    }
    return product;
  }
}
