package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bulwark.cloudhsm.jca.CloudHsmProvider;
import dev.bulwark.cloudhsm.jca.CloudHsmSettings;
import dev.bulwark.cloudhsm.jca.HsmKeySpec;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster is claimed and a KMS custom key store runs on it, with the stock aws CLI and OpenSSL:
 * scenario S27.
 */
class CloudHsmTest {
  @TempDir Path data;
  @TempDir Path folder;

  @BeforeEach
  void requireSoftHsm() {
    assumeThat(
            Stream.of("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
                .map(Path::of)
                .filter(Files::exists))
        .as("SoftHSM2 is not installed: apt install softhsm2")
        .isNotEmpty();
  }

  private String hsm(String input, String... arguments) {
    var all =
        Stream.of(Stream.of("hsm"), Stream.of(arguments), Stream.of("--data", data.toString()))
            .flatMap(part -> part)
            .toArray(String[]::new);
    var ended = RunningServer.commandReading(input, all);
    assertThat(ended.status()).as(ended.printed()).isZero();
    return ended.printed();
  }

  @Test
  void keysOfACustomKeyStoreOutliveARestartAndStayInTheirToken() throws Exception {
    var program = Tool.onPath("aws");
    var openssl = Tool.onPath("openssl");
    assumeThat(program).as("the aws CLI is not installed").isPresent();
    assumeThat(openssl).as("OpenSSL is not installed").isPresent();
    String key;
    try (var server = RunningServer.start("--data", data.toString())) {
      var aws = Tool.of(program.get(), server, folder);
      var cluster = activeCluster(aws, Tool.of(openssl.get(), server, folder));
      addHsm(aws, cluster, "us-east-1b");
      hsm("admin-password\nkms-password\n", "create-user", cluster, "kmsuser");
      var store =
          aws.run(
                  "kms",
                  "create-custom-key-store",
                  "--custom-key-store-name",
                  "store",
                  "--cloud-hsm-cluster-id",
                  cluster,
                  "--key-store-password",
                  "kms-password",
                  "--trust-anchor-certificate",
                  "file://customerCA.crt",
                  "--query",
                  "CustomKeyStoreId",
                  "--output",
                  "text")
              .ok();
      aws.run("kms", "connect-custom-key-store", "--custom-key-store-id", store).ok();
      key =
          aws.run(
                  "kms",
                  "create-key",
                  "--origin",
                  "AWS_CLOUDHSM",
                  "--custom-key-store-id",
                  store,
                  "--query",
                  "KeyMetadata.KeyId",
                  "--output",
                  "text")
              .ok();
      Files.writeString(folder.resolve("secret.txt"), "attack at dawn");
      var sealed =
          aws.run(
                  "kms",
                  "encrypt",
                  "--key-id",
                  key,
                  "--plaintext",
                  "fileb://secret.txt",
                  "--query",
                  "CiphertextBlob",
                  "--output",
                  "text")
              .ok();
      Files.write(folder.resolve("secret.bin"), Base64.getDecoder().decode(sealed));
    }
    try (var server = RunningServer.start("--data", data.toString())) {
      var aws = Tool.of(program.get(), server, folder);
      var opened =
          aws.run(
                  "kms",
                  "decrypt",
                  "--ciphertext-blob",
                  "fileb://secret.bin",
                  "--query",
                  "Plaintext",
                  "--output",
                  "text")
              .ok();
      assertThat(new String(Base64.getDecoder().decode(opened), StandardCharsets.UTF_8))
          .isEqualTo("attack at dawn");
      var store =
          aws.run(
                  "kms",
                  "describe-key",
                  "--key-id",
                  key,
                  "--query",
                  "KeyMetadata.CustomKeyStoreId",
                  "--output",
                  "text")
              .ok();
      aws.run("kms", "disconnect-custom-key-store", "--custom-key-store-id", store).ok();
      assertThat(aws.run("kms", "decrypt", "--ciphertext-blob", "fileb://secret.bin").failed())
          .contains("KMSInvalidStateException");
    }
  }

  /** A cluster with one HSM, claimed, whose admin's password is admin-password. */
  private String activeCluster(Tool aws, Tool openssl) throws Exception {
    var cluster =
        aws.run(
                "cloudhsmv2",
                "create-cluster",
                "--hsm-type",
                "hsm2m.medium",
                "--mode",
                "NON_FIPS",
                "--subnet-ids",
                "subnet-0123abcd",
                "subnet-4567abcd",
                "--query",
                "Cluster.ClusterId",
                "--output",
                "text")
            .ok();
    addHsm(aws, cluster, "us-east-1a");
    claim(aws, openssl, cluster);
    hsm("admin-password\n", "activate", cluster);
    return cluster;
  }

  /** A certificate of a client that the cluster's owner signed, in client.p12. */
  private void makeClient(Tool openssl) {
    openssl
        .run(
            "req",
            "-new",
            "-nodes",
            "-newkey",
            "rsa:2048",
            "-subj",
            "/CN=client",
            "-keyout",
            "client.key",
            "-out",
            "client.csr")
        .ok();
    openssl
        .run(
            "x509",
            "-req",
            "-days",
            "30",
            "-in",
            "client.csr",
            "-CA",
            "customerCA.crt",
            "-CAkey",
            "customerCA.key",
            "-CAcreateserial",
            "-out",
            "client.crt")
        .ok();
    openssl
        .run(
            "pkcs12",
            "-export",
            "-in",
            "client.crt",
            "-inkey",
            "client.key",
            "-out",
            "client.p12",
            "-passout",
            "pass:changeit")
        .ok();
  }

  private CloudHsmSettings settings(String cluster, int port, String password) throws Exception {
    Files.writeString(folder.resolve("p12.password"), "changeit");
    Files.writeString(folder.resolve("user.password"), password);
    return CloudHsmSettings.read(
        Files.writeString(
            folder.resolve("cluster.properties"),
            """
            host=127.0.0.1
            port=%d
            cluster=%s
            trust.anchor=customerCA.crt
            client.keystore=client.p12
            client.keystore.password.file=p12.password
            user=app
            password.file=user.password
            """
                .formatted(port, cluster)));
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void anApplicationSignsWithAKeyThatOutlivesAKillOfTheServer() throws Exception {
    var program = Tool.onPath("aws");
    var openssl = Tool.onPath("openssl");
    assumeThat(program).as("the aws CLI is not installed").isPresent();
    assumeThat(openssl).as("OpenSSL is not installed").isPresent();
    int port = freePort();
    String cluster;
    var server =
        RunningServer.start("--data", data.toString(), "--hsm-port", Integer.toString(port));
    try (server) {
      var aws = Tool.of(program.get(), server, folder);
      var ssl = Tool.of(openssl.get(), server, folder);
      cluster = activeCluster(aws, ssl);
      hsm("admin-password\napp-password\n", "create-user", cluster, "app");
      assertThat(hsm("", "list-users", cluster))
          .contains("{\"username\":\"app\",\"role\":\"crypto-user\",\"locked\":\"false\"}");
      makeClient(ssl);
      try (var wrong = new CloudHsmProvider(settings(cluster, port, "wrong-password"))) {
        assertThatThrownBy(() -> wrong.hsmKeys().names())
            .hasMessage("The user name or the password is not right.");
      }
      try (var provider = new CloudHsmProvider(settings(cluster, port, "app-password"))) {
        var generator = KeyPairGenerator.getInstance("EC", provider);
        generator.initialize(new HsmKeySpec("invoices", 256));
        generator.generateKeyPair();
      }
      assertThat(
              aws.run(
                      "cloudtrail",
                      "lookup-events",
                      "--lookup-attributes",
                      "AttributeKey=EventSource,AttributeValue=cloudhsm.amazonaws.com",
                      "--query",
                      "Events[].EventName",
                      "--output",
                      "text")
                  .ok())
          .contains("CN_GENERATE_KEY_PAIR", "CN_LOGIN", "CN_CREATE_USER");
      server.kill();
    }
    try (var again =
            RunningServer.start("--data", data.toString(), "--hsm-port", Integer.toString(port));
        var provider = new CloudHsmProvider(settings(cluster, port, "app-password"))) {
      var signer = Signature.getInstance("SHA256withECDSA", provider);
      signer.initSign((PrivateKey) provider.hsmKeys().find("invoices").orElseThrow());
      Files.writeString(folder.resolve("invoice.txt"), "pay 100");
      signer.update(Files.readAllBytes(folder.resolve("invoice.txt")));
      Files.write(folder.resolve("invoice.sig"), signer.sign());
      Files.write(
          folder.resolve("invoices.der"), provider.hsmKeys().publicKey("invoices").getEncoded());
      var ssl = Tool.of(openssl.get(), again, folder);
      ssl.run("pkey", "-pubin", "-inform", "DER", "-in", "invoices.der", "-out", "invoices.pem")
          .ok();
      assertThat(
              ssl.run(
                      "dgst",
                      "-sha256",
                      "-verify",
                      "invoices.pem",
                      "-signature",
                      "invoice.sig",
                      "invoice.txt")
                  .ok())
          .contains("Verified OK");
    }
  }

  @Test
  void withoutSoftHsm2AClusterIsRefusedWithWhatToInstall() {
    var program = Tool.onPath("aws");
    assumeThat(program).as("the aws CLI is not installed").isPresent();
    try (var server =
        RunningServer.start(Map.of("BULWARK_SOFTHSM_LIBRARY", "/nonexistent.so"), "--ephemeral")) {
      assertThat(
              Tool.of(program.get(), server, folder)
                  .run(
                      "cloudhsmv2",
                      "create-cluster",
                      "--hsm-type",
                      "hsm2m.medium",
                      "--mode",
                      "NON_FIPS",
                      "--subnet-ids",
                      "subnet-0123abcd")
                  .failed())
          .contains("SoftHSM2 is not installed on this machine", "apt install softhsm2");
    }
  }

  private static void addHsm(Tool aws, String cluster, String zone) {
    aws.run("cloudhsmv2", "create-hsm", "--cluster-id", cluster, "--availability-zone", zone).ok();
  }

  /** As AWS's guide does it. */
  private void claim(Tool aws, Tool openssl, String cluster) throws Exception {
    var csr =
        aws.run(
                "cloudhsmv2",
                "describe-clusters",
                "--filters",
                "clusterIds=" + cluster,
                "--query",
                "Clusters[].Certificates.ClusterCsr",
                "--output",
                "text")
            .ok();
    Files.writeString(folder.resolve("cluster.csr"), csr + "\n");
    openssl
        .run(
            "req",
            "-new",
            "-x509",
            "-days",
            "3652",
            "-nodes",
            "-newkey",
            "rsa:2048",
            "-subj",
            "/CN=owner",
            "-keyout",
            "customerCA.key",
            "-out",
            "customerCA.crt")
        .ok();
    openssl
        .run(
            "x509",
            "-req",
            "-days",
            "3652",
            "-in",
            "cluster.csr",
            "-CA",
            "customerCA.crt",
            "-CAkey",
            "customerCA.key",
            "-CAcreateserial",
            "-out",
            "cluster.crt")
        .ok();
    assertThat(
            aws.run(
                    "cloudhsmv2",
                    "initialize-cluster",
                    "--cluster-id",
                    cluster,
                    "--signed-cert",
                    "file://cluster.crt",
                    "--trust-anchor",
                    "file://customerCA.crt",
                    "--query",
                    "State",
                    "--output",
                    "text")
                .ok())
        .isEqualTo("INITIALIZE_IN_PROGRESS");
  }
}
