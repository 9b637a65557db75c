package dev.bulwark.cryptography;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/** Signatures by RSA keys that are not KMS's, by the fastest provider. Thread-safe. */
public final class RsaSignatures {
  private final PrivateKey key;

  private RsaSignatures(PrivateKey key) {
    this.key = key;
  }

  /**
   * Signatures by a key.
   *
   * @param pkcs8 the private key
   */
  public static RsaSignatures by(byte[] pkcs8) throws GeneralSecurityException {
    return new RsaSignatures(
        KeyFactory.getInstance("RSA", Providers.of(KeySpec.RSA_2048))
            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
  }

  /**
   * Signs a message.
   *
   * @param algorithm Java's name, as {@code SHA256withRSA}
   */
  public byte[] sign(byte[] message, String algorithm) throws GeneralSecurityException {
    var signature = Signature.getInstance(algorithm, Providers.of(KeySpec.RSA_2048));
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }
}
