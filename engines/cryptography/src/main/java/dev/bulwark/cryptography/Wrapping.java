package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The forms in which key material travels to an import, by AWS's names.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys-get-public-key-and-token.html">Wrapping
 *     algorithms</a>
 */
public enum Wrapping {
  RSAES_OAEP_SHA_1(EncryptionAlgorithm.RSAES_OAEP_SHA_1, false),
  RSAES_OAEP_SHA_256(EncryptionAlgorithm.RSAES_OAEP_SHA_256, false),
  /** An AES key by OAEP, then the material under that key by AES-KWP (RFC 5649). */
  RSA_AES_KEY_WRAP_SHA_1(EncryptionAlgorithm.RSAES_OAEP_SHA_1, true),
  RSA_AES_KEY_WRAP_SHA_256(EncryptionAlgorithm.RSAES_OAEP_SHA_256, true);

  private final EncryptionAlgorithm oaep;
  private final boolean twoSteps;

  Wrapping(EncryptionAlgorithm oaep, boolean twoSteps) {
    this.oaep = oaep;
    this.twoSteps = twoSteps;
  }

  /** Whether material of that kind can come in this form under a wrapping key of that kind. */
  public boolean carries(KeySpec material, KeySpec wrappingKey) {
    if (twoSteps) {
      return switch (material.family()) {
        case RSA, NIST_CURVE, SECG_CURVE, EDWARDS_CURVE -> true;
        case SYMMETRIC, HMAC, ML_DSA -> false;
      };
    }
    // A private key of P-521 is longer than what OAEP takes under 2048 bits.
    return material.family() != KeySpec.Family.RSA
        && !(material == KeySpec.ECC_NIST_P521 && wrappingKey == KeySpec.RSA_2048);
  }

  /**
   * The material in the clear, for the caller to wipe.
   *
   * @throws CryptographyException INVALID_CIPHERTEXT
   */
  public byte[] unwrap(KeyPair wrappingKey, byte[] wrapped) {
    if (!twoSteps) {
      return wrappingKey.decrypt(oaep, wrapped);
    }
    int first = wrappingKey.spec().bits() / 8;
    if (wrapped.length <= first) {
      throw new CryptographyException(Reason.INVALID_CIPHERTEXT, "too short");
    }
    var aes = wrappingKey.decrypt(oaep, Arrays.copyOf(wrapped, first));
    try {
      var cipher = Cipher.getInstance("AES/KWP/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(aes, "AES"));
      return cipher.doFinal(wrapped, first, wrapped.length - first);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new CryptographyException(Reason.INVALID_CIPHERTEXT, "not wrapped with this key");
    } finally {
      Arrays.fill(aes, (byte) 0);
    }
  }
}
