package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;

class CertificatesTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void anAuthorityVouchesForAServer() throws Exception {
    var authority =
        new Certificates.Issuer("CN=authority", Certificates.keyPair("EC", 256, RANDOM));
    var server = Certificates.keyPair("RSA", 2048, RANDOM);
    var from = Instant.parse("2026-01-01T00:00:00Z");
    var certificate =
        Certificates.issue(
            new Certificates.Content(
                "CN=server",
                server.getPublic(),
                from,
                from.plusSeconds(60),
                false,
                List.of("localhost", "*.localhost", "127.0.0.1", "::1")),
            authority,
            RANDOM);
    certificate.verify(authority.keys().getPublic());
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo(from.plusSeconds(60));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(List::getFirst, List::getLast)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, "localhost"),
            org.assertj.core.groups.Tuple.tuple(2, "*.localhost"),
            org.assertj.core.groups.Tuple.tuple(7, "127.0.0.1"),
            org.assertj.core.groups.Tuple.tuple(7, "0:0:0:0:0:0:0:1"));
  }

  @Test
  void privateKeysAreReadInEachFormOfPem() throws Exception {
    for (var pair :
        List.of(
            Certificates.keyPair("RSA", 2048, RANDOM), Certificates.keyPair("EC", 384, RANDOM))) {
      var encoded = pair.getPrivate().getEncoded();
      var algorithm = pair.getPrivate().getAlgorithm();
      var inner =
          PrivateKeyInfo.getInstance(encoded).parsePrivateKey().toASN1Primitive().getEncoded();
      for (var pem :
          List.of(
              Certificates.pem("PRIVATE KEY", encoded),
              algorithm.equals("RSA")
                  ? Certificates.pem("RSA PRIVATE KEY", inner)
                  : "# a note\n" + Certificates.pem("PRIVATE KEY", encoded))) {
        assertThat(Certificates.privateKey(pem).getEncoded()).isEqualTo(encoded);
      }
    }
    assertThatThrownBy(() -> Certificates.privateKey("nothing"))
        .isInstanceOf(CryptographyException.class);
    assertThatThrownBy(
            () -> Certificates.privateKey(Certificates.pem("PRIVATE KEY", new byte[] {1, 2, 3})))
        .isInstanceOf(CryptographyException.class);
  }
}
