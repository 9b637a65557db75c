package dev.bulwark.identity.iam;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What people have on their phones: shows the code of a seed. */
public final class Authenticator {
  public static final Duration STEP = Duration.ofSeconds(30);

  private final byte[] seed;

  /**
   * @param base32 the seed as CreateVirtualMFADevice answers it
   */
  public Authenticator(String base32) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < base32.length(); i += 8) {
      var group = BigInteger.ZERO;
      for (char c : base32.substring(i, i + 8).toCharArray()) {
        group =
            group
                .shiftLeft(5)
                .or(BigInteger.valueOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c)));
      }
      bytes.write(ByteBuffer.allocate(8).putLong(group.longValueExact()).array(), 3, 5);
    }
    seed = bytes.toByteArray();
  }

  public String code(Instant time) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(seed, "HmacSHA1"));
      var counter = ByteBuffer.allocate(8).putLong(time.getEpochSecond() / 30).array();
      var hash = ByteBuffer.wrap(mac.doFinal(counter));
      int number = hash.getInt(hash.get(19) & 15) & Integer.MAX_VALUE;
      return "%06d".formatted(number % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A code that is wrong at any time near this one. */
  public String wrongCode(Instant time) {
    for (int number = 0; ; number++) {
      var code = "%06d".formatted(number);
      var wrong = true;
      for (int i = -300; i <= 300; i++) {
        wrong &= !code(time.plus(STEP.multipliedBy(i))).equals(code);
      }
      if (wrong) {
        return code;
      }
    }
  }
}
