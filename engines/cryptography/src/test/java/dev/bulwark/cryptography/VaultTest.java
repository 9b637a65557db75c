package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the vault took it gives back, whatever happens to one of its two copies. */
final class VaultTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Logger LOGGER = Logger.getLogger(KeyVault.class.getName());

  @TempDir Path root;
  private Path folder = Path.of("");
  private Path mirror = Path.of("");

  @BeforeEach
  void folders() {
    // Each finding is also a warning in the log, and some tests make thousands.
    LOGGER.setLevel(Level.OFF);
    folder = root.resolve("keys");
    mirror = root.resolve("mirror");
  }

  /** A seal of one's own, as a key file is one. */
  static final class TestSeal implements Seal {
    private final SymmetricKey key;

    TestSeal(int seed) {
      var secret = new byte[32];
      Arrays.fill(secret, (byte) seed);
      key = SymmetricKey.of(secret);
    }

    @Override
    public String kind() {
      return "test";
    }

    @Override
    public byte[] wrap(byte[] rootKey) {
      return SealedBytes.seal(key, new byte[0], rootKey, RANDOM);
    }

    @Override
    public byte[] unwrap(byte[] wrapped) {
      return SealedBytes.open(key, new byte[0], wrapped);
    }
  }

  private KeyVault open() {
    return open(folder, mirror);
  }

  private static KeyVault open(Path folder, Path mirror) {
    return KeyVault.open(folder, mirror, new TestSeal(1), RANDOM, false);
  }

  private static MaterialRef ref(KeyVault vault, String keyId, KeyMaterial material) {
    return new MaterialRef("111122223333", "us-east-1", keyId, vault.identify(keyId, material));
  }

  private static Map<MaterialRef, byte[]> fill(KeyVault vault, int count) {
    var kept = new HashMap<MaterialRef, byte[]>();
    for (int i = 0; i < count; i++) {
      var material = KeyMaterial.generate(KeySpec.SYMMETRIC_DEFAULT, RANDOM);
      var ref = ref(vault, "key-" + i, material);
      vault.add(ref, material);
      kept.put(ref, material.copySecret());
    }
    return kept;
  }

  private static void assertHolds(KeyVault vault, Map<MaterialRef, byte[]> kept) {
    kept.forEach(
        (ref, secret) -> {
          try (var material = vault.get(ref)) {
            assertThat(material.copySecret()).isEqualTo(secret);
          }
        });
  }

  private static void assertFails(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CryptographyException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void materialsOutliveTheProcess() {
    Map<MaterialRef, byte[]> kept;
    var pair = KeyMaterial.generate(KeySpec.ECC_NIST_P256, RANDOM);
    MaterialRef pairRef;
    try (var vault = open()) {
      kept = fill(vault, 5);
      pairRef = ref(vault, "pair", pair);
      vault.add(pairRef, pair);
    }
    try (var vault = open()) {
      assertHolds(vault, kept);
      assertThat(vault.findings()).isEmpty();
      try (var again = vault.get(pairRef)) {
        assertThat(again.copySecret()).isEqualTo(pair.copySecret());
        assertThat(again.publicKey()).isEqualTo(pair.publicKey());
      }
    }
  }

  @Test
  void aMaterialBelongsToOneKeyAlone() {
    try (var vault = open()) {
      var ref = fill(vault, 1).keySet().iterator().next();
      assertFails(
          Reason.NOT_FOUND,
          () ->
              vault.get(
                  new MaterialRef(ref.accountId(), "eu-west-1", ref.keyId(), ref.materialId())));
    }
  }

  @Test
  void theIdOfAMaterialTellsTheSameOneOfTheSameKey() {
    try (var vault = open()) {
      var material = KeyMaterial.imported(KeySpec.SYMMETRIC_DEFAULT, new byte[32]);
      var id = vault.identify("a", material);
      assertThat(id).hasSize(64).isEqualTo(vault.identify("a", material));
      assertThat(vault.identify("b", material)).isNotEqualTo(id);
    }
  }

  @Test
  void destroyedMaterialLeavesTheDiskAtTheNextStart() throws IOException {
    MaterialRef gone;
    Map<MaterialRef, byte[]> kept;
    try (var vault = open()) {
      kept = fill(vault, 3);
      gone = kept.keySet().iterator().next();
      vault.destroy(List.of(gone));
      assertFails(Reason.NOT_FOUND, () -> vault.get(gone));
    }
    long before = Files.size(folder.resolve(KeyLog.FILE));
    kept.remove(gone);
    try (var vault = open()) {
      assertHolds(vault, kept);
      assertFails(Reason.NOT_FOUND, () -> vault.get(gone));
      assertThat(vault.position()).isGreaterThan(4);
    }
    assertThat(Files.size(folder.resolve(KeyLog.FILE))).isLessThan(before);
    try (var vault = open()) {
      assertHolds(vault, kept);
    }
  }

  @Test
  void manyThreadsShareOneLog() throws Exception {
    Map<MaterialRef, byte[]> kept = new ConcurrentHashMap<>();
    try (var vault = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Future<?>>();
      for (int i = 0; i < 200; i++) {
        var keyId = "key-" + i;
        work.add(
            threads.submit(
                () -> {
                  var material = KeyMaterial.generate(KeySpec.HMAC_256, RANDOM);
                  var ref = ref(vault, keyId, material);
                  vault.add(ref, material);
                  kept.put(ref, material.copySecret());
                }));
      }
      vault.rotateRoot(new TestSeal(1));
      for (var one : work) {
        one.get();
      }
      assertHolds(vault, kept);
    }
    try (var vault = open()) {
      assertThat(kept).hasSize(200);
      assertHolds(vault, kept);
    }
  }

  // Damage

  /** Every place at which a write of the last record can end, in the file and in the mirror. */
  @Test
  void anInterruptedAppendLosesNothingThatWasAcknowledged() throws IOException {
    Map<MaterialRef, byte[]> acknowledged;
    long before;
    try (var vault = open()) {
      acknowledged = fill(vault, 3);
      before = Files.size(folder.resolve(KeyLog.FILE));
      var material = KeyMaterial.generate(KeySpec.SYMMETRIC_DEFAULT, RANDOM);
      vault.add(ref(vault, "last", material), material);
    }
    var whole = Files.readAllBytes(folder.resolve(KeyLog.FILE));
    for (int end = (int) before; end <= whole.length; end++) {
      copyWith(Arrays.copyOf(whole, end), Arrays.copyOf(whole, (int) before));
      try (var vault = open(root.resolve("a"), root.resolve("b"))) {
        assertHolds(vault, acknowledged);
        fill(vault, 1);
      }
      copyWith(whole, Arrays.copyOf(whole, end));
      try (var vault = open(root.resolve("a"), root.resolve("b"))) {
        assertHolds(vault, acknowledged);
        assertThat(vault.status().materials()).isEqualTo(4);
      }
      assertThat(root.resolve("a").resolve(KeyLog.FILE))
          .hasSameBinaryContentAs(root.resolve("b").resolve(KeyLog.FILE));
    }
  }

  private void copyWith(byte[] log, byte[] mirrored) throws IOException {
    for (var name : List.of("a", "b")) {
      var target = root.resolve(name);
      Files.createDirectories(target);
      Files.copy(
          folder.resolve(SealFile.FILE),
          target.resolve(SealFile.FILE),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.write(root.resolve("a").resolve(KeyLog.FILE), log);
    Files.write(root.resolve("b").resolve(KeyLog.FILE), mirrored);
  }

  @Test
  void aFlippedBitAnywhereIsHealedByTheOtherCopyAndFatalInBoth() throws IOException {
    Map<MaterialRef, byte[]> kept;
    try (var vault = open()) {
      kept = fill(vault, 3);
    }
    var whole = Files.readAllBytes(folder.resolve(KeyLog.FILE));
    for (int at = 0; at < whole.length; at += 11) {
      var flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      for (boolean inMirror : new boolean[] {false, true}) {
        copyWith(inMirror ? whole : flipped, inMirror ? flipped : whole);
        assertThat(KeyVault.check(root.resolve("a"), root.resolve("b"))).isNotEmpty();
        try (var vault = open(root.resolve("a"), root.resolve("b"))) {
          assertHolds(vault, kept);
          assertThat(vault.findings()).isNotEmpty();
        }
        assertThat(root.resolve("a").resolve(KeyLog.FILE)).hasBinaryContent(whole);
        assertThat(root.resolve("b").resolve(KeyLog.FILE)).hasBinaryContent(whole);
      }
      copyWith(flipped, flipped);
      assertFails(Reason.DAMAGED, () -> open(root.resolve("a"), root.resolve("b")));
      assertThat(root.resolve("a").resolve(KeyLog.FILE)).hasBinaryContent(flipped);
    }
  }

  @Test
  void theReportNamesTheRecordAndItsPlace() throws IOException {
    try (var vault = open()) {
      fill(vault, 3);
    }
    var log = folder.resolve(KeyLog.FILE);
    var bytes = Files.readAllBytes(log);
    bytes[LogHeader.LENGTH + Frame.HEADER + 5] ^= 1;
    Files.write(log, bytes);
    assertThat(KeyVault.check(folder, mirror))
        .containsExactly(
            "record 1 at byte 44 of " + log + " is damaged or missing; its mirror has it");
    Files.write(mirror.resolve(KeyLog.FILE), bytes);
    assertThat(KeyVault.check(folder, mirror))
        .containsExactly(
            "record 1 at byte 44 of "
                + log
                + " is damaged in both copies: put one of them back from a backup");
  }

  @Test
  void aChangeUnderAValidChecksumIsFound() throws IOException {
    Map<MaterialRef, byte[]> kept;
    try (var vault = open()) {
      kept = fill(vault, 1);
    }
    var log = folder.resolve(KeyLog.FILE);
    var bytes = Files.readAllBytes(log);
    int length = ByteBuffer.wrap(bytes, LogHeader.LENGTH, 4).getInt();
    var payload =
        Arrays.copyOfRange(
            bytes, LogHeader.LENGTH + Frame.HEADER, LogHeader.LENGTH + Frame.HEADER + length);
    payload[20] ^= 1;
    System.arraycopy(Frame.encode(1, payload), 0, bytes, LogHeader.LENGTH, Frame.HEADER + length);
    Files.write(log, bytes);
    try (var vault = open()) {
      assertHolds(vault, kept);
    }
    assertThat(log).hasSameBinaryContentAs(mirror.resolve(KeyLog.FILE));
    open().close();
    Files.write(log, bytes);
    Files.write(mirror.resolve(KeyLog.FILE), bytes);
    assertFails(Reason.DAMAGED, this::open);
  }

  @Test
  void eitherFolderAloneIsEnough() throws IOException {
    Map<MaterialRef, byte[]> kept;
    try (var vault = open()) {
      kept = fill(vault, 3);
    }
    for (var lost : List.of(folder, mirror)) {
      Files.delete(lost.resolve(KeyLog.FILE));
      Files.delete(lost.resolve(SealFile.FILE));
      try (var vault = open()) {
        assertHolds(vault, kept);
        vault.reseal(new TestSeal(1));
      }
      assertThat(lost.resolve(KeyLog.FILE)).exists();
    }
    Files.delete(folder.resolve(SealFile.FILE));
    Files.delete(mirror.resolve(SealFile.FILE));
    assertFails(Reason.DAMAGED, this::open);
  }

  // Seals

  @Test
  void anotherSealDoesNotOpen() {
    open().close();
    assertFails(
        Reason.INVALID_CIPHERTEXT,
        () -> KeyVault.open(folder, mirror, new TestSeal(2), RANDOM, false));
  }

  @Test
  void aVaultIsResealedWhileItIsInUse() {
    Map<MaterialRef, byte[]> kept;
    try (var vault = open()) {
      kept = fill(vault, 2);
      vault.reseal(new TestSeal(2));
      assertHolds(vault, kept);
      kept.putAll(fill(vault, 3));
    }
    assertFails(Reason.INVALID_CIPHERTEXT, this::open);
    try (var vault = KeyVault.open(folder, mirror, new TestSeal(2), RANDOM, false)) {
      assertHolds(vault, kept);
    }
  }

  @Test
  void theRootKeyChangesAndMaterialsStay() {
    Map<MaterialRef, byte[]> kept;
    try (var vault = open()) {
      kept = fill(vault, 3);
      vault.rotateRoot(new TestSeal(1));
      assertHolds(vault, kept);
      kept.putAll(fill(vault, 4));
    }
    try (var vault = open()) {
      assertHolds(vault, kept);
    }
  }

  @Test
  void sharesUnsealAndFewerDoNot() {
    Map<MaterialRef, byte[]> kept;
    List<String> shares;
    try (var vault = open()) {
      kept = fill(vault, 2);
      shares = resealWithShares(vault, 5, 3);
      assertHolds(vault, kept);
    }
    try (var vault = open()) {
      assertThat(vault.isSealed()).isTrue();
      var ref = kept.keySet().iterator().next();
      assertFails(Reason.SEALED, () -> vault.get(ref));
      vault.unseal(shares.get(4));
      vault.unseal(shares.get(4));
      var status = vault.unseal(shares.get(0));
      assertThat(status).isEqualTo(new KeyVault.Status(true, "shares", 2, 3, 0));
      assertFails(Reason.INVALID_KEY, () -> vault.unseal("nonsense"));
      assertThat(vault.unseal(shares.get(2)).sealed()).isFalse();
      assertHolds(vault, kept);
    }
  }

  @Test
  void sharesOfAnotherVaultAreRefused() {
    List<String> others;
    try (var other = open(root.resolve("x"), root.resolve("y"))) {
      others = resealWithShares(other, 3, 2);
    }
    List<String> shares;
    try (var vault = open()) {
      shares = resealWithShares(vault, 3, 2);
    }
    try (var vault = open()) {
      vault.unseal(shares.get(0));
      assertFails(Reason.INVALID_KEY, () -> vault.unseal(others.get(1)));
      assertThat(vault.unseal(shares.get(1)).sealed()).isFalse();
    }
    try (var vault = open()) {
      assertFails(Reason.INVALID_KEY, () -> vault.unseal(others.get(0)));
      vault.unseal(shares.get(0));
      assertThat(vault.unseal(shares.get(2)).sealed()).isFalse();
    }
  }

  private static List<String> resealWithShares(KeyVault vault, int count, int threshold) {
    var made = vault.proposeShares(count, threshold);
    vault.useShares(made.set());
    return made.shares();
  }

  /** It has the set of genuine ones, which is no secret, and a place of its own. */
  @Test
  void aForgedShareSpoilsNothing() {
    List<String> shares;
    try (var vault = open()) {
      shares = resealWithShares(vault, 3, 2);
    }
    try (var vault = open()) {
      assertFails(Reason.INVALID_KEY, () -> vault.unseal(forged(shares.get(0))));
      vault.unseal(shares.get(0));
      assertFails(Reason.INVALID_KEY, () -> vault.unseal(forged(shares.get(1))));
      assertThat(vault.unseal(shares.get(1)).sealed()).isFalse();
    }
  }

  private static String forged(String share) {
    var bytes = Base64.getUrlDecoder().decode(share);
    bytes[bytes.length - 1] ^= 1;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Seals of before tell nothing of their shares, until these have opened them once. */
  @Test
  void aSealWithoutDigestsTakesSharesAgainAndLearnsThem() throws IOException {
    List<String> others;
    try (var other = open(root.resolve("x"), root.resolve("y"))) {
      others = resealWithShares(other, 3, 2);
    }
    List<String> shares;
    try (var vault = open()) {
      shares = resealWithShares(vault, 3, 2);
    }
    for (var one : List.of(folder, mirror)) {
      var file = one.resolve(SealFile.FILE);
      Files.write(
          file,
          Files.readAllLines(file).stream().filter(line -> !line.startsWith("share.")).toList());
    }
    try (var vault = open()) {
      vault.unseal(others.get(0));
      vault.unseal(shares.get(0));
      assertFails(Reason.INVALID_KEY, () -> vault.unseal(forged(shares.get(1))));
      vault.unseal(shares.get(1));
      assertThat(vault.unseal(shares.get(2)).sealed()).isFalse();
    }
    try (var vault = open()) {
      assertFails(Reason.INVALID_KEY, () -> vault.unseal(others.get(0)));
      assertFails(Reason.INVALID_KEY, () -> vault.unseal(forged(shares.get(0))));
      vault.unseal(shares.get(0));
      assertThat(vault.unseal(shares.get(2)).sealed()).isFalse();
    }
  }

  @Test
  void asManySharesAsThereCanBeUnseal() {
    List<String> shares;
    try (var vault = open()) {
      shares = resealWithShares(vault, 255, 255);
    }
    try (var vault = open()) {
      shares.subList(0, 254).forEach(vault::unseal);
      assertThat(vault.isSealed()).isTrue();
      assertThat(vault.unseal(shares.getLast()).sealed()).isFalse();
    }
  }

  @Test
  void sharesGuardNothingBeforeSomebodyHasThem() {
    try (var vault = open()) {
      var lost = vault.proposeShares(3, 2);
      var made = vault.proposeShares(3, 2);
      assertThatThrownBy(() -> vault.useShares(lost.set()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(vault.status().seal()).isEqualTo("test");
      vault.rotateRoot(new TestSeal(1));
      assertThatThrownBy(() -> vault.useShares(made.set()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    open().close();
  }
}
