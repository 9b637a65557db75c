package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/** The root key of KMS's keys under a key in a PKCS #11 token, with SoftHSM2 as the module. */
class Pkcs11SealTest {
  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  @TempDir Path data;
  @TempDir Path folder;
  private Map<String, String> environment;
  private String uri;

  @BeforeEach
  void makeToken() throws Exception {
    var tool = Tool.onPath("softhsm2-util");
    assumeThat(tool).as("SoftHSM2 is not installed: apt install softhsm2").isPresent();
    assumeThat(MODULE).as("SoftHSM2's library is elsewhere").exists();
    Files.createDirectory(folder.resolve("tokens"));
    var conf = folder.resolve("softhsm2.conf");
    Files.writeString(conf, "directories.tokendir = " + folder.resolve("tokens") + "\n");
    environment = Map.of("SOFTHSM2_CONF", conf.toString());
    var process =
        new ProcessBuilder(
            tool.get().toString(),
            "--init-token",
            "--free",
            "--label",
            "bulwark",
            "--pin",
            "123456",
            "--so-pin",
            "654321");
    process.environment().putAll(environment);
    assertThat(process.redirectErrorStream(true).start().waitFor()).isZero();
    var pin = folder.resolve("pin");
    Files.writeString(pin, "123456\n");
    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
    uri =
        "pkcs11:token=bulwark;object=root?module-path=%s&pin-source=file:%s".formatted(MODULE, pin);
  }

  private static KmsClient kms(RunningServer server) {
    return server.client(KmsClient.builder(), RunningServer.ROOT);
  }

  private RunningServer start(String... more) {
    var options = new ArrayList<>(List.of("--data", data.toString()));
    options.addAll(List.of(more));
    return RunningServer.start(environment, options.toArray(new String[0]));
  }

  private String seal(String... options) {
    var arguments = new ArrayList<>(List.of("seal", "--data", data.toString()));
    arguments.addAll(List.of(options));
    return RunningServer.command(arguments.toArray(new String[0])).printed();
  }

  private RunningServer.Ended refused(String... more) {
    var options = new ArrayList<>(List.of("--data", data.toString()));
    options.addAll(List.of(more));
    return RunningServer.refused(environment, options.toArray(new String[0]));
  }

  @Test
  void keysGoUnderATokenAndBackWithoutAPause() throws Exception {
    SdkBytes sealed;
    try (var server = start()) {
      var kms = kms(server);
      var key = kms.createKey(r -> {}).keyMetadata().keyId();
      sealed =
          kms.encrypt(r -> r.keyId(key).plaintext(SdkBytes.fromUtf8String("hello")))
              .ciphertextBlob();
      assertThat(seal("--pkcs11", uri)).contains("The token bulwark has no AES key root");
      assertThat(seal()).contains("\"seal\":\"key-file\"");
      assertThat(seal("--pkcs11", uri, "--make-key")).contains("\"seal\":\"pkcs11\"");
      var blob = sealed;
      assertThat(kms.decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("hello");
      assertThat(seal("--rotate")).contains("\"sealed\":false,\"seal\":\"pkcs11\"");
      assertThat(kms.decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("hello");
    }
    assertThat(refused().printed()).contains("sealed by a PKCS #11 token: name it with --seal");
    var pin = folder.resolve("pin");
    Files.writeString(pin, "999999\n");
    assertThat(refused("--seal", uri).printed()).contains("The PIN of token bulwark is not right");
    Files.writeString(pin, "123456\n");
    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(refused("--seal", uri).printed()).contains("chmod 600");
    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
    assertThat(refused("--seal", uri.replace("object=root", "object=other")).printed())
        .contains("The token bulwark has no AES key other");
    assertThat(refused("--seal", uri + "&pin-value=123456").printed())
        .contains("does not belong into a command line");
    try (var server = start("--seal", uri)) {
      var blob = sealed;
      assertThat(kms(server).decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("hello");
      assertThat(seal("--key-file")).contains("\"seal\":\"key-file\"");
    }
    try (var server = start()) {
      var blob = sealed;
      assertThat(kms(server).decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("hello");
    }
  }
}
