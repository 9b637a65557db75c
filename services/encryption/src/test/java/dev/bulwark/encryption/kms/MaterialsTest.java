package dev.bulwark.encryption.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.KeyMaterial;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Material that comes and goes while others bring it. */
final class MaterialsTest {
  private static final KeyIdentity KEY =
      new KeyIdentity(
          Lab.ACCOUNT,
          "us-east-1",
          "1234abcd-12ab-34cd-56ef-1234567890ab",
          Instant.EPOCH,
          KeySpec.SYMMETRIC_DEFAULT,
          KeyUsage.ENCRYPT_DECRYPT,
          KeyOrigin.EXTERNAL,
          false,
          null,
          null);

  private final Store store = Store.ephemeral();
  private final KeyVault vault =
      KeyVault.open(
          store.directory().resolve("keys"),
          store.directory().resolve("mirror"),
          Lab.seal(Sealer.ephemeral()),
          Randomness.secure(),
          false);
  private final Materials materials = new Materials(vault, new KmsTables(store));

  @AfterEach
  void close() {
    materials.close();
    vault.close();
    store.close();
  }

  /** Brings the same material each time, as an import does. */
  private String bring() {
    try (var material = KeyMaterial.imported(KeySpec.SYMMETRIC_DEFAULT, new byte[32])) {
      var id = materials.identify(KEY, material);
      return materials.keep(
          KEY,
          id,
          material,
          () ->
              store.write(
                  tx -> {
                    materials.note(tx, KEY, id);
                    return id;
                  }));
    }
  }

  @Test
  void whatCameBackIsNotDestroyedForHavingGone() {
    var id = bring();
    store.run(tx -> materials.giveUp(tx, KEY, id));
    bring();
    materials.destroyNoted();
    assertThat(vault.has(Materials.ref(KEY, id))).isTrue();
    store.run(tx -> materials.giveUp(tx, KEY, id));
    materials.destroyNoted();
    assertThat(vault.has(Materials.ref(KEY, id))).isFalse();
  }

  @Test
  void whoFailsTakesNothingFromWhoBringsTheSame() throws InterruptedException {
    var other = new AtomicReference<Thread>();
    try (var material = KeyMaterial.imported(KeySpec.SYMMETRIC_DEFAULT, new byte[32])) {
      var id = materials.identify(KEY, material);
      assertThatThrownBy(
              () ->
                  materials.keep(
                      KEY,
                      id,
                      material,
                      () -> {
                        var second = Thread.ofPlatform().start(this::bring);
                        other.set(second);
                        while (second.isAlive() && second.getState() != Thread.State.WAITING) {
                          Thread.onSpinWait();
                        }
                        throw new IllegalStateException("refused");
                      }))
          .hasMessage("refused");
      other.get().join();
      assertThat(vault.has(Materials.ref(KEY, id))).isTrue();
    }
  }

  /** Such a commit may be found on the disk by the next start. */
  @Test
  void materialOfACommitThatFailedStays() {
    try (var material = KeyMaterial.imported(KeySpec.SYMMETRIC_DEFAULT, new byte[32])) {
      var id = materials.identify(KEY, material);
      for (var kind : List.of(StoreException.Kind.CONFLICT, StoreException.Kind.IO)) {
        assertThatThrownBy(
                () ->
                    materials.keep(
                        KEY,
                        id,
                        material,
                        () -> {
                          throw new StoreException(kind, "no");
                        }))
            .hasMessage("no");
        assertThat(vault.has(Materials.ref(KEY, id))).isEqualTo(kind == StoreException.Kind.IO);
      }
    }
  }
}
