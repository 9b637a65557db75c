package dev.bulwark.encryption.cloudhsm;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bulwark.encryption.kms.Lab;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.hsm.KeySpec;
import dev.bulwark.hsm.SoftHsm;
import dev.bulwark.schema.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudhsmv2.CloudHsmV2Client;
import software.amazon.awssdk.services.cloudhsmv2.model.Backup;
import software.amazon.awssdk.services.cloudhsmv2.model.Cluster;
import software.amazon.awssdk.services.cloudhsmv2.model.Tag;

/** Clusters, their HSMs and backups, and the keys inside. */
final class ClustersTest {
  private static final String ZONE = "us-east-1a";
  private static final String INVALID = "CloudHsmInvalidRequestException";
  private static final String MISSING = "CloudHsmResourceNotFoundException";
  private static final byte[] NONCE = new byte[12];
  private static final byte[] AAD = {7};
  private static final byte[] TEXT = "attack at dawn".getBytes(StandardCharsets.US_ASCII);

  private final Lab lab = new Lab();
  private final CloudHsmV2Client hsm = lab.hsm();

  @BeforeEach
  void requireSoftHsm() {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String create() {
    return hsm.createCluster(r -> r.hsmType("hsm2m.medium").subnetIds("subnet-0123abcd"))
        .cluster()
        .clusterId();
  }

  private Cluster describe(String id) {
    return hsm.describeClusters(r -> r.filters(Map.of("clusterIds", List.of(id))))
        .clusters()
        .getFirst();
  }

  private List<Backup> backups(String clusterId) {
    return hsm.describeBackups(r -> r.filters(Map.of("clusterIds", List.of(clusterId)))).backups();
  }

  private String addHsm(String cluster) {
    return hsm.createHsm(r -> r.clusterId(cluster).availabilityZone(ZONE)).hsm().hsmId();
  }

  /** A cluster with one HSM, claimed. */
  private String claimed() throws Exception {
    var id = create();
    addHsm(id);
    var owner = new Owner(lab.now());
    var certificate = owner.sign(describe(id).certificates().clusterCsr());
    hsm.initializeCluster(
        r -> r.clusterId(id).signedCert(certificate).trustAnchor(owner.certificate));
    return id;
  }

  /** A cluster with the crypto user app. */
  private String active() throws Exception {
    var id = claimed();
    lab.activate(id);
    lab.cryptoUser(id, "app", "app-password");
    return id;
  }

  @Test
  void aClusterIsClaimedByItsOwnersCertificateAlone() throws Exception {
    var made =
        hsm.createCluster(
                r ->
                    r.hsmType("hsm2m.medium")
                        .mode("NON_FIPS")
                        .subnetIds("subnet-0123abcd", "subnet-4567abcd")
                        .tagList(Tag.builder().key("team").value("red").build()))
            .cluster();
    assertThat(made.stateAsString()).isEqualTo("CREATE_IN_PROGRESS");
    var id = made.clusterId();
    assertThat(id).matches("cluster-[2-7a-z]{11}");
    var fresh = describe(id);
    assertThat(fresh.stateAsString()).isEqualTo("UNINITIALIZED");
    assertThat(fresh.subnetMapping())
        .containsEntry(ZONE, "subnet-0123abcd")
        .containsEntry("us-east-1b", "subnet-4567abcd");
    assertThat(fresh.backupRetentionPolicy().value()).isEqualTo("90");
    assertThat(fresh.certificates().clusterCsr()).isNull();
    var owner = new Owner(lab.now());
    assertCode(
        INVALID,
        () ->
            hsm.initializeCluster(
                r -> r.clusterId(id).signedCert(owner.certificate).trustAnchor(owner.certificate)));

    assertCode(INVALID, () -> hsm.createHsm(r -> r.clusterId(id).availabilityZone("us-east-1f")));
    addHsm(id);
    var withHsm = describe(id);
    assertThat(withHsm.hsms()).hasSize(1);
    assertThat(withHsm.hsms().getFirst().eniIp()).isEqualTo("10.0.0.10");
    var certificate = owner.sign(withHsm.certificates().clusterCsr());
    var stranger = new Owner(lab.now());
    assertFails(
        INVALID + ": The SignedCert was not signed by the TrustAnchor.",
        () ->
            hsm.initializeCluster(
                r -> r.clusterId(id).signedCert(certificate).trustAnchor(stranger.certificate)));
    assertFails(
        INVALID
            + ": The public key of the SignedCert is not that of the cluster's certificate signing request.",
        () ->
            hsm.initializeCluster(
                r -> r.clusterId(id).signedCert(owner.certificate).trustAnchor(owner.certificate)));
    assertFails(
        INVALID + ": The TrustAnchor is not a self-signed certificate.",
        () ->
            hsm.initializeCluster(
                r -> r.clusterId(id).signedCert(certificate).trustAnchor(certificate)));
    var answer =
        hsm.initializeCluster(
            r -> r.clusterId(id).signedCert(certificate).trustAnchor(owner.certificate));
    assertThat(answer.stateAsString()).isEqualTo("INITIALIZE_IN_PROGRESS");
    var done = describe(id);
    assertThat(done.stateAsString()).isEqualTo("INITIALIZED");
    assertThat(done.certificates().clusterCsr()).isNull();
    assertThat(done.certificates().clusterCertificate()).isEqualTo(certificate);
    assertThat(backups(id)).hasSize(1);
  }

  @Test
  void cryptoUsersHaveKeysOfTheirOwnThatDoNotLeave() throws Exception {
    var id = active();
    assertThat(describe(id).stateAsString()).isEqualTo("ACTIVE");
    lab.cryptoUser(id, "other", "other-password");
    var app = lab.logIn(id, "app", "app-password");
    app.generate("k", KeySpec.AES_256);
    assertThat(lab.logIn(id, "other", "other-password").names()).isEmpty();
    assertThatThrownBy(() -> app.extract("k")).isInstanceOf(HsmException.class);
    for (var wrong : List.of("nobody", "app", "admin")) {
      assertThatThrownBy(() -> lab.logIn(id, wrong, "wrong-password"))
          .isInstanceOf(ApiException.class)
          .hasMessage("The user name or the password is not right.");
    }
    assertThatThrownBy(
            () ->
                lab.cloudHsm()
                    .administration()
                    .create(
                        Lab.ACCOUNT,
                        id,
                        new ClusterUsers.Login("admin", "app-password"),
                        "third",
                        UserRole.CRYPTO_USER,
                        "third-password",
                        Lab.ORIGIN))
        .isInstanceOf(ApiException.class)
        .hasMessage("The user name or the password is not right.");
    lab.cloudHsm().administration().delete(Lab.ACCOUNT, id, Lab.ADMIN, "other", Lab.ORIGIN);
    assertThatThrownBy(() -> lab.logIn(id, "other", "other-password"))
        .isInstanceOf(ApiException.class);
    assertThat(app.names()).containsExactly("k");
  }

  @Test
  void aClusterFromABackupDecryptsWhatTheOldOneEncrypted() throws Exception {
    var id = active();
    var app = lab.logIn(id, "app", "app-password");
    app.generate("k", KeySpec.AES_256);
    var sealed = app.encrypt("k", NONCE, AAD, TEXT);
    var unit = describe(id).hsms().getFirst().hsmId();
    assertFails(
        INVALID + ": Cluster " + id + " has HSMs: delete them before the cluster.",
        () -> hsm.deleteCluster(r -> r.clusterId(id)));
    hsm.deleteHsm(r -> r.clusterId(id).hsmId(unit));
    assertThatThrownBy(() -> lab.logIn(id, "app", "app-password")).isInstanceOf(ApiException.class);
    var backup = backups(id).getFirst();
    hsm.deleteCluster(r -> r.clusterId(id));
    assertThat(hsm.describeClusters().clusters()).isEmpty();

    var restored =
        hsm.createCluster(
                r ->
                    r.hsmType("hsm2m.medium")
                        .subnetIds("subnet-0123abcd")
                        .sourceBackupId(backup.backupId()))
            .cluster()
            .clusterId();
    assertThat(describe(restored).sourceBackupId()).isEqualTo(backup.backupId());
    addHsm(restored);
    assertThat(describe(restored).stateAsString()).isEqualTo("ACTIVE");
    var again = lab.logIn(restored, "app", "app-password");
    assertThat(again.decrypt("k", NONCE, AAD, sealed)).isEqualTo(TEXT);
  }

  @Test
  void aBackupIsMadeDailyAndGoesWhenItsTimeIsOver() throws Exception {
    var id = active();
    hsm.modifyCluster(r -> r.clusterId(id).backupRetentionPolicy(p -> p.type("DAYS").value("7")));
    int before = backups(id).size();
    lab.cloudHsm().keepBackups(lab.now());
    assertThat(backups(id)).hasSize(before);
    for (int day = 1; day <= 9; day++) {
      lab.advance(Duration.ofDays(1).plusMinutes(1));
      lab.cloudHsm().keepBackups(lab.now());
      lab.cloudHsm().keepBackups(lab.now());
    }
    // Those of the first day, too, have the cluster's retention of now.
    assertThat(backups(id)).hasSize(7);
    var app = lab.logIn(id, "app", "app-password");
    app.generate("k", KeySpec.EC_P256);
    lab.advance(Duration.ofDays(2));
    lab.cloudHsm().keepBackups(lab.now());
    var newest = backups(id).getFirst().backupId();
    var restored =
        hsm.createCluster(
                r -> r.hsmType("hsm2m.medium").subnetIds("subnet-0123abcd").sourceBackupId(newest))
            .cluster()
            .clusterId();
    addHsm(restored);
    var again = lab.logIn(restored, "app", "app-password");
    assertThat(again.publicKey("k")).isEqualTo(app.publicKey("k"));
    var unit = describe(id).hsms().getFirst().hsmId();
    hsm.deleteHsm(r -> r.clusterId(id).hsmId(unit));
    int left = backups(id).size();
    lab.advance(Duration.ofDays(2));
    lab.cloudHsm().keepBackups(lab.now());
    assertThat(backups(id).size()).isLessThanOrEqualTo(left);
  }

  @Test
  void theNewestBackupThatIsToStayOutlivesTheRetention() throws Exception {
    var id = claimed();
    var first = backups(id).getFirst().backupId();
    hsm.modifyCluster(r -> r.clusterId(id).backupRetentionPolicy(p -> p.type("DAYS").value("7")));
    lab.advance(Duration.ofHours(1));
    var unit = describe(id).hsms().getFirst().hsmId();
    hsm.deleteHsm(r -> r.clusterId(id).hsmId(unit));
    var second = backups(id).getFirst().backupId();
    assertThat(second).isNotEqualTo(first);
    lab.advance(Duration.ofDays(5));
    hsm.deleteBackup(r -> r.backupId(second));
    for (int day = 6; day < 14; day++) {
      lab.advance(Duration.ofDays(1));
      lab.cloudHsm().keepBackups(lab.now());
      assertThat(backups(id)).extracting(Backup::backupId).contains(first);
    }
    assertThat(backups(id)).hasSize(1);
  }

  @Test
  void aDailyBackupThatFailsIsTriedAgainAfterAnHour() throws Exception {
    var id = active();
    int before = backups(id).size();
    var folder = lab.store().directory().resolve("hsm/backups");
    var aside = folder.resolveSibling("aside");
    Files.move(folder, aside);
    Files.createFile(folder);
    lab.advance(Duration.ofDays(2));
    lab.cloudHsm().keepBackups(lab.now());
    Files.delete(folder);
    Files.move(aside, folder);
    lab.advance(Duration.ofMinutes(10));
    lab.cloudHsm().keepBackups(lab.now());
    assertThat(backups(id)).hasSize(before);
    lab.advance(Duration.ofMinutes(51));
    lab.cloudHsm().keepBackups(lab.now());
    assertThat(backups(id)).hasSize(before + 1);
    long archives = archives(folder);
    assertCode(MISSING, () -> hsm.deleteHsm(r -> r.clusterId(id).hsmId("hsm-aaaaaaaaaaa")));
    assertThat(archives(folder))
        .as("nothing is written for an HSM that is not there")
        .isEqualTo(archives);
  }

  private static long archives(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void anHsmOfTheFirstTypeIsInFipsModeAlone() {
    var made =
        hsm.createCluster(r -> r.hsmType("hsm1.medium").subnetIds("subnet-0123abcd")).cluster();
    assertThat(made.modeAsString()).isEqualTo("FIPS");
    assertCode(
        INVALID,
        () ->
            hsm.createCluster(
                r -> r.hsmType("hsm1.medium").mode("NON_FIPS").subnetIds("subnet-0123abcd")));
  }

  @Test
  void backupsWaitSevenDaysBeforeTheyAreGone() throws Exception {
    var id = claimed();
    var backup = backups(id).getFirst().backupId();
    assertThat(backup).matches("backup-[2-7a-z]{11}");
    var deleted = hsm.deleteBackup(r -> r.backupId(backup)).backup();
    assertThat(deleted.backupStateAsString()).isEqualTo("PENDING_DELETION");
    assertCode(INVALID, () -> hsm.deleteBackup(r -> r.backupId(backup)));
    assertCode(
        INVALID, () -> hsm.modifyBackupAttributes(r -> r.backupId(backup).neverExpires(true)));
    lab.advance(Duration.ofDays(6));
    assertThat(hsm.restoreBackup(r -> r.backupId(backup)).backup().backupStateAsString())
        .isEqualTo("READY");
    assertCode(INVALID, () -> hsm.restoreBackup(r -> r.backupId(backup)));
    assertThat(
            hsm.modifyBackupAttributes(r -> r.backupId(backup).neverExpires(true))
                .backup()
                .neverExpires())
        .isTrue();
    hsm.deleteBackup(r -> r.backupId(backup));
    lab.advance(Duration.ofDays(8));
    assertCode(MISSING, () -> hsm.restoreBackup(r -> r.backupId(backup)));
    assertThat(backups(id)).isEmpty();
  }

  @Test
  void aCopyOfABackupIsInTheOtherRegion() throws Exception {
    var id = claimed();
    var backup = backups(id).getFirst().backupId();
    assertCode(
        INVALID,
        () -> hsm.copyBackupToRegion(r -> r.backupId(backup).destinationRegion("us-east-1")));
    var copy =
        hsm.copyBackupToRegion(r -> r.backupId(backup).destinationRegion("eu-west-1"))
            .destinationBackup();
    assertThat(copy.sourceBackup()).isEqualTo(backup);
    var ireland = lab.hsm(Region.EU_WEST_1);
    var there =
        ireland
            .describeBackups(r -> r.filters(Map.of("sourceBackupIds", List.of(backup))))
            .backups();
    assertThat(there).hasSize(1);
    assertThat(there.getFirst().sourceRegion()).isEqualTo("us-east-1");
    assertThat(
            ireland
                .createCluster(
                    r ->
                        r.hsmType("hsm2m.medium")
                            .subnetIds("subnet-0123abcd")
                            .sourceBackupId(there.getFirst().backupId()))
                .cluster()
                .subnetMapping())
        .containsKey("eu-west-1a");
  }

  @Test
  void tagsAndPoliciesStayWithTheirResource() throws Exception {
    var id = claimed();
    hsm.tagResource(r -> r.resourceId(id).tagList(Tag.builder().key("team").value("red").build()));
    assertThat(hsm.listTags(r -> r.resourceId(id)).tagList())
        .extracting(Tag::value)
        .containsExactly("red");
    hsm.untagResource(r -> r.resourceId(id).tagKeyList("team"));
    assertThat(hsm.listTags(r -> r.resourceId(id)).tagList()).isEmpty();
    assertCode(
        "CloudHsmTagException",
        () ->
            hsm.tagResource(
                r -> r.resourceId(id).tagList(Tag.builder().key("aws:x").value("").build())));
    var backup = backups(id).getFirst().backupArn();
    assertCode(MISSING, () -> hsm.getResourcePolicy(r -> r.resourceArn(backup)));
    var policy =
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
          "Action": ["cloudhsm:CreateCluster", "cloudhsm:DescribeBackups"], "Resource": "%s"}]}"""
            .formatted(backup);
    hsm.putResourcePolicy(r -> r.resourceArn(backup).policy(policy));
    assertThat(hsm.getResourcePolicy(r -> r.resourceArn(backup)).policy()).isEqualTo(policy);
    assertCode(INVALID, () -> hsm.putResourcePolicy(r -> r.resourceArn(backup).policy("{}")));
    hsm.deleteResourcePolicy(r -> r.resourceArn(backup));
    assertCode(MISSING, () -> hsm.getResourcePolicy(r -> r.resourceArn(backup)));
  }

  @Test
  void listsArePagedAndFiltered() {
    var first = create();
    var second = create();
    var page = hsm.describeClusters(r -> r.maxResults(1));
    assertThat(page.clusters()).hasSize(1);
    var rest = hsm.describeClusters(r -> r.nextToken(page.nextToken()));
    assertThat(rest.nextToken()).isNull();
    assertThat(
            List.of(page.clusters().getFirst().clusterId(), rest.clusters().getFirst().clusterId()))
        .containsExactlyInAnyOrder(first, second);
    hsm.deleteCluster(r -> r.clusterId(page.clusters().getFirst().clusterId()));
    assertThat(hsm.describeClusters(r -> r.nextToken(page.nextToken())).clusters())
        .as("what the token was given after is gone, what follows is not")
        .isEqualTo(rest.clusters());
    assertThat(hsm.describeClusters(r -> r.filters(Map.of("states", List.of("ACTIVE")))).clusters())
        .isEmpty();
    assertCode(
        INVALID, () -> hsm.describeClusters(r -> r.filters(Map.of("colors", List.of("red")))));
    assertCode(INVALID, () -> hsm.describeClusters(r -> r.nextToken("nonsense")));
    create();
    create();
    create();
    assertCode(INVALID, this::create);
    var left = rest.clusters().getFirst().clusterId();
    hsm.modifyCluster(
        r -> r.clusterId(left).backupRetentionPolicy(p -> p.type("DAYS").value("30")));
    assertThat(describe(left).backupRetentionPolicy().value()).isEqualTo("30");
    assertCode(
        INVALID,
        () ->
            hsm.modifyCluster(
                r -> r.clusterId(left).backupRetentionPolicy(p -> p.type("DAYS").value("6"))));
  }

  @Test
  void onlyWhoMayDoes() {
    var id = create();
    var reader = lab.hsmUser("reader", "cloudhsm:Describe*");
    assertThat(reader.describeClusters().clusters()).hasSize(1);
    assertCode("AccessDeniedException", () -> reader.deleteCluster(r -> r.clusterId(id)));
    assertCode(MISSING, () -> hsm.deleteCluster(r -> r.clusterId("cluster-aaaaaaaaaaa")));
  }
}
