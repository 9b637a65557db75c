package dev.bulwark.encryption.cloudhsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.hsm.KeySpec;
import dev.bulwark.hsm.SoftHsm;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens in sealed files, and back. */
final class BackupArchivesTest {
  private static final String LABEL = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;
  private final Sealer sealer = Sealer.ephemeral();
  private Tokens tokens;
  private BackupArchives archives;
  private ClusterSecrets secrets;

  @BeforeEach
  void makeToken() {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
    tokens = new Tokens(folder.resolve("hsm"), System.getenv());
    archives = new BackupArchives(tokens, sealer, folder.resolve("hsm/backups"));
    var pin = "a pin of the user, long".getBytes(StandardCharsets.US_ASCII);
    secrets =
        ClusterSecrets.NONE.plus(
            new UserRecord(
                "app", UserRole.CRYPTO_USER, "hash", LABEL, archives.sealPin(pin, LABEL), 0));
    tokens.using(
        hsm -> {
          hsm.create(LABEL, pin, pin).generate("k", KeySpec.AES_256);
          return hsm;
        });
  }

  @AfterEach
  void close() {
    if (tokens != null) {
      tokens.close();
    }
  }

  private List<String> keysOf(ClusterSecrets restored) {
    var user = restored.users().getFirst();
    var label = Objects.requireNonNull(user.token());
    assertThat(label).isNotEqualTo(LABEL);
    var pin = archives.openPin(Objects.requireNonNull(user.pin()), label);
    return tokens.using(hsm -> hsm.token(label, pin)).names();
  }

  @Test
  void aLargeTokenComesBack() throws Exception {
    Path token;
    try (var all = Files.list(folder.resolve("hsm/tokens"))) {
      token = all.findFirst().orElseThrow();
    }
    var large = new byte[66 * 1024 * 1024];
    new Random(1).nextBytes(large);
    Files.write(token.resolve("large.lock"), large);
    var file = archives.write(List.of(LABEL));
    assertThat(folder.resolve("hsm/backups").resolve(file))
        .isRegularFile()
        .satisfies(path -> assertThat(Files.size(path)).isGreaterThan(large.length));
    assertThat(keysOf(archives.restore(secrets, file, "old", "new"))).containsExactly("k");
  }

  @Test
  void anArchiveThatWasSealedAsAWholeComesBack() throws Exception {
    var archive = new ByteArrayOutputStream();
    tokens.using(
        hsm -> {
          hsm.archive(List.of(LABEL), archive);
          return hsm;
        });
    Files.createDirectories(folder.resolve("hsm/backups"));
    Files.write(
        folder.resolve("hsm/backups/earlier"),
        sealer.seal(
            "cloudhsm/backup",
            archive.toByteArray(),
            "earlier".getBytes(StandardCharsets.US_ASCII)));
    assertThat(keysOf(archives.restore(secrets, "earlier", "old", "new"))).containsExactly("k");
  }

  @Test
  void aDamagedArchiveLeavesNothing() throws Exception {
    var file = folder.resolve("hsm/backups").resolve(archives.write(List.of(LABEL)));
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    for (var name : List.of(file.getFileName().toString(), "missing")) {
      assertThatThrownBy(() -> archives.restore(secrets, name, "old", "new"))
          .isInstanceOf(ApiException.class)
          .hasMessage("The backup cannot be read: its archive is missing or damaged.");
    }
    assertThat(tokens.using(SoftHsm::labels)).containsExactly(LABEL);
    try (var left = Files.list(folder.resolve("hsm"))) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("backups", "heads", "softhsm2.conf", "tokens");
    }
  }

  @Test
  void whatFailsHalfwayLeavesNoFile() {
    assertThatThrownBy(() -> archives.write(List.of(LABEL, "f".repeat(32))))
        .isInstanceOf(ApiException.class)
        .hasMessage("There is no such token");
    assertThat(folder.resolve("hsm/backups")).isEmptyDirectory();
  }

  @Test
  void aTokenThatNothingNamesGoesUnlessItsNameIsExpected() {
    tokens.expect(List.of(LABEL));
    tokens.sweep(Set::of);
    assertThat(tokens.using(SoftHsm::labels)).containsExactly(LABEL);
    tokens.settle(List.of(LABEL));
    tokens.sweep(() -> Set.of(LABEL));
    assertThat(tokens.using(SoftHsm::labels)).containsExactly(LABEL);
    tokens.sweep(Set::of);
    assertThat(tokens.using(SoftHsm::labels)).isEmpty();
    assertThat(folder.resolve("hsm/tokens")).isEmptyDirectory();
  }

  @Test
  void whoeverIsLateFindsTheTokensClosedAndOthersCanOpenTheirs() throws Exception {
    tokens.close();
    assertThatThrownBy(() -> tokens.using(SoftHsm::labels)).isInstanceOf(ApiException.class);
    try (var others = new Tokens(folder.resolve("others"), System.getenv())) {
      assertThat(others.using(SoftHsm::labels)).isEmpty();
    }
  }
}
