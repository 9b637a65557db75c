package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index spares a start reading many records, and proves them no less. */
final class LogIndexTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Logger LOGGER = Logger.getLogger(KeyVault.class.getName());
  private static final int MANY = 2100;

  @TempDir Path root;
  private Path log = Path.of("");
  private Path mirrored = Path.of("");
  private Path index = Path.of("");
  private final List<MaterialRef> refs = new ArrayList<>();

  @BeforeEach
  void fill() {
    LOGGER.setLevel(Level.OFF);
    log = root.resolve("keys").resolve(KeyLog.FILE);
    mirrored = root.resolve("mirror").resolve(KeyLog.FILE);
    index = root.resolve("keys").resolve(LogIndex.FILE);
    try (var vault = open()) {
      add(vault, MANY);
    }
  }

  private KeyVault open() {
    return KeyVault.open(
        root.resolve("keys"), root.resolve("mirror"), new VaultTest.TestSeal(1), RANDOM, false);
  }

  private void add(KeyVault vault, int count) {
    for (int i = 0; i < count; i++) {
      try (var material = KeyMaterial.generate(KeySpec.SYMMETRIC_DEFAULT, RANDOM)) {
        var key = "key-" + refs.size();
        var ref = new MaterialRef("111122223333", "us-east-1", key, vault.identify(key, material));
        vault.add(ref, material);
        refs.add(ref);
      }
    }
  }

  private void assertHoldsAll(KeyVault vault) {
    for (var ref : refs) {
      vault.get(ref).close();
    }
    assertThat(vault.status().materials()).isEqualTo(refs.size());
  }

  @Test
  void manyMaterialsAreIndexedAndLaterOnesFollow() {
    assertThat(index).exists();
    try (var vault = open()) {
      assertHoldsAll(vault);
      add(vault, 3);
    }
    try (var vault = open()) {
      assertHoldsAll(vault);
      assertThat(vault.findings()).isEmpty();
    }
  }

  @Test
  void whatIsDestroyedAfterwardsIsGone() {
    try (var vault = open()) {
      vault.destroy(List.of(refs.removeFirst()));
    }
    try (var vault = open()) {
      assertHoldsAll(vault);
    }
    try (var vault = open()) {
      assertHoldsAll(vault);
    }
  }

  @Test
  void withoutItOrWithADamagedOneTheRecordsAreRead() throws IOException {
    var whole = Files.readAllBytes(index);
    for (int at : List.of(0, 60, 90, 130, whole.length / 2, whole.length - 1)) {
      var flipped = whole.clone();
      flipped[at] ^= 1;
      Files.write(index, flipped);
      try (var vault = open()) {
        assertHoldsAll(vault);
      }
    }
    Files.write(index, Arrays.copyOf(whole, 70));
    try (var vault = open()) {
      assertHoldsAll(vault);
    }
    Files.delete(index);
    try (var vault = open()) {
      assertHoldsAll(vault);
    }
  }

  @Test
  void aFlippedBitBeforeItsEndIsHealedFromTheMirror() throws IOException {
    var bytes = Files.readAllBytes(log);
    bytes[LogHeader.LENGTH + 1000] ^= 1;
    Files.write(log, bytes);
    try (var vault = open()) {
      assertThat(vault.findings()).isNotEmpty();
      assertHoldsAll(vault);
    }
  }

  @Test
  void aChangeInBothCopiesUnderValidChecksumsIsFound() throws IOException {
    var bytes = Files.readAllBytes(log);
    var frames = ByteBuffer.wrap(bytes);
    int length = frames.getInt(LogHeader.LENGTH);
    bytes[LogHeader.LENGTH + Frame.HEADER + length / 2] ^= 1;
    var crc = new CRC32C();
    crc.update(bytes, LogHeader.LENGTH, 12);
    crc.update(bytes, LogHeader.LENGTH + Frame.HEADER, length);
    frames.putInt(LogHeader.LENGTH + 12, (int) crc.getValue());
    Files.write(log, bytes);
    Files.write(mirrored, bytes);
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            CryptographyException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED));
  }

  @Test
  void anotherRootKeyMakesAnother() throws IOException {
    try (var vault = open()) {
      vault.rotateRoot(new VaultTest.TestSeal(1));
    }
    var renewed = Files.readAllBytes(index);
    try (var vault = open()) {
      assertHoldsAll(vault);
    }
    assertThat(renewed).isNotEmpty().isEqualTo(Files.readAllBytes(index));
  }
}
