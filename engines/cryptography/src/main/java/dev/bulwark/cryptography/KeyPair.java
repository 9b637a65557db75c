package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import dev.bulwark.cryptography.SigningAlgorithm.Input;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.jspecify.annotations.Nullable;

/** A pair of keys, ready for use. Safe for many threads. */
public final class KeyPair implements UsableKey {

  /** What precedes a digest in RSASSA-PKCS1-v1_5 (RFC 8017, section 9.2, notes). */
  private static final Map<String, byte[]> DIGEST_INFO =
      Map.of(
          "SHA-256", prefix(1, 32),
          "SHA-384", prefix(2, 48),
          "SHA-512", prefix(3, 64));

  private final KeySpec spec;
  private final PrivateKey secret;
  private final PublicKey shared;
  private final @Nullable ExternalMu externalMu;

  private KeyPair(
      KeySpec spec, PrivateKey secret, PublicKey shared, @Nullable ExternalMu externalMu) {
    this.spec = spec;
    this.secret = secret;
    this.shared = shared;
    this.externalMu = externalMu;
  }

  /** The pair of some material, which may be closed afterwards. */
  public static KeyPair of(KeyMaterial material) {
    var encoded = material.publicKey();
    if (encoded == null) {
      throw new IllegalArgumentException(material.spec() + " is no pair");
    }
    var spec = material.spec();
    return new KeyPair(
        spec,
        material.privateKey(),
        KeyMaterial.publicKey(spec, encoded),
        spec.family() == KeySpec.Family.ML_DSA ? ExternalMu.of(material.secret(), encoded) : null);
  }

  private static byte[] prefix(int hash, int length) {
    return new byte[] {
      0x30,
      (byte) (17 + length),
      0x30,
      0x0d,
      0x06,
      0x09,
      0x60,
      (byte) 0x86,
      0x48,
      0x01,
      0x65,
      0x03,
      0x04,
      0x02,
      (byte) hash,
      0x05,
      0x00,
      0x04,
      (byte) length
    };
  }

  @Override
  public KeySpec spec() {
    return spec;
  }

  /** Signs. The lengths of digests and whether algorithm and input fit is the caller's to check. */
  public byte[] sign(SigningAlgorithm algorithm, Input input, byte[] message) {
    try {
      if (input == Input.EXTERNAL_MU) {
        return externalMu().sign(message);
      }
      if (input == Input.DIGEST && isPkcs1(algorithm)) {
        var cipher = Providers.rsaCipher("RSA/ECB/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, secret);
        return cipher.doFinal(paddedDigest(algorithm, message));
      }
      var signature = signature(algorithm, input);
      signature.initSign(secret);
      if (algorithm.isPss()) {
        signature.setParameter(pss(algorithm));
      }
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot sign with " + algorithm, e);
    }
  }

  /** Whether the signature is one of this key over that message. */
  public boolean verify(SigningAlgorithm algorithm, Input input, byte[] message, byte[] signature) {
    try {
      if (input == Input.EXTERNAL_MU) {
        return externalMu().verify(message, signature);
      }
      if (input == Input.DIGEST && isPkcs1(algorithm)) {
        if (signature.length != spec.bits() / 8) {
          return false;
        }
        var cipher = Providers.rsaCipher("RSA/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, shared);
        return MessageDigest.isEqual(cipher.doFinal(signature), paddedDigest(algorithm, message));
      }
      var verifier = signature(algorithm, input);
      verifier.initVerify(shared);
      if (algorithm.isPss()) {
        verifier.setParameter(pss(algorithm));
      }
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Providers throw at signatures that are no signatures at all.
      return false;
    }
  }

  private Signature signature(SigningAlgorithm algorithm, Input input)
      throws GeneralSecurityException {
    var provider = Providers.of(spec);
    return switch (spec.family()) {
      case RSA ->
          algorithm.isPss() && input == Input.DIGEST
              ? Signature.getInstance("NONEwithRSASSA-PSS", Providers.bouncyCastle())
              : Signature.getInstance(algorithm.javaName(), provider);
      case NIST_CURVE, SECG_CURVE ->
          Signature.getInstance(
              input == Input.DIGEST ? "NONEwithECDSA" : algorithm.javaName(), provider);
      case EDWARDS_CURVE -> edwards(algorithm);
      default -> Signature.getInstance(algorithm.javaName(), provider);
    };
  }

  /** With the pre-hashed variant the digest is itself the message that is hashed. */
  private static Signature edwards(SigningAlgorithm algorithm) throws GeneralSecurityException {
    var provider = Providers.of(KeySpec.ECC_NIST_EDWARDS25519);
    if (algorithm != SigningAlgorithm.ED25519_PH_SHA_512) {
      return Signature.getInstance("Ed25519", provider);
    }
    if (Providers.corretto().isPresent()) {
      return Signature.getInstance("Ed25519ph", provider);
    }
    var signature = Signature.getInstance("Ed25519", provider);
    signature.setParameter(new EdDSAParameterSpec(true));
    return signature;
  }

  private static boolean isPkcs1(SigningAlgorithm algorithm) {
    return algorithm.name().startsWith("RSASSA_PKCS1");
  }

  private static PSSParameterSpec pss(SigningAlgorithm algorithm) {
    return new PSSParameterSpec(
        algorithm.hash(),
        "MGF1",
        new MGF1ParameterSpec(algorithm.hash()),
        algorithm.digestBytes(),
        PSSParameterSpec.TRAILER_FIELD_BC);
  }

  /** EMSA-PKCS1-v1_5 of RFC 8017, section 9.2: {@code 00 01 FF … FF 00} and the digest's info. */
  private byte[] paddedDigest(SigningAlgorithm algorithm, byte[] digest) {
    var prefix = DIGEST_INFO.get(algorithm.hash());
    if (prefix == null) {
      throw new IllegalArgumentException(algorithm + " is not of PKCS #1");
    }
    var padded = new byte[spec.bits() / 8];
    java.util.Arrays.fill(padded, (byte) 0xff);
    padded[0] = 0;
    padded[1] = 1;
    int from = padded.length - digest.length - prefix.length;
    padded[from - 1] = 0;
    System.arraycopy(prefix, 0, padded, from, prefix.length);
    System.arraycopy(digest, 0, padded, from + prefix.length, digest.length);
    return padded;
  }

  private ExternalMu externalMu() {
    if (externalMu == null) {
      throw new IllegalArgumentException(spec + " has no message representative");
    }
    return externalMu;
  }

  /** Encrypts by OAEP. */
  public byte[] encrypt(EncryptionAlgorithm algorithm, byte[] plaintext) {
    try {
      return oaep(algorithm, Cipher.ENCRYPT_MODE).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot encrypt with " + algorithm, e);
    }
  }

  /**
   * Decrypts what {@link #encrypt} made, here or elsewhere.
   *
   * @throws CryptographyException INVALID_CIPHERTEXT
   */
  public byte[] decrypt(EncryptionAlgorithm algorithm, byte[] ciphertext) {
    try {
      return oaep(algorithm, Cipher.DECRYPT_MODE).doFinal(ciphertext);
    } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException e) {
      throw new CryptographyException(Reason.INVALID_CIPHERTEXT, "not encrypted with this key");
    }
  }

  private Cipher oaep(EncryptionAlgorithm algorithm, int mode) throws GeneralSecurityException {
    var cipher = Providers.rsaCipher("RSA/ECB/OAEPPadding");
    var parameters =
        new OAEPParameterSpec(
            algorithm.hash(),
            "MGF1",
            new MGF1ParameterSpec(algorithm.hash()),
            PSource.PSpecified.DEFAULT);
    cipher.init(mode, mode == Cipher.ENCRYPT_MODE ? shared : secret, parameters);
    return cipher;
  }

  /**
   * The secret that this key shares with another one of its curve (NIST SP 800-56A, section
   * 5.7.1.2), as it is.
   *
   * @param peer a SubjectPublicKeyInfo
   * @throws CryptographyException INVALID_KEY where that is no point of this key's curve
   */
  public byte[] agree(byte[] peer) {
    var other = KeyMaterial.publicKey(spec, peer);
    try {
      var agreement = Providers.keyAgreement(spec);
      agreement.init(secret);
      agreement.doPhase(other, true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException | IllegalStateException e) {
      throw new CryptographyException(Reason.INVALID_KEY, "no public key of " + spec);
    }
  }

  @Override
  public String toString() {
    return "KeyPair[" + spec + "]";
  }
}
