package dev.bulwark.identity.iam;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-based one-time passwords (RFC 6238) as authenticator apps make them: HMAC-SHA-1, steps of 30
 * seconds, six digits.
 */
final class Totp {
  private static final int STEP_SECONDS = 30;
  private static final int MODULUS = 1_000_000;
  private static final Pattern CODE = Pattern.compile("[0-9]{6}");

  private Totp() {}

  /** The step in which a moment lies. */
  static long step(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), STEP_SECONDS);
  }

  /** The code of a step. */
  static String code(byte[] seed, long step) {
    return String.format(Locale.ROOT, "%06d", number(mac(seed), step));
  }

  private static Mac mac(byte[] seed) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(seed, "RAW"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int number(Mac mac, long step) {
    var hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    int offset = hash[hash.length - 1] & 0xf;
    return (ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff) % MODULUS;
  }

  /** The step of a code, from one step to another; empty where it is the code of none of them. */
  static OptionalLong find(byte[] seed, String code, long from, long to) {
    if (!CODE.matcher(code).matches()) {
      return OptionalLong.empty();
    }
    var mac = mac(seed);
    int number = Integer.parseInt(code);
    for (long step = from; step <= to; step++) {
      if (number(mac, step) == number) {
        return OptionalLong.of(step);
      }
    }
    return OptionalLong.empty();
  }

  /** The step of the second of two codes that follow each other; the newest where there are two. */
  static OptionalLong findPair(byte[] seed, String first, String second, long from, long to) {
    if (!CODE.matcher(first).matches() || !CODE.matcher(second).matches()) {
      return OptionalLong.empty();
    }
    var mac = mac(seed);
    int earlier = Integer.parseInt(first);
    int later = Integer.parseInt(second);
    for (long step = to; step >= from; step--) {
      if (number(mac, step) == earlier && number(mac, step + 1) == later) {
        return OptionalLong.of(step + 1);
      }
    }
    return OptionalLong.empty();
  }
}
