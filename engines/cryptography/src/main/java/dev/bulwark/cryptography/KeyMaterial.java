package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The secret of a key: the raw bytes of a symmetric or HMAC key, the PKCS #8 encoding (RFC 5958) of
 * a private one. Whoever holds it closes it, which wipes the bytes; copies that the JVM or a
 * provider made in between are beyond reach.
 */
public final class KeyMaterial implements AutoCloseable {
  private final KeySpec spec;
  private final byte[] secret;
  private final byte @Nullable [] publicKey;

  private KeyMaterial(KeySpec spec, byte[] secret, byte @Nullable [] publicKey) {
    this.spec = spec;
    this.secret = secret;
    this.publicKey = publicKey;
  }

  /** New random material. RSA takes tenths of a second: see {@link KeyPool}. */
  public static KeyMaterial generate(KeySpec spec, SecureRandom random) {
    if (!spec.isPair()) {
      var secret = new byte[spec.secretBytes()];
      random.nextBytes(secret);
      return new KeyMaterial(spec, secret, null);
    }
    try {
      var generator = Providers.generator(spec);
      switch (spec.family()) {
        case RSA ->
            generator.initialize(
                new RSAKeyGenParameterSpec(spec.bits(), RSAKeyGenParameterSpec.F4));
        case NIST_CURVE, SECG_CURVE ->
            generator.initialize(new ECGenParameterSpec(spec.javaName()));
        default -> {}
      }
      var pair = generator.generateKeyPair();
      return new KeyMaterial(spec, pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make keys of " + spec, e);
    }
  }

  /**
   * Material that was kept, or comes from outside.
   *
   * @param secret becomes this object's own, to be wiped with it
   * @param publicKey the SubjectPublicKeyInfo (RFC 5280) of a pair; null for others
   */
  static KeyMaterial of(KeySpec spec, byte[] secret, byte @Nullable [] publicKey) {
    return new KeyMaterial(spec, secret, publicKey);
  }

  /**
   * Material from outside, which must be of that kind: the length of a secret, the modulus or curve
   * of a private key. A private key's public half is computed from it.
   *
   * @param secret becomes this object's own; wiped where it is refused
   * @throws CryptographyException INVALID_KEY
   */
  public static KeyMaterial imported(KeySpec spec, byte[] secret) {
    try {
      if (!spec.isPair()) {
        if (secret.length != spec.secretBytes()) {
          throw new CryptographyException(Reason.INVALID_KEY, "not as long as " + spec);
        }
        return new KeyMaterial(spec, secret, null);
      }
      if (spec.family() == KeySpec.Family.ML_DSA) {
        secret = MlDsaKeys.expanded(spec, secret);
      }
      return new KeyMaterial(spec, secret, PublicHalves.of(spec, secret));
    } catch (CryptographyException e) {
      Arrays.fill(secret, (byte) 0);
      throw e;
    }
  }

  public KeySpec spec() {
    return spec;
  }

  /** The SubjectPublicKeyInfo of a pair; null for others. */
  public byte @Nullable [] publicKey() {
    return publicKey == null ? null : publicKey.clone();
  }

  /** A copy of the secret, for the caller to wipe. */
  public byte[] copySecret() {
    return secret.clone();
  }

  byte[] secret() {
    return secret;
  }

  /**
   * The private key as the spec's provider knows it.
   *
   * @throws CryptographyException INVALID_KEY
   */
  PrivateKey privateKey() {
    try {
      return Providers.keyFactory(spec).generatePrivate(new PKCS8EncodedKeySpec(secret));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new CryptographyException(Reason.INVALID_KEY, "no private key of " + spec);
    }
  }

  /**
   * A public key of that kind.
   *
   * @throws CryptographyException INVALID_KEY where the bytes are none
   */
  static PublicKey publicKey(KeySpec spec, byte[] encoded) {
    try {
      var key = Providers.keyFactory(spec).generatePublic(new X509EncodedKeySpec(encoded));
      boolean fits =
          switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() == spec.bits();
            case ECPublicKey ec -> ec.getParams().getOrder().equals(PublicHalves.order(spec));
            default -> true;
          };
      if (fits) {
        return key;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Told below, in the same words: what exactly is wrong with foreign bytes helps nobody.
    }
    throw new CryptographyException(Reason.INVALID_KEY, "no public key of " + spec);
  }

  /** Whether a signature of the private key is one of the public key's. */
  static boolean belongTogether(KeySpec spec, PrivateKey secret, PublicKey shared)
      throws GeneralSecurityException {
    var algorithm = SigningAlgorithm.of(spec).getFirst().javaName();
    var signer = Signature.getInstance(algorithm, Providers.of(spec));
    signer.initSign(secret);
    var signature = signer.sign();
    var verifier = Signature.getInstance(algorithm, Providers.of(spec));
    verifier.initVerify(shared);
    return verifier.verify(signature);
  }

  @Override
  public void close() {
    Arrays.fill(secret, (byte) 0);
  }

  @Override
  public String toString() {
    return "KeyMaterial[" + spec + "]";
  }
}
