package dev.bulwark.identity.iam;

import dev.bulwark.base.Randomness;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Hashes passwords with Argon2id (RFC 9106), 19 MiB of memory and two passes as OWASP advises. A
 * hash says how it was made, so that this can change: hashes of earlier versions, by
 * PBKDF2-HMAC-SHA-512, are still understood.
 */
final class Passwords {
  private static final int ADVISED_KIBIBYTES = 19_456;
  private static final int PASSES = 2;
  private static final int BYTES = 32;
  private static final Pattern ARGON2ID =
      Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=1\\$([^$]+)\\$([^$]+)");
  private static final Pattern PBKDF2 =
      Pattern.compile("pbkdf2-sha512\\$(\\d{1,8})\\$([^$]+)\\$([^$]+)");

  /** Each hash takes its memory while it is made. */
  private static final Semaphore ROOM =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  private final int kibibytes;

  /** As is advised. */
  Passwords() {
    this(ADVISED_KIBIBYTES);
  }

  /** With another amount of memory for new hashes. */
  Passwords(int kibibytes) {
    this.kibibytes = kibibytes;
  }

  /** A salted hash in the PHC string format. */
  String hash(String password) {
    var salt = Randomness.bytes(16);
    var base64 = Base64.getEncoder().withoutPadding();
    return prefix()
        + base64.encodeToString(salt)
        + '$'
        + base64.encodeToString(argon2id(password, salt, kibibytes, PASSES));
  }

  /** A hash of which nobody knows the password: for those who have none. */
  String nobodys() {
    var base64 = Base64.getEncoder().withoutPadding();
    return prefix()
        + base64.encodeToString(Randomness.bytes(16))
        + '$'
        + base64.encodeToString(Randomness.bytes(BYTES));
  }

  private String prefix() {
    return "$argon2id$v=19$m=" + kibibytes + ",t=" + PASSES + ",p=1$";
  }

  /** Whether a hash is not made as new ones are. */
  boolean isOutdated(String hash) {
    return !hash.startsWith(prefix());
  }

  /** Whether a password is the one of that hash. */
  static boolean matches(String password, String hash) {
    var base64 = Base64.getDecoder();
    var argon2id = ARGON2ID.matcher(hash);
    if (argon2id.matches()) {
      return MessageDigest.isEqual(
          argon2id(
              password,
              base64.decode(argon2id.group(3)),
              Integer.parseInt(argon2id.group(1)),
              Integer.parseInt(argon2id.group(2))),
          base64.decode(argon2id.group(4)));
    }
    var pbkdf2 = PBKDF2.matcher(hash);
    if (pbkdf2.matches()) {
      return MessageDigest.isEqual(
          pbkdf2(password, base64.decode(pbkdf2.group(2)), Integer.parseInt(pbkdf2.group(1))),
          base64.decode(pbkdf2.group(3)));
    }
    throw new IllegalStateException("a password hash of an unknown kind");
  }

  private static byte[] argon2id(String password, byte[] salt, int kibibytes, int passes) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(kibibytes)
            .withIterations(passes)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    var hash = new byte[BYTES];
    ROOM.acquireUninterruptibly();
    try {
      generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    } finally {
      ROOM.release();
    }
    return hash;
  }

  private static byte[] pbkdf2(String password, byte[] salt, int rounds) {
    var spec = new PBEKeySpec(password.toCharArray(), salt, rounds, BYTES * 8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      spec.clearPassword();
    }
  }
}
