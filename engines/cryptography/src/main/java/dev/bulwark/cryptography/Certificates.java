package dev.bulwark.cryptography;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Makes X.509 certificates (RFC 5280); writes and reads PEM (RFC 7468). */
public final class Certificates {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final int SERIAL_BITS = 127;

  private Certificates() {}

  /**
   * What a certificate is to say.
   *
   * @param subject an X.500 name, such as {@code CN=localhost}
   * @param authority whether its key may sign certificates
   * @param names the DNS names and addresses of a server; empty for what is none
   */
  public record Content(
      String subject,
      PublicKey key,
      Instant from,
      Instant until,
      boolean authority,
      List<String> names) {}

  /**
   * Who signs.
   *
   * @param name its certificate's subject
   */
  public record Issuer(String name, KeyPair keys) {
    /** Whom a certificate is of, its name's parts in the order that they have there. */
    public static Issuer of(X509Certificate certificate, PrivateKey key) {
      return new Issuer(
          X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()).toString(),
          new KeyPair(certificate.getPublicKey(), key));
    }
  }

  /**
   * A new pair.
   *
   * @param bits of the modulus of {@code RSA}, of the NIST curve of {@code EC}
   */
  public static KeyPair keyPair(String algorithm, int bits, SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java makes no keys of " + algorithm, e);
    }
  }

  /** Makes a certificate. */
  public static X509Certificate issue(Content content, Issuer issuer, SecureRandom random) {
    var signer = issuer.keys().getPrivate();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(issuer.name()),
              new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1),
              Date.from(content.from()),
              Date.from(content.until()),
              new X500Name(content.subject()),
              content.key());
      extend(builder, content, issuer);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder(
                          signer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA")
                      .build(signer)));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this Java signs no certificates", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void extend(JcaX509v3CertificateBuilder builder, Content content, Issuer issuer)
      throws GeneralSecurityException, IOException {
    var identifiers = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(content.authority()))
        .addExtension(
            Extension.keyUsage,
            true,
            new KeyUsage(
                content.authority()
                    ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                    : KeyUsage.digitalSignature))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            identifiers.createSubjectKeyIdentifier(content.key()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            identifiers.createAuthorityKeyIdentifier(issuer.keys().getPublic()));
    if (!content.names().isEmpty()) {
      builder
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
          .addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(
                  content.names().stream()
                      .map(Certificates::generalName)
                      .toArray(GeneralName[]::new)));
    }
  }

  private static GeneralName generalName(String name) {
    return new GeneralName(
        ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  /**
   * In PEM.
   *
   * @param type for instance {@code CERTIFICATE}
   */
  public static String pem(String type, byte[] content) {
    var text = new StringWriter();
    try (var pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(type, content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * The private key of a text in PEM: in PKCS #8, PKCS #1 or SEC 1, unencrypted.
   *
   * @throws CryptographyException where there is none
   */
  public static PrivateKey privateKey(String pem) {
    try (var parser = new PEMParser(new StringReader(pem))) {
      for (var found = parser.readObject(); found != null; found = parser.readObject()) {
        if (found instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
        if (found instanceof PEMKeyPair pair) {
          return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new CryptographyException(
          CryptographyException.Reason.INVALID_KEY, "not a private key in PEM", e);
    }
    throw new CryptographyException(
        CryptographyException.Reason.INVALID_KEY, "no private key in PEM that is not encrypted");
  }
}
