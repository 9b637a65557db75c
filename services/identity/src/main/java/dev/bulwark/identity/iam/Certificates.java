package dev.bulwark.identity.iam;

import dev.bulwark.schema.ApiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** X.509 certificates and private keys in PEM, and whether they belong together. */
final class Certificates {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final byte[] PROBE = {1, 2, 3, 4, 5, 6, 7, 8};

  private Certificates() {}

  /** The one certificate of a text. */
  static X509Certificate one(String text) {
    var found = all(text);
    if (found.size() != 1) {
      throw CredentialErrors.malformedCertificate();
    }
    return found.getFirst();
  }

  /** The certificates of a text, one at least. */
  static List<X509Certificate> all(String text) {
    try {
      var certificates = new ArrayList<X509Certificate>();
      for (var block : Pem.read(text)) {
        if (!block.label().equals(CERTIFICATE)) {
          throw CredentialErrors.malformedCertificate();
        }
        certificates.add(parse(block.bytes()));
      }
      if (certificates.isEmpty()) {
        throw CredentialErrors.malformedCertificate();
      }
      return certificates;
    } catch (CertificateException | IllegalArgumentException e) {
      throw CredentialErrors.malformedCertificate();
    }
  }

  private static X509Certificate parse(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /**
   * Makes sure that a certificate is valid at that time.
   *
   * @param error makes the error of a message
   */
  static void checkValidity(
      X509Certificate certificate, Instant now, Function<String, ApiException> error) {
    try {
      certificate.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      throw error.apply(CredentialErrors.noLongerValid(certificate.getNotAfter()));
    } catch (CertificateNotYetValidException e) {
      throw error.apply(CredentialErrors.notYetValid(certificate.getNotBefore()));
    }
  }

  /** Makes sure that each certificate was issued by the next one. */
  static void checkChain(X509Certificate leaf, List<X509Certificate> chain) {
    var subject = leaf;
    for (int i = 0; i < chain.size(); i++) {
      if (!isIssuedBy(subject, chain.get(i))) {
        throw CredentialErrors.brokenChain(i - 1);
      }
      subject = chain.get(i);
    }
  }

  private static boolean isIssuedBy(X509Certificate subject, X509Certificate issuer) {
    try {
      subject.verify(issuer.getPublicKey());
      return subject.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Makes sure that a text holds the private key of a certificate, unencrypted. */
  static void checkKey(X509Certificate certificate, String text) {
    var info = privateKey(text);
    var algorithm = certificate.getPublicKey().getAlgorithm();
    if (!algorithm.equals(algorithm(info))) {
      throw CredentialErrors.keyPairMismatch();
    }
    try {
      var key =
          KeyFactory.getInstance(algorithm)
              .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
      if (!isPair(key, certificate)) {
        throw CredentialErrors.keyPairMismatch();
      }
    } catch (GeneralSecurityException | IOException e) {
      throw CredentialErrors.malformedPrivateKey();
    }
  }

  /** Whether what one signs the other verifies. */
  private static boolean isPair(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    var signature =
        Signature.getInstance(
            key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
    signature.initSign(key);
    signature.update(PROBE);
    var signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(PROBE);
    try {
      return signature.verify(signed);
    } catch (SignatureException e) {
      // Keys of another size or curve: the signature does not even have the form.
      return false;
    }
  }

  private static String algorithm(PrivateKeyInfo info) {
    var id = info.getPrivateKeyAlgorithm().getAlgorithm();
    if (id.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return "RSA";
    }
    if (id.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return "EC";
    }
    throw CredentialErrors.malformedPrivateKey();
  }

  /** A key in PKCS#8, PKCS#1 or SEC 1. */
  private static PrivateKeyInfo privateKey(String text) {
    try {
      for (var block : Pem.read(text)) {
        switch (block.label()) {
          case "PRIVATE KEY" -> {
            return PrivateKeyInfo.getInstance(block.bytes());
          }
          case "RSA PRIVATE KEY" -> {
            return new PrivateKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                RSAPrivateKey.getInstance(block.bytes()));
          }
          case "EC PRIVATE KEY" -> {
            var key = ECPrivateKey.getInstance(block.bytes());
            return new PrivateKeyInfo(
                new AlgorithmIdentifier(
                    X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                key);
          }
          case "EC PARAMETERS" -> {
            // Stands before the key where OpenSSL wrote it.
          }
          default -> throw CredentialErrors.malformedPrivateKey();
        }
      }
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      throw CredentialErrors.malformedPrivateKey();
    }
    throw CredentialErrors.malformedPrivateKey();
  }
}
