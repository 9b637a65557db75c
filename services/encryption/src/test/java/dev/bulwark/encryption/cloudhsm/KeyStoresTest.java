package dev.bulwark.encryption.cloudhsm;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bulwark.encryption.kms.Lab;
import dev.bulwark.hsm.SoftHsm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudhsmv2.CloudHsmV2Client;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CustomKeyStoresListEntry;

/** KMS keys in CloudHSM clusters. */
final class KeyStoresTest {
  private static final String INVALID_STATE = "CustomKeyStoreInvalidStateException";

  private final Lab lab = new Lab();
  private final CloudHsmV2Client hsm = lab.hsm();
  private final KmsClient kms = lab.root();
  private Owner owner;
  private String cluster;

  @BeforeEach
  void claimCluster() throws Exception {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
    owner = new Owner(lab.now());
    makeCluster(null);
    var csr = hsm.describeClusters().clusters().getFirst().certificates().clusterCsr();
    var certificate = owner.sign(csr);
    hsm.initializeCluster(
        r -> r.clusterId(cluster).signedCert(certificate).trustAnchor(owner.certificate));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String addHsm(String zone) {
    return hsm.createHsm(r -> r.clusterId(cluster).availabilityZone(zone)).hsm().hsmId();
  }

  private void activate() {
    lab.activate(cluster);
    addHsm("us-east-1b");
  }

  private String createStore(String anchor) {
    return kms.createCustomKeyStore(
            r ->
                r.customKeyStoreName("store")
                    .cloudHsmClusterId(cluster)
                    .keyStorePassword("kms-password")
                    .trustAnchorCertificate(anchor))
        .customKeyStoreId();
  }

  private CustomKeyStoresListEntry describe(String store) {
    return kms.describeCustomKeyStores(r -> r.customKeyStoreId(store)).customKeyStores().getFirst();
  }

  private String connectedStore() {
    activate();
    lab.cryptoUser(cluster, "kmsuser", "kms-password");
    var store = createStore(owner.certificate);
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    return store;
  }

  @Test
  void aStoreNeedsAnActiveClusterOfTwoZonesAndItsAnchor() throws Exception {
    assertCode("CloudHsmClusterNotActiveException", () -> createStore(owner.certificate));
    lab.activate(cluster);
    assertCode(
        "CloudHsmClusterInvalidConfigurationException", () -> createStore(owner.certificate));
    addHsm("us-east-1b");
    var stranger = new Owner(lab.now()).certificate;
    assertCode("IncorrectTrustAnchorException", () -> createStore(stranger));
    var store = createStore(owner.certificate);
    assertThat(describe(store).connectionStateAsString()).isEqualTo("DISCONNECTED");
    assertCode("CustomKeyStoreNameInUseException", () -> createStore(owner.certificate));
    assertCode(
        "CloudHsmClusterInUseException",
        () ->
            kms.createCustomKeyStore(
                r ->
                    r.customKeyStoreName("another")
                        .cloudHsmClusterId(cluster)
                        .keyStorePassword("kms-password")
                        .trustAnchorCertificate(owner.certificate)));
    assertCode(
        "ValidationException",
        () ->
            kms.createCustomKeyStore(
                r ->
                    r.customKeyStoreName("x")
                        .cloudHsmClusterId(cluster)
                        .keyStorePassword("kms-password")
                        .trustAnchorCertificate(owner.certificate)
                        .xksProxyUriPath("/kms/xks/v1")));
  }

  @Test
  void aStoreConnectsByTheUsersPassword() {
    activate();
    var store = createStore(owner.certificate);
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(describe(store).connectionStateAsString()).isEqualTo("FAILED");
    assertThat(describe(store).connectionErrorCodeAsString()).isEqualTo("USER_NOT_FOUND");
    assertCode(INVALID_STATE, () -> kms.connectCustomKeyStore(r -> r.customKeyStoreId(store)));
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));

    lab.cryptoUser(cluster, "kmsuser", "other-password");
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(describe(store).connectionErrorCodeAsString()).isEqualTo("INVALID_CREDENTIALS");
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));

    kms.updateCustomKeyStore(
        r ->
            r.customKeyStoreId(store)
                .keyStorePassword("other-password")
                .newCustomKeyStoreName("renamed"));
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(describe(store).connectionStateAsString()).isEqualTo("CONNECTED");
    assertThat(describe(store).customKeyStoreName()).isEqualTo("renamed");
    assertCode(INVALID_STATE, () -> kms.deleteCustomKeyStore(r -> r.customKeyStoreId(store)));
    assertCode(
        INVALID_STATE,
        () ->
            kms.updateCustomKeyStore(
                r -> r.customKeyStoreId(store).newCustomKeyStoreName("again")));
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertCode(INVALID_STATE, () -> kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store)));
    kms.deleteCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(kms.describeCustomKeyStores().customKeyStores()).isEmpty();
    assertCode("CustomKeyStoreNotFoundException", () -> describe(store));
  }

  @Test
  void aKeyOfTheStoreIsInTheToken() {
    var store = connectedStore();
    var key =
        kms.createKey(r -> r.origin("AWS_CLOUDHSM").customKeyStoreId(store)).keyMetadata().keyId();
    var token = lab.logIn(cluster, "kmsuser", "kms-password");
    assertThat(token.names()).containsExactly(key);
    var described = kms.describeKey(r -> r.keyId(key)).keyMetadata();
    assertThat(described.originAsString()).isEqualTo("AWS_CLOUDHSM");
    assertThat(described.customKeyStoreId()).isEqualTo(store);
    assertThat(described.cloudHsmClusterId()).isEqualTo(cluster);
    assertThat(described.keyStateAsString()).isEqualTo("Enabled");

    var context = Map.of("team", "red");
    var sealed =
        kms.encrypt(r -> r.keyId(key).plaintext(bytes("hello")).encryptionContext(context))
            .ciphertextBlob();
    assertThat(
            kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(context))
                .plaintext()
                .asUtf8String())
        .isEqualTo("hello");
    assertCode(
        "InvalidCiphertextException",
        () -> kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(Map.of())));
    var dataKey = kms.generateDataKey(r -> r.keyId(key).keySpec("AES_256"));
    assertThat(kms.decrypt(r -> r.keyId(key).ciphertextBlob(dataKey.ciphertextBlob())).plaintext())
        .isEqualTo(dataKey.plaintext());
    var other = kms.createKey(r -> {}).keyMetadata().keyId();
    var elsewhere = kms.encrypt(r -> r.keyId(other).plaintext(bytes("hello"))).ciphertextBlob();
    assertCode(
        "IncorrectKeyException", () -> kms.decrypt(r -> r.keyId(key).ciphertextBlob(elsewhere)));
    assertThat(
            kms.generateRandom(r -> r.numberOfBytes(32).customKeyStoreId(store))
                .plaintext()
                .asByteArray())
        .hasSize(32);
    assertCode(
        "UnsupportedOperationException",
        () ->
            kms.createKey(
                r ->
                    r.origin("AWS_CLOUDHSM")
                        .customKeyStoreId(store)
                        .keySpec("RSA_2048")
                        .keyUsage("SIGN_VERIFY")));
  }

  @Test
  void keysAreUnavailableWhileTheStoreIsNotConnected() {
    var store = connectedStore();
    var made = kms.createKey(r -> r.origin("AWS_CLOUDHSM").customKeyStoreId(store)).keyMetadata();
    var key = made.keyId();
    var arn = made.arn();
    var sealed = kms.encrypt(r -> r.keyId(key).plaintext(bytes("hello"))).ciphertextBlob();
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(kms.describeKey(r -> r.keyId(key)).keyMetadata().keyStateAsString())
        .isEqualTo("Unavailable");
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> kms.encrypt(r -> r.keyId(key).plaintext(bytes("hello"))),
            () -> kms.decrypt(r -> r.ciphertextBlob(sealed)),
            () -> kms.generateDataKey(r -> r.keyId(key).keySpec("AES_256")))) {
      assertFails("KMSInvalidStateException: " + arn + " is unavailable.", use);
    }
    assertCode(
        INVALID_STATE, () -> kms.createKey(r -> r.origin("AWS_CLOUDHSM").customKeyStoreId(store)));
    assertCode(
        "CustomKeyStoreHasCMKsException",
        () -> kms.deleteCustomKeyStore(r -> r.customKeyStoreId(store)));
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(sealed)).plaintext().asUtf8String())
        .isEqualTo("hello");

    hsm.describeClusters()
        .clusters()
        .getFirst()
        .hsms()
        .forEach(unit -> hsm.deleteHsm(r -> r.clusterId(cluster).hsmId(unit.hsmId())));
    assertCode("KMSInvalidStateException", () -> kms.decrypt(r -> r.ciphertextBlob(sealed)));
  }

  @Test
  void aKeyLeavesTheTokenWhenItsWaitingPeriodIsOver() {
    var store = connectedStore();
    var key =
        kms.createKey(r -> r.origin("AWS_CLOUDHSM").customKeyStoreId(store)).keyMetadata().keyId();
    kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    assertCode(
        "KMSInvalidStateException", () -> kms.encrypt(r -> r.keyId(key).plaintext(bytes("hello"))));
    lab.advance(Duration.ofDays(8));
    lab.deleteDueKeys();
    assertThat(lab.logIn(cluster, "kmsuser", "kms-password").names()).isEmpty();
  }

  @Test
  void tooManyWrongPasswordsOfAStoreLockItsUserOut() {
    activate();
    lab.cryptoUser(cluster, "kmsuser", "other-password");
    var store = createStore(owner.certificate);
    for (int i = 0; i < 5; i++) {
      kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
      assertThat(describe(store).connectionErrorCodeAsString())
          .isEqualTo(i < 4 ? "INVALID_CREDENTIALS" : "USER_LOCKED_OUT");
      kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    }
  }

  private String newKey(String store) {
    return kms.createKey(r -> r.origin("AWS_CLOUDHSM").customKeyStoreId(store))
        .keyMetadata()
        .keyId();
  }

  private List<String> inToken() {
    return lab.logIn(cluster, "kmsuser", "kms-password").names();
  }

  @Test
  void whatCouldNotBeDestroyedIsDestroyedLater() {
    var store = connectedStore();
    var key = newKey(store);
    var stays = newKey(store);
    kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    hsm.describeClusters()
        .clusters()
        .getFirst()
        .hsms()
        .forEach(unit -> hsm.deleteHsm(r -> r.clusterId(cluster).hsmId(unit.hsmId())));
    lab.advance(Duration.ofDays(8));
    lab.deleteDueKeys();
    assertCode("NotFoundException", () -> kms.describeKey(r -> r.keyId(key)));
    addHsm("us-east-1a");
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    lab.deleteDueKeys();
    assertThat(inToken()).containsExactlyInAnyOrder(key, stays);
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    lab.deleteDueKeys();
    assertThat(inToken()).containsExactly(stays);
  }

  @Test
  void aKeyThatIsRescuedAtTheLastMomentKeepsItsMaterial() {
    var key = newKey(connectedStore());
    kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    lab.atOnce(
        Lab.attempt(() -> kms.cancelKeyDeletion(r -> r.keyId(key))),
        () -> {
          lab.advance(Duration.ofDays(8));
          lab.deleteDueKeys();
        });
    // Whoever came first: both are there, or neither.
    assertThat(inToken()).hasSize(kms.listKeys().keys().size());
  }

  @Test
  void aPasswordThatIsNotTheUsersAnyMoreIsTriedOnce() {
    var store = connectedStore();
    var key = newKey(store);
    setPassword("next-password");
    for (int i = 0; i < 6; i++) {
      assertCode(
          INVALID_STATE,
          () -> kms.generateRandom(r -> r.numberOfBytes(32).customKeyStoreId(store)));
      assertCode(INVALID_STATE, () -> newKey(store));
      assertCode(
          "KMSInvalidStateException", () -> kms.encrypt(r -> r.keyId(key).plaintext(bytes("x"))));
    }
    assertThat(describe(store).connectionStateAsString()).isEqualTo("FAILED");
    assertThat(describe(store).connectionErrorCodeAsString()).isEqualTo("INVALID_CREDENTIALS");
    assertThat(lab.logIn(cluster, "kmsuser", "next-password").names()).containsExactly(key);
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    kms.updateCustomKeyStore(r -> r.customKeyStoreId(store).keyStorePassword("next-password"));
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    kms.encrypt(r -> r.keyId(key).plaintext(bytes("x")));
  }

  private void setPassword(String password) {
    lab.cloudHsm()
        .administration()
        .resetPassword(Lab.ACCOUNT, cluster, Lab.ADMIN, "kmsuser", password, Lab.ORIGIN);
  }

  @Test
  void aLoginCountsForThePasswordThatWasTried() {
    activate();
    lab.cryptoUser(cluster, "kmsuser", "kms-password");
    var store = createStore(owner.certificate);
    lab.atOnce(
        () ->
            kms.updateCustomKeyStore(
                r -> r.customKeyStoreId(store).keyStorePassword("wrong-password")),
        Lab.attempt(() -> kms.connectCustomKeyStore(r -> r.customKeyStoreId(store))));
    assertThat(describe(store).connectionStateAsString()).isNotEqualTo("CONNECTED");
  }

  @Test
  void aKeyThatTheClusterHasLostIsUnavailable() {
    var store = connectedStore();
    var lost = newKey(store);
    var other = newKey(store);
    lab.logIn(cluster, "kmsuser", "kms-password").destroy(lost);
    assertCode(
        "KMSInvalidStateException", () -> kms.encrypt(r -> r.keyId(lost).plaintext(bytes("x"))));
    kms.encrypt(r -> r.keyId(other).plaintext(bytes("x")));
  }

  @Test
  void keysOfTheStoreSealNoPairs() {
    var key = newKey(connectedStore());
    assertCode(
        "UnsupportedOperationException",
        () -> kms.generateDataKeyPair(r -> r.keyId(key).keyPairSpec("ECC_NIST_P256")));
    assertCode(
        "UnsupportedOperationException",
        () ->
            kms.generateDataKeyPairWithoutPlaintext(
                r -> r.keyId(key).keyPairSpec("ECC_NIST_P256")));
  }

  @Test
  void aKeyComesIntoNoStoreThatIsGone() {
    var store = connectedStore();
    lab.atOnce(
        () -> kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store)),
        Lab.attempt(() -> newKey(store)));
    if (kms.listKeys().keys().isEmpty()) {
      assertThat(inToken()).isEmpty();
      kms.deleteCustomKeyStore(r -> r.customKeyStoreId(store));
    }
    assertThat(kms.listKeys().keys()).isEmpty();
  }

  @Test
  void aStoreMovesToAClusterOfABackupAlone() throws Exception {
    var store = connectedStore();
    var key = newKey(store);
    var sealed = kms.encrypt(r -> r.keyId(key).plaintext(bytes("hello"))).ciphertextBlob();
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    var first = cluster;
    var units = hsm.describeClusters().clusters().getFirst().hsms();
    units.forEach(unit -> hsm.deleteHsm(r -> r.clusterId(first).hsmId(unit.hsmId())));
    var backup = hsm.describeBackups().backups().getFirst().backupId();

    // A cluster of its own, of the same owner.
    makeCluster(null);
    var certificate =
        owner.sign(
            hsm.describeClusters(r -> r.filters(Map.of("clusterIds", List.of(cluster))))
                .clusters()
                .getFirst()
                .certificates()
                .clusterCsr());
    hsm.initializeCluster(
        r -> r.clusterId(cluster).signedCert(certificate).trustAnchor(owner.certificate));
    activate();
    assertCode("CloudHsmClusterNotRelatedException", () -> moveTo(store, cluster));

    makeCluster(backup);
    addHsm("us-east-1b");
    hsm.deleteCluster(r -> r.clusterId(first));
    moveTo(store, cluster);
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(sealed)).plaintext().asUtf8String())
        .isEqualTo("hello");
  }

  private void makeCluster(@Nullable String backup) {
    cluster =
        hsm.createCluster(
                r ->
                    r.hsmType("hsm2m.medium")
                        .subnetIds("subnet-0123abcd", "subnet-4567abcd")
                        .sourceBackupId(backup))
            .cluster()
            .clusterId();
    addHsm("us-east-1a");
  }

  private void moveTo(String store, String clusterId) {
    kms.updateCustomKeyStore(r -> r.customKeyStoreId(store).cloudHsmClusterId(clusterId));
  }
}
