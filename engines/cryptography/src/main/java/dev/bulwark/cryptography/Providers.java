package dev.bulwark.cryptography;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/**
 * Which provider does what, as measured: the JDK for AES and HMAC; Amazon Corretto Crypto Provider,
 * where it loads, for RSA, the NIST curves and Ed25519 (4 to 50 times the JDK's rate) and for many
 * random bytes; Bouncy Castle for ML-DSA (1.3 times the JDK's rate, and as fast as any), for
 * secp256k1, which the JDK lacks, and for digests that are signed by PSS. None of them is
 * registered with the JVM: whoever wants one names it.
 */
final class Providers {
  private static final String ACCP =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  private static final System.Logger LOG = System.getLogger(Providers.class.getName());

  private Providers() {}

  /** Loaded with the first pair of keys, since it unpacks a native library. */
  private static final class Corretto {
    static final @Nullable Provider PROVIDER = load();

    private static @Nullable Provider load() {
      if (Boolean.getBoolean("bulwark.cryptography.jdk")) {
        return null;
      }
      try {
        // Without this the provider signs with Ed25519, but does not read such keys.
        System.setProperty(
            "com.amazon.corretto.crypto.provider.registerEdKeyFactory", Boolean.TRUE.toString());
        var provider = (Provider) Class.forName(ACCP).getField("INSTANCE").get(null);
        Signature.getInstance("SHA256withECDSA", provider);
        return provider;
      } catch (ReflectiveOperationException | GeneralSecurityException | LinkageError e) {
        LOG.log(System.Logger.Level.DEBUG, "the JDK signs, since there is no faster provider", e);
        return null;
      }
    }
  }

  private static final class BouncyCastle {
    static final Provider PROVIDER = new BouncyCastleProvider();
  }

  private static final class Jdk {
    static final Provider RSA = provider("SunRsaSign");
    static final Provider EC = provider("SunEC");
    static final Provider JCE = provider("SunJCE");
    static final Provider SUN = provider("SUN");

    private static Provider provider(String name) {
      var provider = Security.getProvider(name);
      if (provider == null) {
        throw new IllegalStateException("this Java has no provider " + name);
      }
      return provider;
    }
  }

  static Optional<Provider> corretto() {
    return Optional.ofNullable(Corretto.PROVIDER);
  }

  static Provider bouncyCastle() {
    return BouncyCastle.PROVIDER;
  }

  /** The provider of a pair's keys, signatures and agreements. */
  static Provider of(KeySpec spec) {
    var fast = Corretto.PROVIDER;
    return switch (spec.family()) {
      case RSA -> fast == null ? Jdk.RSA : fast;
      case NIST_CURVE, EDWARDS_CURVE -> fast == null ? Jdk.EC : fast;
      case SECG_CURVE -> bouncyCastle();
      case ML_DSA -> bouncyCastle();
      case SYMMETRIC, HMAC -> Jdk.JCE;
    };
  }

  static KeyFactory keyFactory(KeySpec spec) throws GeneralSecurityException {
    return KeyFactory.getInstance(keyAlgorithm(spec), of(spec));
  }

  /** A generator of pairs; ML-DSA's are the JDK's, whose encoding all others read. */
  static KeyPairGenerator generator(KeySpec spec) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(
        keyAlgorithm(spec), spec.family() == KeySpec.Family.ML_DSA ? Jdk.SUN : of(spec));
  }

  private static String keyAlgorithm(KeySpec spec) {
    return switch (spec.family()) {
      case RSA -> "RSA";
      case NIST_CURVE, SECG_CURVE -> "EC";
      case EDWARDS_CURVE -> "Ed25519";
      case ML_DSA -> spec.javaName();
      case SYMMETRIC, HMAC -> throw new IllegalArgumentException(spec + " is no pair");
    };
  }

  /** RSA's ciphers: the JDK has them in another provider than its signatures. */
  static Cipher rsaCipher(String transformation) throws GeneralSecurityException {
    var fast = Corretto.PROVIDER;
    return Cipher.getInstance(transformation, fast == null ? Jdk.JCE : fast);
  }

  static KeyAgreement keyAgreement(KeySpec spec) throws GeneralSecurityException {
    return KeyAgreement.getInstance("ECDH", of(spec));
  }
}
