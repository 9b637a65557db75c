package dev.bulwark.cryptography;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Random bytes for keys: of AWS-LC's generator (CTR_DRBG of NIST SP 800-90A) where it loads, else
 * of the platform's. The platform's takes 15 µs for 1 KiB and lets one thread in at a time,
 * AWS-LC's less than one.
 */
public final class RandomBytes {

  private static final SecureRandom SOURCE = source();

  private RandomBytes() {}

  private static SecureRandom source() {
    var fast = Providers.corretto();
    if (fast.isPresent()) {
      try {
        return SecureRandom.getInstance("LibCryptoRng", fast.get());
      } catch (NoSuchAlgorithmException e) {
        // A build of the provider without its generator: the platform's is as good, but slower.
      }
    }
    return new SecureRandom();
  }

  /** As many new random bytes. */
  public static byte[] of(int count) {
    var bytes = new byte[count];
    SOURCE.nextBytes(bytes);
    return bytes;
  }
}
