package dev.bulwark.hsm;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Public halves as SubjectPublicKeyInfo. */
final class PublicKeys {
  private PublicKeys() {}

  static byte[] encode(TokenSession session, long key, KeySpec spec) {
    try {
      return spec.kind() == KeySpec.Kind.RSA ? rsa(session, key) : ec(session, key, spec);
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("a token's public key cannot be encoded", e);
    }
  }

  private static byte[] rsa(TokenSession session, long key) throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePublic(
            new RSAPublicKeySpec(
                new BigInteger(1, session.read(key, Ck.MODULUS)),
                new BigInteger(1, session.read(key, Ck.PUBLIC_EXPONENT))))
        .getEncoded();
  }

  private static byte[] ec(TokenSession session, long key, KeySpec spec)
      throws java.io.IOException {
    var curve = ASN1ObjectIdentifier.getInstance(spec.curve());
    var point = ASN1OctetString.getInstance(session.read(key, Ck.EC_POINT)).getOctets();
    if (point.length != 1 + 2 * spec.bytes()) {
      throw new IllegalStateException("a point of another form");
    }
    return new SubjectPublicKeyInfo(
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), point)
        .getEncoded();
  }
}
