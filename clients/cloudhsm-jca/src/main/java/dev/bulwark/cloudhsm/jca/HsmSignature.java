package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Operation;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Signatures. This process hashes, and the cluster signs the digest. What takes the public key
 * alone, the JDK verifies.
 */
final class HsmSignature extends SignatureSpi {
  /** An algorithm's name for JCA and for the cluster. */
  enum Scheme {
    ECDSA("withECDSA", "SunEC"),
    RSA_PKCS1("withRSA", "SunRsaSign"),
    RSA_PSS("", "SunRsaSign");

    private final String suffix;
    private final String verifier;

    Scheme(String suffix, String verifier) {
      this.suffix = suffix;
      this.verifier = verifier;
    }
  }

  static final String PSS = "RSASSA-PSS";

  private final Scheme scheme;
  private int bits;
  private @Nullable HsmKey key;
  private @Nullable MessageDigest digest;
  private @Nullable Signature verifier;
  private boolean chosen;

  /**
   * A signature.
   *
   * @param bits of the hash function; RSASSA-PSS learns it from its parameters
   */
  HsmSignature(Scheme scheme, int bits) {
    this.scheme = scheme;
    this.bits = bits;
    this.chosen = scheme != Scheme.RSA_PSS;
  }

  @Override
  protected void engineInitSign(PrivateKey given) throws InvalidKeyException {
    key =
        scheme == Scheme.ECDSA
            ? HsmKeys.own(given, HsmKey.EcPrivate.class)
            : HsmKeys.own(given, HsmKey.RsaPrivate.class);
    verifier = null;
    digest = null;
  }

  @Override
  protected void engineInitVerify(PublicKey given) throws InvalidKeyException {
    key = null;
    try {
      var made =
          Signature.getInstance(
              scheme == Scheme.RSA_PSS ? PSS : "SHA" + bits + scheme.suffix, scheme.verifier);
      if (scheme == Scheme.RSA_PSS && chosen) {
        made.setParameter(pss());
      }
      made.initVerify(given);
      verifier = made;
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException(e);
    }
  }

  private PSSParameterSpec pss() {
    return new PSSParameterSpec(
        "SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1);
  }

  @Override
  protected void engineUpdate(byte one) throws SignatureException {
    engineUpdate(new byte[] {one}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int from, int length) throws SignatureException {
    if (verifier != null) {
      verifier.update(bytes, from, length);
    } else {
      digest().update(bytes, from, length);
    }
  }

  private MessageDigest digest() throws SignatureException {
    if (!chosen) {
      throw new SignatureException("RSASSA-PSS needs parameters: setParameter comes first");
    }
    var own = digest;
    if (own == null) {
      try {
        own = MessageDigest.getInstance("SHA-" + bits);
      } catch (NoSuchAlgorithmException e) {
        throw new SignatureException(e);
      }
      digest = own;
    }
    return own;
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    var own = key;
    if (own == null) {
      throw new SignatureException("the signature was not initialized to sign");
    }
    try {
      var signature =
          own.cluster()
              .ask(Operation.SIGN, own.name(), scheme, "SHA_" + bits, digest().digest())
              .fields()
              .getFirst();
      return scheme == Scheme.ECDSA ? EcdsaDer.encode(signature) : signature;
    } catch (CloudHsmException e) {
      throw new SignatureException(e);
    }
  }

  @Override
  protected boolean engineVerify(byte[] signature) throws SignatureException {
    if (verifier == null) {
      throw new SignatureException("the signature was not initialized to verify");
    }
    return verifier.verify(signature);
  }

  @Override
  protected void engineSetParameter(@Nullable AlgorithmParameterSpec spec)
      throws InvalidAlgorithmParameterException {
    if (scheme != Scheme.RSA_PSS) {
      if (spec != null && scheme == Scheme.RSA_PKCS1) {
        throw new InvalidAlgorithmParameterException("RSA takes no parameters here");
      }
      return;
    }
    if (!(spec instanceof PSSParameterSpec given)
        || !given.getDigestAlgorithm().matches("SHA-(256|384|512)")
        || !(given.getMGFParameters() instanceof MGF1ParameterSpec mgf)
        || !mgf.getDigestAlgorithm().equals(given.getDigestAlgorithm())
        || given.getSaltLength() * 8 != bits(given)
        || given.getTrailerField() != 1) {
      throw new InvalidAlgorithmParameterException(
          "a PSSParameterSpec is needed with SHA-256, SHA-384 or SHA-512, MGF1 with the same, and a salt as long as that");
    }
    bits = bits(given);
    chosen = true;
    digest = null;
    if (verifier != null) {
      verifier.setParameter(spec);
    }
  }

  private static int bits(PSSParameterSpec spec) {
    return Integer.parseInt(spec.getDigestAlgorithm().substring("SHA-".length()));
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    if (scheme != Scheme.RSA_PSS || !chosen) {
      return null;
    }
    try {
      var parameters = AlgorithmParameters.getInstance(PSS);
      parameters.init(pss());
      return parameters;
    } catch (GeneralSecurityException e) {
      throw new ProviderException(e);
    }
  }

  @Override
  @Deprecated
  protected void engineSetParameter(String name, Object value) {
    throw new InvalidParameterException("use an AlgorithmParameterSpec");
  }

  @Override
  @Deprecated
  protected Object engineGetParameter(String name) {
    throw new InvalidParameterException("use getParameters");
  }
}
