package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.DuplicateCertificateException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.InvalidCertificateException;
import software.amazon.awssdk.services.iam.model.KeyPairMismatchException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.MalformedCertificateException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.SigningCertificate;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.iam.model.SummaryKeyType;
import software.amazon.awssdk.services.iam.model.Tag;

final class CertificatesTest {
  private static final String CHAIN_BROKEN =
      "Unable to validate certificate chain. The certificate chain must start with the immediate signing"
          + " certificate, followed by any intermediaries in order. The index within the chain of the"
          + " invalid certificate is: ";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private String sign(String user, String file) {
    return iam.uploadSigningCertificate(r -> r.userName(user).certificateBody(Files.text(file)))
        .certificate()
        .certificateId();
  }

  @Test
  void aUserHasTwoSigningCertificates() {
    iam.createUser(r -> r.userName("Bob"));
    iam.createUser(r -> r.userName("Ann"));
    var id = sign("Bob", "leaf.pem");
    assertThat(id).matches("[A-Z2-7]{32}");
    assertThatThrownBy(() -> sign("Ann", "leaf.pem"))
        .isInstanceOf(DuplicateCertificateException.class);
    sign("Bob", "mid.pem");
    assertThatThrownBy(() -> sign("Bob", "root.pem"))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(e -> assertMessage(e, "Cannot exceed quota for SigningCertificatesPerUser: 2"));
    iam.updateSigningCertificate(
        r -> r.userName("Bob").certificateId(id).status(StatusType.INACTIVE));
    assertThat(iam.listSigningCertificates(r -> r.userName("Bob")).certificates())
        .hasSize(2)
        .filteredOn(c -> c.certificateId().equals(id))
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.status()).isEqualTo(StatusType.INACTIVE);
              assertThat(c.certificateBody()).isEqualTo(Files.text("leaf.pem"));
              assertThat(c.userName()).isEqualTo("Bob");
            });
    assertThatThrownBy(() -> iam.deleteSigningCertificate(r -> r.userName("Ann").certificateId(id)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The Certificate with id " + id + " cannot be found."));
    assertThatThrownBy(() -> iam.deleteUser(r -> r.userName("Bob")))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(
            e -> assertMessage(e, "Cannot delete entity, must delete signing certificates first."));
    for (var certificate : iam.listSigningCertificates(r -> r.userName("Bob")).certificates()) {
      iam.deleteSigningCertificate(
          r -> r.userName("Bob").certificateId(certificate.certificateId()));
    }
    iam.deleteUser(r -> r.userName("Bob"));
  }

  @Test
  void theRootUserHasSigningCertificatesToo() {
    iam.uploadSigningCertificate(r -> r.certificateBody(Files.text("leaf.pem")));
    assertThat(iam.listSigningCertificates().certificates())
        .extracting(SigningCertificate::status)
        .containsExactly(StatusType.ACTIVE);
    assertThat(iam.getAccountSummary().summaryMap())
        .containsEntry(SummaryKeyType.ACCOUNT_SIGNING_CERTIFICATES_PRESENT, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
      })
  void whatIsNoCertificateIsMalformed(String text) {
    assertThatThrownBy(() -> iam.uploadSigningCertificate(r -> r.certificateBody(text)))
        .isInstanceOf(MalformedCertificateException.class)
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "Unable to parse certificate. Please ensure the certificate is in PEM format."));
  }

  @Test
  void expiredCertificatesAreRefused() {
    iam.createUser(r -> r.userName("Bob"));
    lab.clock.advance(Duration.ofDays(365L * 120));
    assertThatThrownBy(() -> sign("Bob", "leaf.pem"))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining("Certificate is no longer valid.");
    assertUpload("leaf.pem", "leaf.key", null)
        .isInstanceOf(MalformedCertificateException.class)
        .hasMessageContaining("Certificate is no longer valid.");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertUpload(
      String body, String key, String chain) {
    return assertThatThrownBy(
        () ->
            iam.uploadServerCertificate(
                r ->
                    r.serverCertificateName("x")
                        .certificateBody(Files.text(body))
                        .privateKey(Files.text(key))
                        .certificateChain(chain)));
  }

  @Test
  void aServerCertificateComesChangesAndGoes() {
    var chain = Files.text("mid.pem") + Files.text("root.pem");
    var made =
        iam.uploadServerCertificate(
                r ->
                    r.serverCertificateName("www")
                        .path("/cloudfront/")
                        .certificateBody(Files.text("leaf.pem"))
                        .privateKey(Files.text("leaf.key"))
                        .certificateChain(chain)
                        .tags(Tag.builder().key("k").value("v").build()))
            .serverCertificateMetadata();
    assertThat(made.arn()).isEqualTo(Lab.ARN + "server-certificate/cloudfront/www");
    assertThat(made.serverCertificateId()).startsWith("ASCA");
    assertThat(made.expiration()).isAfter(lab.clock.instant().plus(Duration.ofDays(36_000)));
    var read = iam.getServerCertificate(r -> r.serverCertificateName("www")).serverCertificate();
    assertThat(read.certificateBody()).isEqualTo(Files.text("leaf.pem").strip());
    assertThat(read.certificateChain()).isEqualTo(chain.strip());
    assertThat(read.tags()).extracting(Tag::value).containsExactly("v");
    var stored = lab.credentials().serverCertificates().get(IamTables.key(Lab.ACCOUNT, "www"));
    assertThat(stored.privateKey()).doesNotContain("PRIVATE KEY");
    iam.uploadServerCertificate(
        r ->
            r.serverCertificateName("old-form")
                .certificateBody(Files.text("leaf.pem"))
                .privateKey(Files.text("leaf-pkcs1.key")));
    assertThatThrownBy(
            () ->
                iam.uploadServerCertificate(
                    r ->
                        r.serverCertificateName("WWW")
                            .certificateBody(Files.text("leaf.pem"))
                            .privateKey(Files.text("leaf.key"))))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "The Server Certificate with name WWW already exists."));
  }

  @Test
  void serverCertificatesAreListedRenamedTaggedAndDeleted() {
    for (var name : List.of("a", "b", "c")) {
      iam.uploadServerCertificate(
          r ->
              r.serverCertificateName(name)
                  .certificateBody(Files.text("leaf-ec.pem"))
                  .privateKey(Files.text("leaf-ec.key")));
    }
    var page = iam.listServerCertificates(r -> r.maxItems(2));
    assertThat(page.isTruncated()).isTrue();
    assertThat(
            iam.listServerCertificates(r -> r.marker(page.marker()))
                .serverCertificateMetadataList())
        .extracting(c -> c.serverCertificateName())
        .containsExactly("c");
    assertThatThrownBy(
            () ->
                iam.updateServerCertificate(
                    r -> r.serverCertificateName("a").newServerCertificateName("b")))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "The Server Certificate with name b already exists."));
    iam.updateServerCertificate(
        r -> r.serverCertificateName("a").newServerCertificateName("z").newPath("/p/"));
    assertThat(iam.listServerCertificates(r -> r.pathPrefix("/p/")).serverCertificateMetadataList())
        .extracting(c -> c.arn())
        .containsExactly(Lab.ARN + "server-certificate/p/z");
    iam.tagServerCertificate(
        r -> r.serverCertificateName("z").tags(Tag.builder().key("k").value("v").build()));
    assertThat(iam.listServerCertificateTags(r -> r.serverCertificateName("z")).tags()).hasSize(1);
    iam.untagServerCertificate(r -> r.serverCertificateName("z").tagKeys("k"));
    assertThat(iam.listServerCertificateTags(r -> r.serverCertificateName("z")).tags()).isEmpty();
    iam.deleteServerCertificate(r -> r.serverCertificateName("z"));
    assertThatThrownBy(() -> iam.deleteServerCertificate(r -> r.serverCertificateName("z")))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The Server Certificate with name z cannot be found."));
    assertThat(iam.getAccountSummary().summaryMap())
        .containsEntry(SummaryKeyType.SERVER_CERTIFICATES, 2)
        .containsEntry(SummaryKeyType.SERVER_CERTIFICATES_QUOTA, 20);
  }

  @Test
  void certificateKeyAndChainHaveToBelongTogether() {
    assertUpload("leaf.pem", "other.key", null)
        .isInstanceOf(KeyPairMismatchException.class)
        .satisfies(e -> assertMessage(e, "Public key certificate and private key doesn't match."));
    assertUpload("leaf.pem", "leaf-ec.key", null).isInstanceOf(KeyPairMismatchException.class);
    assertUpload("leaf.pem", "leaf.pem", null)
        .isInstanceOf(MalformedCertificateException.class)
        .satisfies(e -> assertMessage(e, "Invalid Private Key."));
    assertUpload("leaf.pem", "leaf.key", Files.text("root.pem"))
        .isInstanceOf(MalformedCertificateException.class)
        .satisfies(e -> assertMessage(e, CHAIN_BROKEN + "-1"));
    assertUpload("leaf.pem", "leaf.key", Files.text("mid.pem") + Files.text("leaf-ec.pem"))
        .satisfies(e -> assertMessage(e, CHAIN_BROKEN + "0"));
    assertUpload("leaf.pem", "leaf.key", "nothing")
        .isInstanceOf(MalformedCertificateException.class);
  }

  @Test
  void whoMayNotUploadDoesNotLearnWhatIsThere() {
    var bob = lab.user("Bob");
    assertThatThrownBy(() -> bob.getServerCertificate(r -> r.serverCertificateName("www")))
        .hasMessageContaining(
            "iam:GetServerCertificate on resource: " + Lab.ARN + "server-certificate/www");
  }
}
