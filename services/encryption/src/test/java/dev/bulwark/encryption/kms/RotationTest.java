package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;

/** New material, by itself and on demand. */
final class RotationTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void rotationKeepsOldCiphertextsReadable() {
    var arn = lab.key();
    var old = lab.encrypt(arn, Map.of());
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    var made = kms.generateDataKey(r -> r.keyId(arn).keySpec("AES_256"));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(old)).plaintext()).isEqualTo(bytes("secret"));
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).hasSize(1);
    assertThat(made.ciphertextBlob().asByteArray()).isNotEqualTo(old.asByteArray());
    assertThat(lab.vault.status().materials()).isEqualTo(2);
  }

  @Test
  void automaticRotationFollowsTheClock() {
    var arn = lab.key();
    kms.enableKeyRotation(r -> r.keyId(arn).rotationPeriodInDays(90));
    var status = kms.getKeyRotationStatus(r -> r.keyId(arn));
    assertThat(status.keyRotationEnabled()).isTrue();
    assertThat(status.rotationPeriodInDays()).isEqualTo(90);
    var old = lab.encrypt(arn, Map.of());
    lab.advance(Duration.ofDays(181));
    var rotations = kms.listKeyRotations(r -> r.keyId(arn)).rotations();
    assertThat(rotations)
        .extracting("rotationDate")
        .containsExactly(
            status.nextRotationDate(), status.nextRotationDate().plus(Duration.ofDays(90)));
    assertThat(rotations).allMatch(one -> one.rotationTypeAsString().equals("AUTOMATIC"));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(old)).plaintext()).isEqualTo(bytes("secret"));
    kms.disableKeyRotation(r -> r.keyId(arn));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(arn)).keyRotationEnabled()).isFalse();
    var pair = lab.key("RSA_2048", "SIGN_VERIFY");
    assertCode("UnsupportedOperationException", () -> kms.enableKeyRotation(r -> r.keyId(pair)));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(pair)).keyRotationEnabled()).isFalse();
  }

  @Test
  void aDisabledKeyRotatesOnceWhenItIsEnabled() {
    var arn = lab.key();
    kms.enableKeyRotation(r -> r.keyId(arn).rotationPeriodInDays(90));
    var first = kms.getKeyRotationStatus(r -> r.keyId(arn)).nextRotationDate();
    lab.advance(Duration.ofDays(91));
    kms.disableKey(r -> r.keyId(arn));
    lab.advance(Duration.ofDays(400));
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).hasSize(1);
    var before = lab.now();
    kms.enableKey(r -> r.keyId(arn));
    var rotations = kms.listKeyRotations(r -> r.keyId(arn)).rotations();
    assertThat(rotations).hasSize(2);
    assertThat(rotations.get(0).rotationDate()).isEqualTo(first);
    assertThat(rotations.get(1).rotationDate()).isAfterOrEqualTo(before.minusMillis(1));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(arn)).nextRotationDate())
        .isEqualTo(rotations.get(1).rotationDate().plus(Duration.ofDays(90)));
  }

  /** A policy on the period is not evaded by leaving it out. */
  @Test
  void policiesSeeThePeriodThatIsLeftOut() {
    var key = lab.key();
    var bob = lab.user("Bob");
    lab.allow(
        "Bob",
        "kms:EnableKeyRotation",
        "{\"NumericLessThanEqualsIfExists\": {\"kms:RotationPeriodInDays\": \"180\"}}");
    assertCode("AccessDeniedException", () -> bob.enableKeyRotation(r -> r.keyId(key)));
    bob.enableKeyRotation(r -> r.keyId(key).rotationPeriodInDays(180));
    bob.enableKeyRotation(r -> r.keyId(key));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(key)).rotationPeriodInDays()).isEqualTo(180);
  }

  @Test
  void whoAsksForARotationThatIsInProgressGetsThatOne() {
    var arn = lab.key();
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    assertThat(kms.rotateKeyOnDemand(r -> r.keyId(arn)).keyId()).isEqualTo(arn);
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).hasSize(1);
    lab.advance(Duration.ofMinutes(2));
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).hasSize(2);
  }

  @Test
  void twoThatAskAtOnceGetOneRotation() {
    var arn = lab.key();
    lab.atOnce(
        () -> kms.rotateKeyOnDemand(r -> r.keyId(arn)),
        () -> kms.rotateKeyOnDemand(r -> r.keyId(arn)));
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).hasSize(1);
    lab.kms.deleteDue(lab.clock);
    assertThat(lab.vault.status().materials()).isEqualTo(2);
  }

  @Test
  void aKeyDoesNotRotateOnceItIsDisabled() {
    var arn = lab.key();
    lab.atOnce(
        () -> kms.disableKey(r -> r.keyId(arn)),
        Lab.attempt(() -> kms.rotateKeyOnDemand(r -> r.keyId(arn))));
    assertThat(kms.listKeyRotations(r -> r.keyId(arn)).rotations()).isEmpty();
  }

  @Test
  void enablingARotationAgainKeepsItsPeriod() {
    var arn = lab.key();
    kms.enableKeyRotation(r -> r.keyId(arn).rotationPeriodInDays(90));
    var before = kms.getKeyRotationStatus(r -> r.keyId(arn));
    lab.advance(Duration.ofDays(1));
    kms.enableKeyRotation(r -> r.keyId(arn));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(arn)).nextRotationDate())
        .isEqualTo(before.nextRotationDate());
    kms.disableKeyRotation(r -> r.keyId(arn));
    kms.enableKeyRotation(r -> r.keyId(arn));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(arn)).rotationPeriodInDays()).isEqualTo(365);
  }

  @Test
  void aKeyThatIsToBeDeletedShowsNoRotation() {
    var arn = lab.key();
    kms.enableKeyRotation(r -> r.keyId(arn).rotationPeriodInDays(90));
    var before = kms.getKeyRotationStatus(r -> r.keyId(arn));
    kms.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(7));
    var status = kms.getKeyRotationStatus(r -> r.keyId(arn));
    assertThat(status.keyRotationEnabled()).isFalse();
    assertThat(status.rotationPeriodInDays()).isNull();
    assertThat(status.nextRotationDate()).isNull();
    kms.cancelKeyDeletion(r -> r.keyId(arn));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(arn)).nextRotationDate())
        .isEqualTo(before.nextRotationDate());

    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata().arn();
    kms.enableKeyRotation(r -> r.keyId(primary));
    kms.replicateKey(r -> r.keyId(primary).replicaRegion("eu-west-3"));
    kms.scheduleKeyDeletion(r -> r.keyId(primary).pendingWindowInDays(7));
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(primary)).keyRotationEnabled()).isTrue();

    var imported = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().arn();
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(imported)).keyRotationEnabled()).isFalse();
  }

  @Test
  void keysThatDoNotRotateHaveNoRotations() {
    var mac = lab.key("HMAC_256", "GENERATE_VERIFY_MAC");
    assertThat(kms.listKeyRotations(r -> r.keyId(mac)).rotations()).isEmpty();
    kms.disableKeyRotation(r -> r.keyId(mac));
    assertCode("UnsupportedOperationException", () -> kms.enableKeyRotation(r -> r.keyId(mac)));
    assertThat(
            lab.call(
                    "ListKeyRotations",
                    "{\"KeyId\": \"%s\", \"IncludeKeyMaterial\": \"ALL_KEY_MATERIAL\"}"
                        .formatted(mac))
                .path("message")
                .asString())
        .isEqualTo("Input parameter includeKeyMaterial can only be used with symmetric keys.");
  }

  @Test
  void anAliasIsNoKeyIdToThem() {
    kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(lab.key()));
    for (var alias : List.of("alias/app", "arn:aws:kms:us-east-1:" + Lab.ACCOUNT + ":alias/app")) {
      assertFails(
          "InvalidArnException: Key Aliases are not supported for this operation.",
          () -> kms.rotateKeyOnDemand(r -> r.keyId(alias)));
    }
  }
}
