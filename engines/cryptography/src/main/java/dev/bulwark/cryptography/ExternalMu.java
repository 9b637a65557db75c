package dev.bulwark.cryptography;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/**
 * ML-DSA over a message representative that the caller computed (FIPS 204, section 6.2), which the
 * JDK does not offer.
 */
final class ExternalMu {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final MLDSAPrivateKeyParameters secret;
  private final MLDSAPublicKeyParameters shared;

  private ExternalMu(MLDSAPrivateKeyParameters secret, MLDSAPublicKeyParameters shared) {
    this.secret = secret;
    this.shared = shared;
  }

  static ExternalMu of(byte[] pkcs8, byte[] publicKey) {
    try {
      return new ExternalMu(
          (MLDSAPrivateKeyParameters) PrivateKeyFactory.createKey(pkcs8),
          (MLDSAPublicKeyParameters) PublicKeyFactory.createKey(publicKey));
    } catch (IOException e) {
      throw new IllegalStateException("an ML-DSA key that cannot be read", e);
    }
  }

  byte[] sign(byte[] mu) {
    var signer = new MLDSASigner();
    signer.init(true, new ParametersWithRandom(secret, RANDOM));
    try {
      return signer.generateMuSignature(mu);
    } catch (CryptoException e) {
      throw new IllegalStateException("an ML-DSA key that does not sign", e);
    }
  }

  boolean verify(byte[] mu, byte[] signature) {
    var signer = new MLDSASigner();
    signer.init(false, shared);
    return signer.verifyMuSignature(mu, signature);
  }
}
