package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A symmetric key, ready for use: AES-256-GCM under a key of its own for each ciphertext, which the
 * key-derivation function in counter mode with HMAC-SHA-256 (NIST SP 800-108) makes of a random
 * nonce of 128 bits. So no number of ciphertexts wears a key out, as it would with random
 * initialisation vectors under one GCM key. Safe for many threads.
 */
public final class SymmetricKey implements UsableKey {
  static final int NONCE = 16;
  static final int TAG = 16;

  /** What stands before the nonce where keys are derived: the counter, the label, and a zero. */
  private static final byte[] BEFORE_NONCE =
      "\0\0\0\1bulwark ciphertext 1\0".getBytes(StandardCharsets.US_ASCII);

  /** What stands behind it: the length of the key in bits. */
  private static final byte[] BEHIND_NONCE = {0, 0, 1, 0};

  private static final byte[] FINGERPRINT =
      "bulwark fingerprint 1".getBytes(StandardCharsets.US_ASCII);

  /** Each derived key encrypts once, so that the vector need not differ. */
  private static final GCMParameterSpec VECTOR = new GCMParameterSpec(8 * TAG, new byte[12]);

  /** Spare ones: few, since each holds its last key. */
  private static final ArrayBlockingQueue<Cipher> CIPHERS = new ArrayBlockingQueue<>(64);

  /** Never used itself: each use takes a clone, which saves setting up the key. */
  private final Mac keyed;

  private SymmetricKey(Mac keyed) {
    this.keyed = keyed;
  }

  static SymmetricKey of(KeyMaterial material) {
    return of(material.secret());
  }

  static SymmetricKey of(byte[] secret) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return new SymmetricKey(mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
    }
  }

  @Override
  public KeySpec spec() {
    return KeySpec.SYMMETRIC_DEFAULT;
  }

  /**
   * Encrypts into {@code out} from {@code at} on: cipher text and tag.
   *
   * @param nonce never the same twice
   */
  void encrypt(byte[] nonce, byte[][] aad, byte[] plaintext, byte[] out, int at) {
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, aad);
      cipher.doFinal(plaintext, 0, plaintext.length, out, at);
      CIPHERS.offer(cipher);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot encrypt", e);
    }
  }

  /**
   * Decrypts cipher text and tag.
   *
   * @throws CryptographyException INVALID_CIPHERTEXT where anything differs
   */
  byte[] decrypt(byte[] nonce, byte[][] aad, byte[] in, int at) {
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, nonce, aad);
      var plaintext = cipher.doFinal(in, at, in.length - at);
      CIPHERS.offer(cipher);
      return plaintext;
    } catch (GeneralSecurityException e) {
      throw new CryptographyException(Reason.INVALID_CIPHERTEXT, "not encrypted with this key");
    }
  }

  /** A number for some bytes that only this key makes, and that tells nothing of them. */
  byte[] fingerprint(byte[] bytes) {
    try {
      var mac = (Mac) keyed.clone();
      mac.update(FINGERPRINT);
      return mac.doFinal(bytes);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java cannot copy HMAC-SHA-256", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[][] aad) throws GeneralSecurityException {
    var derived = derive(nonce);
    try {
      var spare = CIPHERS.poll();
      var cipher = spare == null ? Cipher.getInstance("AES/GCM/NoPadding") : spare;
      cipher.init(mode, new SecretKeySpec(derived, "AES"), VECTOR);
      for (var part : aad) {
        cipher.updateAAD(part);
      }
      return cipher;
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  /** One block of the counter mode is as long as the key: {@code [1] label 00 nonce [256]}. */
  private byte[] derive(byte[] nonce) {
    try {
      var mac = (Mac) keyed.clone();
      mac.update(BEFORE_NONCE);
      mac.update(nonce);
      return mac.doFinal(BEHIND_NONCE);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java cannot copy HMAC-SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "SymmetricKey";
  }
}
