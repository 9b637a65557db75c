package dev.bulwark.cryptography;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/** Bytes under a symmetric key: nonce, cipher text, tag. For what the vault itself keeps. */
final class SealedBytes {
  private SealedBytes() {}

  static byte[] seal(SymmetricKey key, byte[] aad, byte[] plaintext, SecureRandom random) {
    var nonce = new byte[SymmetricKey.NONCE];
    random.nextBytes(nonce);
    var out = Arrays.copyOf(nonce, SymmetricKey.NONCE + plaintext.length + SymmetricKey.TAG);
    key.encrypt(nonce, new byte[][] {aad}, plaintext, out, SymmetricKey.NONCE);
    return out;
  }

  /**
   * What {@link #seal} was given.
   *
   * @throws CryptographyException INVALID_CIPHERTEXT
   */
  static byte[] open(SymmetricKey key, byte[] aad, byte[] sealed) {
    if (sealed.length < SymmetricKey.NONCE + SymmetricKey.TAG) {
      throw new CryptographyException(
          CryptographyException.Reason.INVALID_CIPHERTEXT, "no sealed bytes");
    }
    var nonce = Arrays.copyOf(sealed, SymmetricKey.NONCE);
    return key.decrypt(nonce, new byte[][] {aad}, sealed, SymmetricKey.NONCE);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
