package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.Certificates;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.CertificateRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A cluster's key with its signing request, and the certificates that stand for those of the
 * hardware and its maker at AWS. Those are made for each cluster, say that they are of software,
 * and their keys are forgotten at once.
 */
final class ClusterCertificates {
  private static final Duration VALID = Duration.ofDays(3650);
  private static final int RSA_BITS = 2048;
  private static final String MAKER = "CN=Bulwark software key store, OU=Not hardware, O=Bulwark";
  private static final String HOST = "CN=Bulwark installation, OU=Not hardware, O=Bulwark";

  private ClusterCertificates() {}

  /** What a cluster's first HSM brings. */
  record Made(CertificateRecord certificates, byte[] privateKey) {}

  static Made make(String clusterId, String hsmId, Instant now) {
    try {
      var cluster = pair("RSA", RSA_BITS);
      var maker = new Certificates.Issuer(MAKER, pair("EC", 256));
      var host = new Certificates.Issuer(HOST, pair("EC", 256));
      var name = "CN=" + clusterId + ", OU=" + hsmId + ", O=Bulwark";
      var csr =
          new JcaPKCS10CertificationRequestBuilder(new X500Name(name), cluster.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(cluster.getPrivate()));
      var made =
          new CertificateRecord(
              Certificates.pem("CERTIFICATE REQUEST", csr.getEncoded()),
              certificate(name, cluster.getPublic(), host, false, now),
              certificate(HOST, host.keys().getPublic(), maker, true, now),
              certificate(MAKER, maker.keys().getPublic(), maker, true, now),
              null,
              null);
      return new Made(made, cluster.getPrivate().getEncoded());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyPair pair(String algorithm, int bits) {
    return Certificates.keyPair(algorithm, bits, Randomness.secure());
  }

  private static String certificate(
      String subject, PublicKey key, Certificates.Issuer issuer, boolean authority, Instant now)
      throws GeneralSecurityException {
    var content =
        new Certificates.Content(
            subject, key, now.minus(Duration.ofHours(1)), now.plus(VALID), authority, List.of());
    return Certificates.pem(
        "CERTIFICATE", Certificates.issue(content, issuer, Randomness.secure()).getEncoded());
  }

  /**
   * The certificates of a claimed cluster.
   *
   * @throws dev.bulwark.schema.ApiException CloudHsmInvalidRequestException where the anchor is not
   *     self-signed and valid, has not signed the certificate, or that is of another key
   */
  static CertificateRecord claim(
      CertificateRecord unclaimed, String signed, String trustAnchor, Instant now) {
    var anchor = parse(trustAnchor, "TrustAnchor");
    var cluster = parse(signed, "SignedCert");
    verify(anchor, anchor.getPublicKey(), "The TrustAnchor is not a self-signed certificate.");
    verify(cluster, anchor.getPublicKey(), "The SignedCert was not signed by the TrustAnchor.");
    if (!cluster.getIssuerX500Principal().equals(anchor.getSubjectX500Principal())) {
      throw CloudHsmErrors.invalid("The issuer of the SignedCert is not the TrustAnchor.");
    }
    var own = parse(unclaimed.hsm(), "HsmCertificate").getPublicKey();
    if (!Arrays.equals(own.getEncoded(), cluster.getPublicKey().getEncoded())) {
      throw CloudHsmErrors.invalid(
          "The public key of the SignedCert is not that of the cluster's certificate signing request.");
    }
    requireValid(now, anchor, cluster);
    return new CertificateRecord(
        unclaimed.csr(),
        unclaimed.hsm(),
        unclaimed.hardware(),
        unclaimed.manufacturer(),
        signed,
        trustAnchor);
  }

  static void requireValid(Instant now, X509Certificate... certificates) {
    var when = Date.from(now);
    for (var one : certificates) {
      if (when.before(one.getNotBefore()) || when.after(one.getNotAfter())) {
        throw CloudHsmErrors.invalid("The certificates are not valid at this time.");
      }
    }
  }

  private static void verify(X509Certificate certificate, PublicKey key, String otherwise) {
    try {
      certificate.verify(key);
    } catch (GeneralSecurityException e) {
      throw CloudHsmErrors.invalid(otherwise);
    }
  }

  /**
   * Reads one certificate.
   *
   * @throws dev.bulwark.schema.ApiException CloudHsmInvalidRequestException
   */
  static X509Certificate parse(String pem, String name) {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
      if (found.size() == 1 && found.iterator().next() instanceof X509Certificate one) {
        return one;
      }
    } catch (GeneralSecurityException e) {
      throw CloudHsmErrors.invalid("The " + name + " is not a certificate in PEM format.");
    }
    throw CloudHsmErrors.invalid("The " + name + " is not one certificate in PEM format.");
  }
}
