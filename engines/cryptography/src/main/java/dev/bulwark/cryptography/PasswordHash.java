package dev.bulwark.cryptography;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Hashes passwords with Argon2id (RFC 9106), 19 MiB of memory and two passes as OWASP advises. A
 * hash says how it was made.
 */
public final class PasswordHash {
  private static final String PREFIX = "argon2id";
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int SALT = 16;
  private static final int BYTES = 32;

  /** The hash of no password: to compare with costs as much as with another. */
  public static final String OF_NOBODY = text(MEMORY_KIB, PASSES, new byte[SALT], new byte[BYTES]);

  private PasswordHash() {}

  /** A salted hash: {@code argon2id$KIB$PASSES$SALT$HASH}, the last two in base64. */
  public static String make(String password, SecureRandom random) {
    var salt = new byte[SALT];
    random.nextBytes(salt);
    return text(MEMORY_KIB, PASSES, salt, derive(password, salt, MEMORY_KIB, PASSES));
  }

  private static String text(int memory, int passes, byte[] salt, byte[] hash) {
    var base64 = Base64.getEncoder();
    return String.join(
        "$",
        PREFIX,
        Integer.toString(memory),
        Integer.toString(passes),
        base64.encodeToString(salt),
        base64.encodeToString(hash));
  }

  /** Whether a password is the one of that hash. */
  public static boolean matches(String password, String hash) {
    var parts = hash.split("\\$");
    if (parts.length != 5 || !parts[0].equals(PREFIX)) {
      throw new IllegalStateException("a password hash of an unknown kind");
    }
    var base64 = Base64.getDecoder();
    var derived =
        derive(
            password,
            base64.decode(parts[3]),
            Integer.parseInt(parts[1]),
            Integer.parseInt(parts[2]));
    return MessageDigest.isEqual(derived, base64.decode(parts[4]));
  }

  private static byte[] derive(String password, byte[] salt, int memory, int passes) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    var hash = new byte[BYTES];
    generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    return hash;
  }
}
