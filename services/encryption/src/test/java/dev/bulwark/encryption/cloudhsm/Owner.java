package dev.bulwark.encryption.cloudhsm;

import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** Who claims a cluster: a certificate authority of their own. */
final class Owner {
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

  private String certificate(X500Name subject, SubjectPublicKeyInfo publicKey) throws Exception {
    var made =
        new X509v3CertificateBuilder(
                NAME,
                BigInteger.ONE,
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(Duration.ofDays(100))),
                subject,
                publicKey)
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()));
    var text = new StringWriter();
    try (var pem = new PemWriter(text)) {
      pem.writeObject(new PemObject("CERTIFICATE", made.getEncoded()));
    }
    return text.toString();
  }
}
