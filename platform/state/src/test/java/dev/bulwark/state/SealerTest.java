package dev.bulwark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {

  private static final byte[] SECRET = "a secret".getBytes();
  private static final byte[] OWNER = "AKIA1".getBytes();

  @TempDir Path folder;

  private Sealer open(String... variables) {
    return Sealer.open(
        folder, variables.length == 0 ? Map.of() : Map.of(variables[0], variables[1]));
  }

  private static String key(int fill) {
    var key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return Base64.getEncoder().encodeToString(key);
  }

  @Test
  void aSecretIsOpenedAfterARestart() throws Exception {
    var sealed = open().seal("keys", SECRET, OWNER);
    assertThat(sealed).hasSize(SECRET.length + Sealer.OVERHEAD);
    assertThat(new String(sealed, java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("secret");
    assertThat(open().open("keys", sealed, OWNER)).isEqualTo(SECRET);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("root.key"))))
        .isEqualTo("rw-------");
    assertThat(open().openText("t", open().sealText("t", "é", "x"), "x")).isEqualTo("é");
  }

  @Test
  void theSameSecretIsNeverSealedAlike() {
    var sealer = Sealer.ephemeral();
    assertThat(sealer.seal("keys", SECRET, OWNER)).isNotEqualTo(sealer.seal("keys", SECRET, OWNER));
  }

  @Test
  void anyChangedBitIsNoticed() {
    var sealer = Sealer.ephemeral();
    var sealed = sealer.seal("keys", SECRET, OWNER);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      var changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> sealer.open("keys", changed, OWNER))
          .isInstanceOf(SealException.class);
    }
    for (int length = 0; length < sealed.length; length++) {
      var cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> sealer.open("keys", cut, OWNER)).isInstanceOf(SealException.class);
    }
    assertThat(sealer.open("keys", sealed, OWNER)).isEqualTo(SECRET);
  }

  @Test
  void aSecretCannotBeMovedToAnotherOwnerOrPurpose() {
    var sealer = Sealer.ephemeral();
    var sealed = sealer.seal("keys", SECRET, OWNER);
    assertThatThrownBy(() -> sealer.open("keys", sealed, "AKIA2".getBytes()))
        .isInstanceOf(SealException.class);
    assertThatThrownBy(() -> sealer.open("passwords", sealed, OWNER))
        .isInstanceOf(SealException.class);
  }

  @Test
  void anotherRootKeyIsRefusedAtStart() throws Exception {
    open();
    Files.writeString(folder.resolve("root.key"), key(7));
    assertThatThrownBy(this::open)
        .hasMessageContaining("The root key does not match the data folder " + folder);
    assertThatThrownBy(() -> open("BULWARK_ROOT_KEY", key(1)))
        .hasMessageContaining("does not match");
  }

  @Test
  void aLostRootKeyIsNotReplacedByANewOne() throws Exception {
    open();
    Files.delete(folder.resolve("root.key"));
    assertThatThrownBy(this::open).hasMessageContaining("is missing");
    assertThat(folder.resolve("root.key")).doesNotExist();
  }

  @Test
  void theRootKeyIsTakenFromTheEnvironmentOrAFile() throws Exception {
    var sealed = open("BULWARK_ROOT_KEY", key(1)).seal("keys", SECRET, OWNER);
    assertThat(folder.resolve("root.key")).doesNotExist();
    var file = folder.resolve("elsewhere");
    Files.writeString(file, key(1) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(open("BULWARK_ROOT_KEY_FILE", file.toString()).open("keys", sealed, OWNER))
        .isEqualTo(SECRET);
    assertThatThrownBy(() -> open("BULWARK_ROOT_KEY", "c2hvcnQ="))
        .hasMessageContaining("must be 32 bytes in base64")
        .hasMessageNotContaining("c2hvcnQ");
    assertThatThrownBy(() -> open("BULWARK_ROOT_KEY_FILE", folder.resolve("none").toString()))
        .hasMessageContaining("is missing");
  }

  @Test
  void aRootKeyThatOthersCanReadIsRefused() throws Exception {
    open();
    Files.setPosixFilePermissions(
        folder.resolve("root.key"), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(this::open).hasMessageContaining("chmod 600");
  }

  @Test
  void manyThreadsShareOneSealer() {
    var sealer = Sealer.ephemeral();
    var opened = ConcurrentHashMap.<String>newKeySet();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 500; t++) {
        var text = "secret " + t;
        threads.submit(
            () -> {
              for (int i = 0; i < 20; i++) {
                opened.add(sealer.openText("p" + i, sealer.sealText("p" + i, text, "x"), "x"));
              }
            });
      }
    }
    assertThat(opened).hasSize(500);
  }
}
