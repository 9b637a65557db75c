package dev.bulwark.encryption.cloudhsm;

import static dev.bulwark.encryption.cloudhsm.ClusterWorld.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bulwark.cloudhsm.jca.CloudHsmException;
import dev.bulwark.cloudhsm.jca.CloudHsmProvider;
import dev.bulwark.cloudhsm.jca.CloudHsmSettings;
import dev.bulwark.cloudhsm.jca.HsmKeySpec;
import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import dev.bulwark.encryption.cloudhsm.ClusterUsers.Login;
import dev.bulwark.encryption.cloudhsm.front.HsmFront;
import dev.bulwark.encryption.kms.Lab;
import dev.bulwark.events.ApiCall;
import dev.bulwark.hsm.SoftHsm;
import dev.bulwark.schema.ApiException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets through a cluster's port, and what is told of it. */
final class FrontTest {
  private static ClusterWorld world;
  private static int users;

  /** Each test has a user of its own, whose password is the same. */
  private String user;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
    world = new ClusterWorld();
  }

  @BeforeEach
  void makeUser() {
    user = "user-" + ++users;
    world.lab.cryptoUser(world.cluster, user, PASSWORD);
  }

  @AfterAll
  static void stop() {
    if (world != null) {
      world.close();
    }
  }

  private UserAdministration administration() {
    return world.lab.cloudHsm().administration();
  }

  private List<String> recorded(Function<ApiCall, String> what) {
    world.lab.events().flush();
    return world.lab.events().callsAfter(0, 1000).stream()
        .filter(call -> call.eventSource().equals("cloudhsm.amazonaws.com"))
        .filter(call -> call.eventName().startsWith("CN_") || call.eventName().endsWith("Anchor"))
        .map(what)
        .toList();
  }

  private void assertRefused(RawClient client) {
    assertThatThrownBy(
            () -> {
              try (client) {
                client.logIn(user, PASSWORD);
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void onlyCertificatesOfTheClustersAuthoritiesGetThrough() throws Exception {
    try (var client = RawClient.of(world, world.owner)) {
      assertThat(client.logIn(user, PASSWORD)).isEqualTo(Status.OK);
    }
    var stranger = new Owner(world.lab.now());
    var pair = ClusterWorld.pair();
    var good = world.owner.certify("client", pair.getPublic());
    int port = world.front.port();
    assertRefused(RawClient.of(world, stranger));
    assertRefused(new RawClient(port, world.cluster, null, null, "TLSv1.3"));
    assertRefused(new RawClient(port, null, pair, good, "TLSv1.3"));
    assertRefused(new RawClient(port, "cluster-aaaaaaaaaaa", pair, good, "TLSv1.3"));
    assertRefused(new RawClient(port, world.cluster, pair, good, "TLSv1.2"));
    var silent = new RawClient(port, world.cluster, pair, good, "TLSv1.3");
    var parameters = silent.socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[0]);
    silent.socket.setSSLParameters(parameters);
    assertRefused(silent);
    var anothers = world.makeCluster(stranger);
    assertRefused(new RawClient(port, anothers, pair, good, "TLSv1.3"));
    var expired = world.owner.expired("client", pair.getPublic());
    assertRefused(new RawClient(port, world.cluster, pair, expired, "TLSv1.3"));
  }

  @Test
  void aClientTalksToItsOwnClusterAlone() throws Exception {
    var settings = world.settings(world.owner, PASSWORD);
    var stranger = new Owner(world.lab.now());
    var elsewhere =
        new CloudHsmSettings(
            settings.host(),
            settings.port(),
            settings.clusterId(),
            stranger.parsed(),
            settings.key(),
            settings.chain(),
            settings.user(),
            settings.password());
    try (var provider = new CloudHsmProvider(elsewhere)) {
      assertThatThrownBy(() -> provider.hsmKeys().names())
          .isInstanceOf(CloudHsmException.class)
          .hasMessageContaining("cannot be used");
    }
    try (var provider = new CloudHsmProvider(world.settings(world.owner, "wrong-password"))) {
      assertThatThrownBy(() -> provider.hsmKeys().names())
          .isInstanceOfSatisfying(
              CloudHsmException.class, e -> assertThat(e.status()).isEqualTo(Status.DENIED))
          .hasMessage("The user name or the password is not right.");
    }
    assertThat(settings.toString()).doesNotContain(PASSWORD);
  }

  @Test
  void aClusterFromABackupServesItsUsersUnderTheOldCertificate() throws Exception {
    try (var client = RawClient.of(world, world.owner)) {
      client.logIn(user, PASSWORD);
      assertThat(client.status(Operation.GENERATE_KEY, "k", "EC_P256")).isEqualTo(Status.OK);
    }
    world.lab.cloudHsm().keepBackups(world.lab.now().plus(Duration.ofDays(2)));
    var backup =
        world
            .hsm
            .describeBackups(r -> r.filters(Map.of("clusterIds", List.of(world.cluster))))
            .backups()
            .getFirst();
    var restored =
        world
            .hsm
            .createCluster(
                r ->
                    r.hsmType("hsm2m.medium")
                        .subnetIds("subnet-0123abcd")
                        .sourceBackupId(backup.backupId()))
            .cluster()
            .clusterId();
    world.addHsm(restored);
    var settings = world.settings(world.owner, PASSWORD);
    for (var name : List.of(restored, world.cluster)) {
      try (var provider =
          new CloudHsmProvider(
              new CloudHsmSettings(
                  settings.host(),
                  settings.port(),
                  restored,
                  name,
                  settings.trustAnchor(),
                  settings.key(),
                  settings.chain(),
                  user,
                  PASSWORD))) {
        if (name.equals(restored)) {
          assertThatThrownBy(() -> provider.hsmKeys().names())
              .hasMessageContaining("the certificate is not of " + restored);
        } else {
          assertThat(provider.hsmKeys().names()).containsExactly("k");
        }
      }
    }
  }

  @Test
  void anAdminRegistersFurtherAuthorities() throws Exception {
    var other = new Owner(world.lab.now());
    var trust = world.lab.cloudHsm().trust();
    assertRefused(RawClient.of(world, other));
    var id = trust.register(Lab.ACCOUNT, world.cluster, Lab.ADMIN, other.certificate, Lab.ORIGIN);
    try (var client = RawClient.of(world, other)) {
      assertThat(client.logIn(user, PASSWORD)).isEqualTo(Status.OK);
    }
    assertThat(trust.list(Lab.ACCOUNT, world.cluster)).containsExactly(id);
    assertThatThrownBy(
            () ->
                trust.register(
                    Lab.ACCOUNT, world.cluster, Lab.ADMIN, other.certificate, Lab.ORIGIN))
        .isInstanceOf(ApiException.class);
    trust.deregister(Lab.ACCOUNT, world.cluster, Lab.ADMIN, id, Lab.ORIGIN);
    assertRefused(RawClient.of(world, other));
    assertThat(recorded(ApiCall::eventName))
        .contains("RegisterTrustAnchor", "DeregisterTrustAnchor");
  }

  @Test
  void fiveWrongPasswordsLockAUserOutUntilAnAdminSetsAnother() throws Exception {
    try (var client = RawClient.of(world, world.owner)) {
      for (int i = 0; i < 4; i++) {
        assertThat(client.logIn(user, "wrong-password")).isEqualTo(Status.DENIED);
      }
      assertThat(client.logIn(user, PASSWORD)).isEqualTo(Status.OK);
      for (int i = 0; i < 4; i++) {
        assertThat(client.logIn(user, "wrong-password")).isEqualTo(Status.DENIED);
      }
      assertThat(client.logIn(user, "wrong-password")).isEqualTo(Status.LOCKED);
      assertThat(client.socket.getInputStream().read())
          .as("the connection ends after five wrong passwords in a row")
          .isEqualTo(-1);
    }
    try (var client = RawClient.of(world, world.owner)) {
      assertThat(client.logIn(user, PASSWORD)).isEqualTo(Status.LOCKED);
      assertThat(administration().list(Lab.ACCOUNT, world.cluster))
          .contains(new UserAdministration.User(user, UserRole.CRYPTO_USER, true));
      assertThat(client.status(Operation.LOG_IN, "nobody", "wrong-password"))
          .isEqualTo(Status.DENIED);
      administration()
          .resetPassword(
              Lab.ACCOUNT, world.cluster, Lab.ADMIN, user, "another-password", Lab.ORIGIN);
      assertThat(client.logIn(user, "another-password")).isEqualTo(Status.OK);
    }
  }

  @Test
  void anotherPasswordEndsTheSessionsOfBefore() throws Exception {
    try (var first = RawClient.of(world, world.owner);
        var second = RawClient.of(world, world.owner)) {
      assertThat(first.status(Operation.LIST_KEYS, "")).isEqualTo(Status.NOT_LOGGED_IN);
      assertThat(first.logIn(user, PASSWORD)).isEqualTo(Status.OK);
      assertThat(second.logIn(user, PASSWORD)).isEqualTo(Status.OK);
      assertThat(first.status(Operation.CHANGE_PASSWORD, "wrong-password", "next-password"))
          .isEqualTo(Status.DENIED);
      assertThat(first.status(Operation.CHANGE_PASSWORD, PASSWORD, "short"))
          .isEqualTo(Status.REFUSED);
      assertThat(first.status(Operation.CHANGE_PASSWORD, PASSWORD, "next-password"))
          .isEqualTo(Status.OK);
      assertThat(first.status(Operation.LIST_KEYS, "")).isEqualTo(Status.OK);
      assertThat(second.status(Operation.LIST_KEYS, "")).isEqualTo(Status.NOT_LOGGED_IN);
      assertThat(second.logIn(user, "next-password")).isEqualTo(Status.OK);
      assertThat(second.status(Operation.LOG_OUT)).isEqualTo(Status.OK);
      assertThat(second.status(Operation.LIST_KEYS, "")).isEqualTo(Status.NOT_LOGGED_IN);
    }
  }

  @Test
  void nobodyIsServedWhileTheClusterHasNoHsm() throws Exception {
    try (var client = RawClient.of(world, world.owner)) {
      assertThat(client.logIn(user, PASSWORD)).isEqualTo(Status.OK);
      var unit =
          world
              .hsm
              .describeClusters(r -> r.filters(Map.of("clusterIds", List.of(world.cluster))))
              .clusters()
              .getFirst()
              .hsms()
              .getFirst()
              .hsmId();
      world.hsm.deleteHsm(r -> r.clusterId(world.cluster).hsmId(unit));
      assertThat(client.status(Operation.LIST_KEYS, "")).isEqualTo(Status.UNAVAILABLE);
      assertRefused(RawClient.of(world, world.owner));
      world.addHsm(world.cluster);
      assertThat(client.status(Operation.LIST_KEYS, "")).isEqualTo(Status.OK);
      administration().delete(Lab.ACCOUNT, world.cluster, Lab.ADMIN, user, Lab.ORIGIN);
      assertThat(client.status(Operation.LIST_KEYS, "")).isEqualTo(Status.NOT_LOGGED_IN);
    }
  }

  @Test
  void everyOperationIsServed() throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest(new byte[3]);
    try (var client = RawClient.of(world, world.owner)) {
      client.logIn(user, PASSWORD);
      assertThat(client.status(Operation.GENERATE_KEY, "ec", "EC_P256")).isEqualTo(Status.OK);
      assertThat(client.status(Operation.GENERATE_KEY, "ec", "EC_P256")).isEqualTo(Status.REFUSED);
      assertThat(client.status(Operation.GENERATE_KEY, "rsa", "RSA_2048")).isEqualTo(Status.OK);
      assertThat(client.status(Operation.GENERATE_KEY, "aes", "AES_256")).isEqualTo(Status.OK);
      var listed = client.ask(Operation.LIST_KEYS, "");
      assertThat(
              List.of(
                  listed.text(0), listed.text(1), listed.text(2), listed.text(4), listed.text(5)))
          .containsExactly("aes", "AES_256", "ec", "rsa", "RSA_2048");
      var signature =
          client.ask(Operation.SIGN, "ec", "ECDSA", "SHA_256", digest).fields().getFirst();
      assertThat(client.ask(Operation.VERIFY, "ec", "ECDSA", "SHA_256", digest, signature).fields())
          .containsExactly(new byte[] {1});
      signature[0] ^= 1;
      assertThat(client.ask(Operation.VERIFY, "ec", "ECDSA", "SHA_256", digest, signature).fields())
          .containsExactly(new byte[] {0});
      var sealed = client.ask(Operation.ENCRYPT, "aes", "", "text");
      var nonce = sealed.fields().getFirst();
      assertThat(client.ask(Operation.DECRYPT, "aes", nonce, "", sealed.fields().get(1)).text(0))
          .isEqualTo("text");
      assertThat(client.status(Operation.DECRYPT, "aes", nonce, "x", sealed.fields().get(1)))
          .isEqualTo(Status.BAD_DATA);
      var oaep =
          client
              .ask(Operation.ENCRYPT_OAEP, "rsa", "SHA_256", "SHA_256", "text")
              .fields()
              .getFirst();
      assertThat(client.ask(Operation.DECRYPT_OAEP, "rsa", "SHA_256", "SHA_256", oaep).text(0))
          .isEqualTo("text");
      assertThat(client.ask(Operation.RANDOM, 20).fields().getFirst()).hasSize(20);
      assertThat(client.status(Operation.DELETE_KEY, "ec")).isEqualTo(Status.OK);
      assertThat(client.status(Operation.DESCRIBE_KEY, "ec")).isEqualTo(Status.NOT_FOUND);
      assertThat(client.status(Operation.LOG_OUT)).isEqualTo(Status.OK);
    }
    assertThat(recorded(ApiCall::eventName))
        .contains(
            "CN_CREATE_CO",
            "CN_CREATE_USER",
            "CN_LOGIN",
            "CN_GENERATE_KEY",
            "CN_GENERATE_KEY_PAIR",
            "CN_TOMBSTONE_OBJECT",
            "CN_LOGOUT");
  }

  @Test
  void theRecordTellsOfLoginsAndKeysAndOfNoSecret() throws Exception {
    try (var client = RawClient.of(world, world.owner)) {
      client.logIn(user, "wrong-password");
      client.status(Operation.LOG_IN, "my-password-by-mistake", "x");
      client.logIn(user, PASSWORD);
      client.status(Operation.GENERATE_KEY, "aes", "AES_256");
      client.status(Operation.GENERATE_KEY, "aes", "AES_256");
    }
    var records = recorded(call -> new String(call.record(), StandardCharsets.UTF_8));
    assertThat(records)
        .noneMatch(record -> record.contains("-password"))
        .anyMatch(
            record ->
                record.contains("\"eventName\":\"CN_LOGIN\"")
                    && record.contains("\"errorCode\":\"CloudHsmAccessDeniedException\"")
                    && record.contains("\"userName\":\"" + user + "\"")
                    && record.contains("\"userType\":\"CN_CRYPTO_USER\""))
        .anyMatch(
            record ->
                record.contains("\"eventName\":\"CN_GENERATE_KEY\"")
                    && record.contains("\"keyName\":\"aes\"")
                    && record.contains("\"sourceIPAddress\":\"127.0.0.1\"")
                    && record.contains("\"clusterId\":\"" + world.cluster + "\""))
        .anyMatch(
            record ->
                record.contains("\"eventName\":\"CN_GENERATE_KEY\"")
                    && record.contains("\"errorCode\":\"CloudHsmInvalidRequestException\""));
  }

  @Test
  void whatIsNoRequestEndsTheConnection() throws Exception {
    var bad =
        List.<byte[]>of(
            ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array(),
            ByteBuffer.allocate(6).putInt(2).put((byte) 99).array(),
            ByteBuffer.allocate(6).putInt(2).put((byte) 1).array(),
            ByteBuffer.allocate(10).putInt(6).put((byte) 1).put((byte) 1).putInt(1000).array());
    for (var bytes : bad) {
      try (var client = RawClient.of(world, world.owner)) {
        client.socket.getOutputStream().write(bytes);
        var answer = Message.read(client.socket.getInputStream());
        assertThat(Status.of(answer.code())).isEqualTo(Status.BAD_REQUEST);
        assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
      }
    }
    try (var client = RawClient.of(world, world.owner)) {
      client.logIn(user, PASSWORD);
      client.status(Operation.GENERATE_KEY, "aes", "AES_256");
      assertThat(client.status(Operation.ENCRYPT, "aes", "", new byte[64 * 1024 + 1]))
          .isEqualTo(Status.BAD_REQUEST);
    }
    try (var client = RawClient.of(world, world.owner)) {
      client.logIn(user, PASSWORD);
      assertThat(client.status(Operation.GENERATE_KEY, "k", "DES")).isEqualTo(Status.BAD_REQUEST);
    }
    try (var plain = new Socket("127.0.0.1", world.front.port())) {
      plain.setSoTimeout(20_000);
      plain.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(plain.getInputStream().readAllBytes().length).isLessThan(100);
    }
  }

  @Test
  void whoeverOnlyConnectsShutsOutNobody() throws Exception {
    var others = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 300; i++) {
        others.add(new Socket("127.0.0.1", world.front.port()));
      }
      try (var client = RawClient.of(world, world.owner)) {
        assertThat(client.logIn(user, PASSWORD)).isEqualTo(Status.OK);
      }
    } finally {
      for (var other : others) {
        other.close();
      }
    }
  }

  @Test
  void aClientFailsOnceAtTheMostAfterTheClusterWasStartedAnew() throws Exception {
    var usual = world.settings(world.owner, PASSWORD);
    var before = new HsmFront(world.lab.cloudHsm(), "127.0.0.1", 0, world.lab.clock());
    int port = before.port();
    var settings =
        new CloudHsmSettings(
            usual.host(),
            port,
            usual.clusterId(),
            usual.trustAnchor(),
            usual.key(),
            usual.chain(),
            user,
            PASSWORD);
    try (var provider = new CloudHsmProvider(settings)) {
      try (before;
          var threads = Executors.newFixedThreadPool(4)) {
        // Keys of one token are made one after the other: each thread has its own connection.
        var all = new CyclicBarrier(4);
        var made = new ArrayList<Future<KeyPair>>();
        for (int i = 0; i < 4; i++) {
          var name = "rsa-" + i;
          made.add(
              threads.submit(
                  () -> {
                    all.await();
                    var generator = KeyPairGenerator.getInstance("RSA", provider);
                    generator.initialize(new HsmKeySpec(name, 2048));
                    return generator.generateKeyPair();
                  }));
        }
        for (var one : made) {
          one.get();
        }
      }
      try (var after = new HsmFront(world.lab.cloudHsm(), "127.0.0.1", port, world.lab.clock())) {
        assertThat(after.port()).isEqualTo(port);
        var generator = KeyGenerator.getInstance("AES", provider);
        generator.init(new HsmKeySpec("first", 256));
        assertThatThrownBy(generator::generateKey).isInstanceOf(CloudHsmException.class);
        generator.init(new HsmKeySpec("second", 256));
        assertThat(generator.generateKey().getAlgorithm()).isEqualTo("AES");
        assertThat(provider.hsmKeys().names())
            .containsExactly("rsa-0", "rsa-1", "rsa-2", "rsa-3", "second");
      }
    }
  }

  @Test
  void usersAreManagedByAdminsAlone() {
    var admins = administration();
    admins.create(
        Lab.ACCOUNT,
        world.cluster,
        Lab.ADMIN,
        "second",
        UserRole.ADMIN,
        "second-password",
        Lab.ORIGIN);
    var second = new Login("second", "second-password");
    admins.changePassword(Lab.ACCOUNT, world.cluster, second, "third-password", Lab.ORIGIN);
    var now = new Login("second", "third-password");
    for (var refused : List.of(second, new Login(user, PASSWORD))) {
      assertThatThrownBy(
              () -> admins.delete(Lab.ACCOUNT, world.cluster, refused, "app", Lab.ORIGIN))
          .isInstanceOf(ApiException.class)
          .hasMessage("The user name or the password is not right.");
    }
    assertThatThrownBy(() -> admins.delete(Lab.ACCOUNT, world.cluster, now, "second", Lab.ORIGIN))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> admins.list("210987654321", world.cluster))
        .isInstanceOf(ApiException.class);
    admins.delete(Lab.ACCOUNT, world.cluster, now, user, Lab.ORIGIN);
    assertThat(admins.list(Lab.ACCOUNT, world.cluster))
        .contains(
            new UserAdministration.User("admin", UserRole.ADMIN, false),
            new UserAdministration.User("second", UserRole.ADMIN, false))
        .noneMatch(one -> one.name().equals(user));
    admins.delete(Lab.ACCOUNT, world.cluster, Lab.ADMIN, "second", Lab.ORIGIN);
  }
}
