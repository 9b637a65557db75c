package dev.bulwark.server;

import dev.bulwark.base.Randomness;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The session tokens of IMDSv2: the time of their end under a MAC, whose key lives as long as the
 * process. So none has to be kept, however many are asked for.
 */
final class ImdsTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int NONCE = 8;
  private static final int CONTENT = Long.BYTES + NONCE;
  private static final int MAC = 24;
  private static final int LONGEST = 64;

  private final SecretKeySpec key = new SecretKeySpec(Randomness.bytes(32), ALGORITHM);

  /** A new token. */
  String issue(Instant now, Duration ttl) {
    var content =
        ByteBuffer.allocate(CONTENT)
            .putLong(now.plus(ttl).getEpochSecond())
            .put(Randomness.bytes(NONCE))
            .array();
    var token = ByteBuffer.allocate(CONTENT + MAC).put(content).put(mac(content)).array();
    return Base64.getUrlEncoder().encodeToString(token);
  }

  /** How many seconds a token is still good for; 0 where it is not one, or no longer. */
  long secondsLeft(String token, Instant now) {
    if (token.length() > LONGEST) {
      return 0;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      return 0;
    }
    if (bytes.length != CONTENT + MAC) {
      return 0;
    }
    var content = Arrays.copyOf(bytes, CONTENT);
    if (!MessageDigest.isEqual(mac(content), Arrays.copyOfRange(bytes, CONTENT, bytes.length))) {
      return 0;
    }
    return Math.max(0, ByteBuffer.wrap(content).getLong() - now.getEpochSecond());
  }

  private byte[] mac(byte[] content) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return Arrays.copyOf(mac.doFinal(content), MAC);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
