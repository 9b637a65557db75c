package dev.bulwark.cryptography;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Keys from their numbers. */
final class TestKeys {
  private static final BigInteger F4 = BigInteger.valueOf(65537);

  private TestKeys() {}

  static KeyMaterial rsa(KeySpec spec, BigInteger p, BigInteger q) {
    var p1 = p.subtract(BigInteger.ONE);
    var q1 = q.subtract(BigInteger.ONE);
    var d = F4.modInverse(p1.multiply(q1));
    return imported(
        spec,
        new RSAPrivateCrtKeyParameters(
            p.multiply(q), F4, d, p, q, d.mod(p1), d.mod(q1), q.modInverse(p)));
  }

  static KeyMaterial elliptic(KeySpec spec, BigInteger d) {
    return imported(spec, new ECPrivateKeyParameters(d, domain(spec)));
  }

  /** The SubjectPublicKeyInfo of a point. */
  static byte[] point(KeySpec spec, BigInteger x, BigInteger y) {
    var domain = domain(spec);
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
              new ECPublicKeyParameters(domain.getCurve().createPoint(x, y), domain))
          .getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ECNamedDomainParameters domain(KeySpec spec) {
    X9ECParameters curve = ECNamedCurveTable.getByName(spec.javaName());
    return new ECNamedDomainParameters(ECNamedCurveTable.getOID(spec.javaName()), curve);
  }

  private static KeyMaterial imported(KeySpec spec, AsymmetricKeyParameter key) {
    try {
      return KeyMaterial.imported(
          spec, PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
