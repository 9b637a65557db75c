package dev.bulwark.acceptance;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An authenticator app: shows the codes of a seed (RFC 6238). */
record Phone(String seed) {
  String code(Instant time) {
    var number = BigInteger.ONE;
    for (char c : seed.toCharArray()) {
      number =
          number.shiftLeft(5).or(BigInteger.valueOf("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c)));
    }
    // The one in front keeps leading zeros; it takes a byte of its own.
    var bytes = number.toByteArray();
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(Arrays.copyOfRange(bytes, 1, bytes.length), "HmacSHA1"));
      var hash =
          ByteBuffer.wrap(
              mac.doFinal(ByteBuffer.allocate(8).putLong(time.getEpochSecond() / 30).array()));
      return "%06d".formatted((hash.getInt(hash.get(19) & 15) & Integer.MAX_VALUE) % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
