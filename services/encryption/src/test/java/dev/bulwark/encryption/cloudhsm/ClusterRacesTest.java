package dev.bulwark.encryption.cloudhsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bulwark.encryption.kms.Lab;
import dev.bulwark.hsm.KeySpec;
import dev.bulwark.hsm.SoftHsm;
import java.io.IOException;
import java.nio.file.Files;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudhsmv2.CloudHsmV2Client;
import software.amazon.awssdk.services.cloudhsmv2.model.CloudHsmInternalFailureException;
import software.amazon.awssdk.services.cloudhsmv2.model.Cluster;

/** Calls that meet in one cluster: each has read what the other is about to change. */
final class ClusterRacesTest {
  private final Lab lab = new Lab();
  private final CloudHsmV2Client hsm = lab.hsm();
  private String cluster;

  @BeforeEach
  void makeCluster() {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
    cluster =
        hsm.createCluster(r -> r.hsmType("hsm2m.medium").subnetIds("subnet-0123abcd"))
            .cluster()
            .clusterId();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String addHsm() {
    return hsm.createHsm(r -> r.clusterId(cluster).availabilityZone("us-east-1a")).hsm().hsmId();
  }

  private Cluster describe() {
    return hsm.describeClusters(r -> r.filters(Map.of("clusterIds", List.of(cluster))))
        .clusters()
        .getFirst();
  }

  /** Claims and activates the cluster. */
  private void activate() throws Exception {
    var owner = new Owner(lab.now());
    var certificate = owner.sign(describe().certificates().clusterCsr());
    hsm.initializeCluster(
        r -> r.clusterId(cluster).signedCert(certificate).trustAnchor(owner.certificate));
    lab.activate(cluster);
  }

  @Test
  void twoFirstHsmsAtOnceBringOneKey() throws Exception {
    try (var writer = new HeldWriter(lab.store())) {
      var first = writer.queue(this::addHsm);
      var second = writer.queue(this::addHsm);
      writer.close();
      assertThat(List.of(first.get(), second.get())).doesNotHaveDuplicates();
    }
    activate();
    var identity = lab.cloudHsm().trust().of(cluster).orElseThrow();
    var shown = (RSAPublicKey) identity.chain().getFirst().getPublicKey();
    assertThat(((RSAPrivateKey) identity.key()).getModulus()).isEqualTo(shown.getModulus());
  }

  @Test
  void aSecondHsmBringsNoKeyWhereTheFirstWasDeletedMeanwhile() throws Exception {
    var first = addHsm();
    try (var writer = new HeldWriter(lab.store())) {
      var deletion = writer.queue(() -> hsm.deleteHsm(r -> r.clusterId(cluster).hsmId(first)));
      var second = writer.queue(this::addHsm);
      writer.close();
      deletion.get();
      assertThatThrownBy(second::get).hasCauseInstanceOf(CloudHsmInternalFailureException.class);
    }
    assertThat(describe().hsms()).isEmpty();
    addHsm();
    activate();
    assertThat(lab.cloudHsm().trust().of(cluster)).isPresent();
  }

  @Test
  void aWrongPasswordUnderWayDoesNotUndoAnAdminsUnlock() throws Exception {
    addHsm();
    activate();
    lab.cryptoUser(cluster, "app", "app-password");
    var users = lab.clusterUsers();
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> lab.logIn(cluster, "app", "wrong-password"));
    }
    try (var writer = new HeldWriter(lab.store())) {
      var reset =
          writer.queue(
              () -> {
                lab.cloudHsm()
                    .administration()
                    .resetPassword(
                        Lab.ACCOUNT, cluster, Lab.ADMIN, "app", "next-password", Lab.ORIGIN);
                return cluster;
              });
      var fifth = writer.queue(() -> lab.logIn(cluster, "app", "wrong-password"));
      writer.close();
      reset.get();
      assertThatThrownBy(fifth::get).hasMessageContaining("is not right");
    }
    assertThat(users.isLocked(cluster, "app")).isFalse();
    assertThat(lab.logIn(cluster, "app", "next-password").names()).isEmpty();
  }

  @Test
  void aBackupThatIsDeletedMeanwhileIsNotCopied() throws Exception {
    addHsm();
    activate();
    var backup = hsm.describeBackups().backups().getFirst().backupId();
    try (var writer = new HeldWriter(lab.store())) {
      var deletion = writer.queue(() -> hsm.deleteBackup(r -> r.backupId(backup)));
      var copy =
          writer.queue(
              () -> hsm.copyBackupToRegion(r -> r.backupId(backup).destinationRegion("eu-west-1")));
      writer.close();
      deletion.get();
      assertThatThrownBy(copy::get).hasMessageContaining("is in state PENDING_DELETION");
    }
    assertThat(lab.hsm(Region.EU_WEST_1).describeBackups().backups()).isEmpty();
  }

  @Test
  void tokensStayWhileTheirUsersAreStored() throws Exception {
    addHsm();
    activate();
    lab.cryptoUser(cluster, "gone", "gone-password");
    lab.logIn(cluster, "gone", "gone-password").generate("k", KeySpec.AES_256);
    try (var writer = new HeldWriter(lab.store())) {
      var made =
          writer.queue(
              () -> {
                lab.cryptoUser(cluster, "app", "app-password");
                return cluster;
              });
      assertThat(tokens()).isEqualTo(2);
      lab.clusterUsers().sweep();
      writer.close();
      made.get();
    }
    lab.logIn(cluster, "app", "app-password").generate("k", KeySpec.AES_256);
    // As a kill after the transaction leaves it.
    var tables = new CloudHsmTables(lab.store());
    var known = tables.cluster(cluster).orElseThrow();
    lab.store()
        .run(
            tx ->
                tables.secrets.update(
                    tx,
                    CloudHsmTables.key(known),
                    secrets -> secrets.without(secrets.user("gone").orElseThrow())));
    assertThat(tokens()).isEqualTo(2);
    lab.clusterUsers().sweep();
    assertThat(tokens()).isEqualTo(1);
    assertThat(lab.logIn(cluster, "app", "app-password").names()).containsExactly("k");
    lab.store().clear(Set.of());
    lab.cloudHsm().forget();
    assertThat(tokens()).isZero();
  }

  private long tokens() throws IOException {
    try (var found = Files.list(lab.store().directory().resolve("hsm/tokens"))) {
      return found.count();
    }
  }
}
