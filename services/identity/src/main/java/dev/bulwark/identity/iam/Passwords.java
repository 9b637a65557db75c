package dev.bulwark.identity.iam;

import dev.bulwark.base.Randomness;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Hashes passwords with PBKDF2-HMAC-SHA-512 (RFC 8018), 210,000 rounds and 16 bytes of salt as
 * OWASP advises. A hash says with which algorithm and how many rounds it was made, so that both can
 * change.
 */
final class Passwords {
  private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
  private static final String PREFIX = "pbkdf2-sha512";
  private static final int ADVISED_ROUNDS = 210_000;
  private static final int BYTES = 32;

  private final int rounds;

  /** With as many rounds as is advised. */
  Passwords() {
    this(ADVISED_ROUNDS);
  }

  /** With another number of rounds for new hashes. */
  Passwords(int rounds) {
    this.rounds = rounds;
  }

  /** A salted hash: {@code pbkdf2-sha512$ROUNDS$SALT$HASH}, the last two in base64. */
  String hash(String password) {
    var salt = Randomness.bytes(16);
    var base64 = Base64.getEncoder();
    return PREFIX
        + '$'
        + rounds
        + '$'
        + base64.encodeToString(salt)
        + '$'
        + base64.encodeToString(derive(password, salt, rounds));
  }

  /** Whether a password is the one of that hash. */
  static boolean matches(String password, String hash) {
    var parts = hash.split("\\$");
    if (parts.length != 4 || !parts[0].equals(PREFIX)) {
      throw new IllegalStateException("a password hash of an unknown kind");
    }
    var base64 = Base64.getDecoder();
    return MessageDigest.isEqual(
        derive(password, base64.decode(parts[2]), Integer.parseInt(parts[1])),
        base64.decode(parts[3]));
  }

  private static byte[] derive(String password, byte[] salt, int rounds) {
    var spec = new PBEKeySpec(password.toCharArray(), salt, rounds, BYTES * 8);
    try {
      return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      spec.clearPassword();
    }
  }
}
