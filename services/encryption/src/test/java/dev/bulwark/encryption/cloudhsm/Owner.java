package dev.bulwark.encryption.cloudhsm;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** Who claims a cluster: a certificate authority of their own. */
public final class Owner {
  private static final X500Name NAME = new X500Name("CN=owner");

  private final KeyPair key;
  private final Instant now;
  final String certificate;

  Owner(Instant now) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    key = generator.generateKeyPair();
    this.now = now;
    certificate = certificate(NAME, SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()));
  }

  /** Signs a request for a certificate. */
  String sign(String csr) throws Exception {
    try (var pem = new PemReader(new StringReader(csr))) {
      var request = new PKCS10CertificationRequest(pem.readPemObject().getContent());
      return certificate(request.getSubject(), request.getSubjectPublicKeyInfo());
    }
  }

  /** A certificate of somebody's key. */
  X509Certificate certify(String name, PublicKey publicKey) throws Exception {
    return certify(name, publicKey, 100);
  }

  /** One whose time was over an hour ago. */
  X509Certificate expired(String name, PublicKey publicKey) throws Exception {
    return certify(name, publicKey, 0);
  }

  private X509Certificate certify(String name, PublicKey publicKey, int days) throws Exception {
    return parse(
        certificate(
            new X500Name("CN=" + name),
            SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()),
            now.minus(Duration.ofHours(1)).plus(Duration.ofDays(days))));
  }

  X509Certificate parsed() throws Exception {
    return parse(certificate);
  }

  private static X509Certificate parse(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes("US-ASCII")));
  }

  private String certificate(X500Name subject, SubjectPublicKeyInfo publicKey) throws Exception {
    return certificate(subject, publicKey, now.plus(Duration.ofDays(100)));
  }

  private String certificate(X500Name subject, SubjectPublicKeyInfo publicKey, Instant until)
      throws Exception {
    var made =
        new X509v3CertificateBuilder(
                NAME,
                new BigInteger(64, new SecureRandom()),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(until),
                subject,
                publicKey)
            .addExtension(
                Extension.basicConstraints, true, new BasicConstraints(subject.equals(NAME)))
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()));
    var text = new StringWriter();
    try (var pem = new PemWriter(text)) {
      pem.writeObject(new PemObject("CERTIFICATE", made.getEncoded()));
    }
    return text.toString();
  }
}
