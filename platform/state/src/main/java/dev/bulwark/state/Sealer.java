package dev.bulwark.state;

import dev.bulwark.base.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets before they reach the store: AES-256-GCM (NIST SP 800-38D) with a key for each
 * purpose, derived from the root key by HKDF-SHA-256 (RFC 5869).
 *
 * <p>Sealed bytes: format (1 byte, 1), root key number (1 byte), nonce (12), cipher text, tag (16).
 * The first two are authenticated too. Safe for many threads.
 */
public final class Sealer {

  /** By how much sealed bytes are longer than what they hold. */
  public static final int OVERHEAD = 2 + 12 + 16;

  private static final byte FORMAT = 1;
  private static final byte ROOT_KEY_NUMBER = 1;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final byte[] SALT = "bulwark sealer 1".getBytes(StandardCharsets.US_ASCII);
  private static final String CHECK_PURPOSE = "root key check";
  private static final byte[] CHECK = "bulwark".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = {};

  private final SecretKey root;
  private final Map<String, SecretKey> keys = new ConcurrentHashMap<>();

  /** Spare ones: few, since each holds its last key. */
  private final ArrayBlockingQueue<Cipher> ciphers = new ArrayBlockingQueue<>(64);

  private Sealer(byte[] root) {
    this.root = new SecretKeySpec(root, "HKDF");
  }

  /**
   * The sealer of a data folder, with the root key that the environment names, else the folder's
   * own.
   */
  public static Sealer open(Path dataDir) {
    return open(dataDir, System.getenv());
  }

  /**
   * The sealer of a data folder. The first one makes the root key where none is given, and a check
   * value that tells its key from others.
   *
   * @param environment where BULWARK_ROOT_KEY and BULWARK_ROOT_KEY_FILE are looked up
   * @throws StoreException if the root key is missing, unsafe, no key, or not this folder's, with a
   *     message for the person who started the program
   */
  public static Sealer open(Path dataDir, Map<String, String> environment) {
    var checkFile = dataDir.resolve("root.check");
    boolean first = !Files.exists(checkFile);
    var sealer = new Sealer(RootKey.find(dataDir, environment, first));
    try {
      if (first) {
        RootKey.writeAtomically(dataDir, checkFile, sealer.seal(CHECK_PURPOSE, CHECK, NOTHING));
      } else {
        sealer.open(CHECK_PURPOSE, Files.readAllBytes(checkFile), NOTHING);
      }
    } catch (IOException e) {
      throw DataFolder.translate("The root key check " + checkFile + " cannot be used", e, "");
    } catch (SealException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "The root key does not match the data folder %s: its secrets were sealed with another one. Give that one in %s, %s or %s"
              .formatted(
                  dataDir, RootKey.VARIABLE, RootKey.FILE_VARIABLE, dataDir.resolve("root.key")),
          e);
    }
    return sealer;
  }

  /** A sealer whose root key is forgotten with it, for tests and ephemeral stores. */
  public static Sealer ephemeral() {
    return new Sealer(Randomness.bytes(RootKey.LENGTH));
  }

  /**
   * Seals bytes.
   *
   * @param purpose what kind of secret this is, {@code iam/secret-access-key}; a fixed set of
   *     names, since each gets a key that is kept
   * @param aad what the secret belongs to (a key id, an ARN), so that it cannot be moved elsewhere
   */
  public byte[] seal(String purpose, byte[] plaintext, byte[] aad) {
    var sealed = new byte[plaintext.length + OVERHEAD];
    sealed[0] = FORMAT;
    sealed[1] = ROOT_KEY_NUMBER;
    var nonce = Randomness.bytes(NONCE);
    System.arraycopy(nonce, 0, sealed, 2, NONCE);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, purpose, sealed);
      cipher.updateAAD(sealed, 0, 2);
      cipher.updateAAD(aad);
      cipher.doFinal(plaintext, 0, plaintext.length, sealed, 2 + NONCE);
      ciphers.offer(cipher);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot seal", e);
    }
  }

  /**
   * Opens what {@link #seal} returned for the same purpose and associated data.
   *
   * @throws SealException if anything differs
   */
  public byte[] open(String purpose, byte[] sealed, byte[] aad) {
    if (sealed.length < OVERHEAD || sealed[0] != FORMAT || sealed[1] != ROOT_KEY_NUMBER) {
      throw new SealException("These are no sealed bytes");
    }
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, purpose, sealed);
      cipher.updateAAD(sealed, 0, 2);
      cipher.updateAAD(aad);
      var plaintext = cipher.doFinal(sealed, 2 + NONCE, sealed.length - 2 - NONCE);
      ciphers.offer(cipher);
      return plaintext;
    } catch (AEADBadTagException e) {
      throw new SealException("The sealed bytes, or what they belong to, have been changed");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot open seals", e);
    }
  }

  /** {@link #seal} for text, bound to {@code belongsTo}. */
  public byte[] sealText(String purpose, String text, String belongsTo) {
    return seal(purpose, utf8(text), utf8(belongsTo));
  }

  /** {@link #open} for {@link #sealText}. */
  public String openText(String purpose, byte[] sealed, String belongsTo) {
    return new String(open(purpose, sealed, utf8(belongsTo)), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Cipher cipher(int mode, String purpose, byte[] sealed) throws GeneralSecurityException {
    var key = keys.get(purpose);
    if (key == null) {
      key = keys.computeIfAbsent(purpose, this::derive);
    }
    var spare = ciphers.poll();
    var cipher = spare != null ? spare : Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, sealed, 2, NONCE));
    return cipher;
  }

  private SecretKey derive(String purpose) {
    try {
      var name = utf8(purpose);
      var info = ByteBuffer.allocate(name.length + 1).put(ROOT_KEY_NUMBER).put(name).array();
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES", HKDFParameterSpec.ofExtract().addIKM(root).addSalt(SALT).thenExpand(info, 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HKDF", e);
    }
  }
}
