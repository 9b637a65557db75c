package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** Computes public keys from imported private ones, and checks those on the way. */
final class PublicHalves {
  private static final BigInteger F4 = BigInteger.valueOf(65537);

  private PublicHalves() {}

  /**
   * The SubjectPublicKeyInfo that belongs to a PKCS #8 private key of that kind.
   *
   * @throws CryptographyException INVALID_KEY
   */
  static byte[] of(KeySpec spec, byte[] pkcs8) {
    try {
      var key = PrivateKeyFactory.createKey(PrivateKeyInfo.getInstance(pkcs8));
      var encoded =
          SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicHalf(spec, key))
              .getEncoded("DER");
      var shared = KeyMaterial.publicKey(spec, encoded);
      var secret = KeyMaterial.of(spec, pkcs8, null).privateKey();
      if (KeyMaterial.belongTogether(spec, secret, shared)) {
        return encoded;
      }
    } catch (IOException
        | java.security.GeneralSecurityException
        | IllegalArgumentException
        | ClassCastException
        | ArithmeticException
        | IllegalStateException e) {
      // Told below: bytes that are no key fail in as many ways as there are readers.
    }
    throw new CryptographyException(Reason.INVALID_KEY, "no private key of " + spec);
  }

  private static AsymmetricKeyParameter publicHalf(KeySpec spec, AsymmetricKeyParameter key) {
    return switch (key) {
      case RSAPrivateCrtKeyParameters rsa
          when spec.family() == KeySpec.Family.RSA
              && rsa.getModulus().bitLength() == spec.bits()
              && rsa.getPublicExponent().equals(F4) ->
          new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
      case ECPrivateKeyParameters ec
          when curveOf(ec) == spec.bits()
              && (spec.family() == KeySpec.Family.NIST_CURVE
                  || spec.family() == KeySpec.Family.SECG_CURVE) ->
          new ECPublicKeyParameters(
              new FixedPointCombMultiplier().multiply(ec.getParameters().getG(), ec.getD()),
              ec.getParameters());
      case Ed25519PrivateKeyParameters ed when spec.family() == KeySpec.Family.EDWARDS_CURVE ->
          ed.generatePublicKey();
      case MLDSAPrivateKeyParameters ml
          when ml.getParameters().getName().equalsIgnoreCase(spec.javaName()) ->
          ml.getPublicKeyParameters();
      default -> throw new CryptographyException(Reason.INVALID_KEY, "no private key of " + spec);
    };
  }

  /** The order of a curve's group, by which curves over fields of one size differ. */
  static BigInteger order(KeySpec spec) {
    return ECNamedCurveTable.getByName(spec.javaName()).getN();
  }

  private static int curveOf(ECKeyParameters key) {
    return key.getParameters().getCurve().getFieldSize();
  }
}
