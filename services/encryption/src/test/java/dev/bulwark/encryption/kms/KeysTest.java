package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.Tag;
import tools.jackson.databind.json.JsonMapper;

/** What keys are, and what their states let them do. */
final class KeysTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private String key() {
    return kms.createKey().keyMetadata().arn();
  }

  private KeyMetadata describe(String key) {
    return kms.describeKey(r -> r.keyId(key)).keyMetadata();
  }

  /** They are read in parts, one of which does not wait for the next minute. */
  @Test
  void asManyKeysAsAreDueGoAtOnce() {
    int many = KmsTables.MOST_DUE + 50;
    for (int i = 0; i < many; i++) {
      var key = key();
      kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    }
    assertThat(lab.vault.status().materials()).isEqualTo(many);
    lab.advance(Duration.ofDays(8));
    lab.kms.deleteDue(lab.clock);
    assertThat(lab.vault.status().materials()).isZero();
  }

  @Test
  void aNewKeyHasAwssDefaults() {
    var key =
        kms.createKey(
                r ->
                    r.description("test key 123")
                        .tags(Tag.builder().tagKey("team").tagValue("red").build()))
            .keyMetadata();
    assertThat(key.arn())
        .matches(
            "arn:aws:kms:us-east-1:123456789012:key/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(key.keyStateAsString()).isEqualTo("Enabled");
    assertThat(key.enabled()).isTrue();
    assertThat(key.keySpecAsString()).isEqualTo("SYMMETRIC_DEFAULT");
    assertThat(key.keyUsageAsString()).isEqualTo("ENCRYPT_DECRYPT");
    assertThat(key.originAsString()).isEqualTo("AWS_KMS");
    assertThat(key.keyManagerAsString()).isEqualTo("CUSTOMER");
    assertThat(key.encryptionAlgorithmsAsStrings()).containsExactly("SYMMETRIC_DEFAULT");
    assertThat(key.multiRegion()).isFalse();
    assertThat(describe(key.keyId()).arn()).isEqualTo(key.arn());
    assertThat(kms.listResourceTags(r -> r.keyId(key.keyId())).tags())
        .containsExactly(Tag.builder().tagKey("team").tagValue("red").build());
    assertThat(kms.getKeyPolicy(r -> r.keyId(key.keyId())).policy())
        .contains("Enable IAM User Permissions");
    assertThat(kms.listKeys().keys()).extracting("keyArn").containsExactly(key.arn());
  }

  @Test
  void specAndUsageMustFit() {
    assertFails(
        "ValidationException: You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        () -> kms.createKey(r -> r.keySpec("HMAC_256")));
    assertFails(
        "ValidationException: KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256",
        () -> kms.createKey(r -> r.keySpec("ECC_NIST_P256").keyUsage("ENCRYPT_DECRYPT")));
    assertFails(
        "ValidationException: You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
        () ->
            kms.createKey(
                r ->
                    r.keySpec("RSA_2048")
                        .customerMasterKeySpec("RSA_2048")
                        .keyUsage("SIGN_VERIFY")));
    assertCode(
        "CustomKeyStoreNotFoundException",
        () ->
            kms.createKey(r -> r.origin("AWS_CLOUDHSM").customKeyStoreId("cks-1234567890abcdef0")));
  }

  @Test
  void keysAreFoundByIdArnAliasAndAliasArnInTheirRegion() {
    var arn = key();
    kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(arn));
    assertThat(describe("alias/app").arn()).isEqualTo(arn);
    assertThat(describe("arn:aws:kms:us-east-1:123456789012:alias/app").arn()).isEqualTo(arn);
    var id = arn.substring(arn.indexOf('/') + 1);
    var paris = lab.root(Region.EU_WEST_3);
    assertFails(
        "NotFoundException: Key 'arn:aws:kms:eu-west-3:123456789012:key/" + id + "' does not exist",
        () -> paris.describeKey(r -> r.keyId(id)));
    assertFails(
        "NotFoundException: Invalid arn us-east-1", () -> paris.describeKey(r -> r.keyId(arn)));
    assertFails("NotFoundException: Invalid keyId 'fake-key-id'", () -> describe("fake-key-id"));
    var china = arn.replace("arn:aws:", "arn:aws-cn:");
    assertFails("InvalidArnException: Invalid arn " + china, () -> describe(china));
    assertFails(
        "NotFoundException: Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found.",
        () -> describe("alias/none"));
  }

  @Test
  void aDisabledKeyDoesNothingUntilItIsEnabled() {
    var arn = key();
    kms.disableKey(r -> r.keyId(arn));
    assertThat(describe(arn).keyState()).isEqualTo(KeyState.DISABLED);
    for (var use : uses(arn)) {
      assertFails("DisabledException: " + arn + " is disabled.", use);
    }
    kms.enableKey(r -> r.keyId(arn));
    kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x")));
  }

  /** All that only an enabled symmetric key does. */
  private List<ThrowingCallable> uses(String arn) {
    var uses = new ArrayList<ThrowingCallable>();
    uses.add(() -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))));
    uses.add(() -> kms.generateDataKey(r -> r.keyId(arn).keySpec("AES_256")));
    uses.add(() -> kms.generateDataKeyWithoutPlaintext(r -> r.keyId(arn).keySpec("AES_256")));
    uses.add(() -> kms.generateDataKeyPair(r -> r.keyId(arn).keyPairSpec("ECC_NIST_P256")));
    uses.add(
        () ->
            kms.generateDataKeyPairWithoutPlaintext(
                r -> r.keyId(arn).keyPairSpec("ECC_NIST_P256")));
    uses.add(
        () ->
            kms.createGrant(
                r ->
                    r.keyId(arn)
                        .granteePrincipal("arn:aws:iam::123456789012:root")
                        .operationsWithStrings("Decrypt")));
    uses.add(() -> kms.rotateKeyOnDemand(r -> r.keyId(arn)));
    uses.add(() -> kms.enableKeyRotation(r -> r.keyId(arn)));
    return uses;
  }

  @Test
  void aKeyThatIsToBeDeletedWaitsAndThenIsGone() {
    var arn = key();
    kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(arn));
    var sealed = kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))).ciphertextBlob();
    var scheduled = kms.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(7));
    assertThat(scheduled.keyStateAsString()).isEqualTo("PendingDeletion");
    assertThat(scheduled.deletionDate()).isEqualTo(describe(arn).deletionDate());
    for (var use : uses(arn)) {
      assertFails("KMSInvalidStateException: " + arn + " is pending deletion.", use);
    }
    assertFails(
        "KMSInvalidStateException: " + arn + " is pending deletion.",
        () -> kms.decrypt(r -> r.ciphertextBlob(sealed)));
    assertCode("KMSInvalidStateException", () -> kms.disableKey(r -> r.keyId(arn)));
    assertCode("KMSInvalidStateException", () -> kms.scheduleKeyDeletion(r -> r.keyId(arn)));
    kms.cancelKeyDeletion(r -> r.keyId(arn));
    assertThat(describe(arn).keyState()).isEqualTo(KeyState.DISABLED);
    assertFails(
        "KMSInvalidStateException: " + arn + " is not pending deletion.",
        () -> kms.cancelKeyDeletion(r -> r.keyId(arn)));

    kms.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(7));
    lab.advance(Duration.ofDays(7).minusMinutes(1));
    assertThat(describe(arn).keyState()).isEqualTo(KeyState.PENDING_DELETION);
    lab.advance(Duration.ofMinutes(2));
    assertFails("NotFoundException: Key '" + arn + "' does not exist", () -> describe(arn));
    assertThat(kms.listKeys().keys()).isEmpty();
    assertThat(lab.vault.status().materials()).isEqualTo(1);
    lab.kms.deleteDue(lab.clock);
    assertThat(lab.vault.status().materials()).isZero();
    assertThat(kms.listAliases().aliases()).isEmpty();
    assertFails(
        "AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in"
            + " this region, or you are not allowed to access.",
        () -> kms.decrypt(r -> r.ciphertextBlob(sealed)));
  }

  @Test
  void theWaitingPeriodIsSevenToThirtyDays() {
    var arn = key();
    assertCode(
        "ValidationException",
        () -> kms.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(6)));
    assertCode(
        "ValidationException",
        () -> kms.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(31)));
    assertThat(kms.scheduleKeyDeletion(r -> r.keyId(arn)).pendingWindowInDays()).isEqualTo(30);
  }

  @Test
  void tagsAndDescriptionsChange() {
    var arn = key();
    kms.tagResource(r -> r.keyId(arn).tags(tag("a", "1"), tag("b", "2")));
    kms.tagResource(r -> r.keyId(arn).tags(tag("a", "3")));
    kms.untagResource(r -> r.keyId(arn).tagKeys("b"));
    assertThat(kms.listResourceTags(r -> r.keyId(arn)).tags()).containsExactly(tag("a", "3"));
    assertCode("TagException", () -> kms.tagResource(r -> r.keyId(arn).tags(tag("aws:x", "1"))));
    kms.updateKeyDescription(r -> r.keyId(arn).description("other"));
    assertThat(describe(arn).description()).isEqualTo("other");
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().tagKey(key).tagValue(value).build();
  }

  @Test
  void listsComeInPages() {
    for (int i = 0; i < 5; i++) {
      key();
    }
    var first = kms.listKeys(r -> r.limit(3));
    assertThat(first.keys()).hasSize(3);
    assertThat(first.truncated()).isTrue();
    var second = kms.listKeys(r -> r.limit(3).marker(first.nextMarker()));
    assertThat(second.keys()).hasSize(2).doesNotContainAnyElementsOf(first.keys());
    assertThat(second.truncated()).isFalse();
    assertCode("InvalidMarkerException", () -> kms.listAliases(r -> r.marker(first.nextMarker())));
  }

  @Test
  void aliasesNameKeysAndMove() {
    var one = key();
    var other = key();
    kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(one));
    assertFails(
        "AlreadyExistsException: An alias with the name arn:aws:kms:us-east-1:123456789012:alias/app already exists",
        () -> kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(other)));
    kms.updateAlias(r -> r.aliasName("alias/app").targetKeyId(other));
    assertThat(describe("alias/app").arn()).isEqualTo(other);
    assertThat(kms.listAliases(r -> r.keyId(other)).aliases())
        .extracting("aliasName")
        .containsExactly("alias/app");
    assertThat(kms.listAliases(r -> r.keyId(one)).aliases()).isEmpty();
    kms.deleteAlias(r -> r.aliasName("alias/app"));
    assertCode("NotFoundException", () -> describe("alias/app"));
    assertFails(
        "ValidationException: Alias must start with the prefix \"alias/\". Please see"
            + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        () -> kms.createAlias(r -> r.aliasName("app").targetKeyId(one)));
    assertCode(
        "NotAuthorizedException",
        () -> kms.createAlias(r -> r.aliasName("alias/aws/x").targetKeyId(one)));
    kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(one));
    for (var alias :
        List.of("alias/app", "arn:aws:kms:us-east-1:123456789012:alias/app", "alias/none")) {
      assertFails(
          "ValidationException: Aliases must refer to keys. Not aliases",
          () -> kms.createAlias(r -> r.aliasName("alias/b").targetKeyId(alias)));
      assertFails(
          "ValidationException: Aliases must refer to keys. Not aliases",
          () -> kms.updateAlias(r -> r.aliasName("alias/app").targetKeyId(alias)));
    }
  }

  @Test
  void quotasHold() {
    try (var small = new Lab(new KmsQuotas(2, 1, 1, 50, 1))) {
      var root = small.root();
      var arn = root.createKey().keyMetadata().arn();
      var second = root.createKey().keyMetadata().keyId();
      assertCode("LimitExceededException", root::createKey);
      assertThat(small.vault.status().materials()).isEqualTo(2);
      // Keys of AWS's services do not count; those that wait for their deletion do.
      root.describeKey(r -> r.keyId("alias/aws/s3"));
      root.scheduleKeyDeletion(r -> r.keyId(second).pendingWindowInDays(7));
      assertCode("LimitExceededException", root::createKey);
      small.advance(Duration.ofDays(8));
      small.deleteDueKeys();
      root.createKey();
      assertCode("LimitExceededException", root::createKey);
      root.createAlias(r -> r.aliasName("alias/a").targetKeyId(arn));
      assertCode(
          "LimitExceededException",
          () -> root.createAlias(r -> r.aliasName("alias/b").targetKeyId(arn)));
      root.updateAlias(r -> r.aliasName("alias/a").targetKeyId(arn));
      root.rotateKeyOnDemand(r -> r.keyId(arn));
      small.advance(Duration.ofMinutes(2));
      assertCode("LimitExceededException", () -> root.rotateKeyOnDemand(r -> r.keyId(arn)));
    }
  }

  @Test
  void awssOwnKeysComeWithTheirFirstUse() {
    assertThat(kms.listAliases().aliases()).isEmpty();
    var key = describe("alias/aws/s3");
    assertThat(key.keyManagerAsString()).isEqualTo("AWS");
    assertThat(describe("alias/aws/s3").arn()).isEqualTo(key.arn());
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(key.keyId())).keyRotationEnabled()).isTrue();
    assertCode(
        "AccessDeniedException",
        () -> kms.encrypt(r -> r.keyId("alias/aws/s3").plaintext(bytes("x"))));
    assertCode("AccessDeniedException", () -> kms.disableKey(r -> r.keyId(key.keyId())));
    assertCode("NotFoundException", () -> describe("alias/aws/nonsense"));
  }

  @Test
  void aDeletedKeysMaterialIsNotLeftBehindByAReset() {
    key();
    lab.store.clear(java.util.Set.of());
    lab.kms.forget();
    assertThat(lab.vault.status().materials()).isZero();
    assertThat(kms.listKeys().keys()).isEmpty();
    var arn = key();
    assertThat(
            kms.decrypt(
                    r ->
                        r.ciphertextBlob(
                                kms.encrypt(
                                        e ->
                                            e.keyId(arn)
                                                .plaintext(bytes("x"))
                                                .encryptionContext(Map.of("a", "b")))
                                    .ciphertextBlob())
                            .encryptionContext(Map.of("a", "b")))
                .plaintext())
        .isEqualTo(bytes("x"));
  }

  @Test
  void eventsTellTheKeyWhereAnswersDoNot() {
    var arn = key();
    kms.disableKey(r -> r.keyId(arn));
    kms.enableKey(r -> r.keyId(arn));
    kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(arn));
    kms.deleteAlias(r -> r.aliasName("alias/app"));
    kms.tagResource(r -> r.keyId(arn).tags(t -> t.tagKey("a").tagValue("b")));
    var grant =
        kms.createGrant(
            r ->
                r.keyId(arn)
                    .granteePrincipal("arn:aws:iam::123456789012:root")
                    .operationsWithStrings("Decrypt"));
    kms.revokeGrant(r -> r.keyId(arn).grantId(grant.grantId()));
    for (var operation :
        List.of(
            "DisableKey",
            "EnableKey",
            "CreateAlias",
            "DeleteAlias",
            "TagResource",
            "CreateGrant",
            "RevokeGrant")) {
      var record = lab.records(Lab.ACCOUNT, operation).getFirst();
      assertThat(JsonMapper.shared().readTree(record).at("/responseElements/keyId").asString())
          .as(operation)
          .isEqualTo(arn);
      assertThat(record).doesNotContain(grant.grantToken());
    }
    var made = lab.records(Lab.ACCOUNT, "CreateGrant").getFirst();
    assertThat(JsonMapper.shared().readTree(made).at("/responseElements/grantId").asString())
        .isEqualTo(grant.grantId());
  }

  @Test
  void whatHappensByItselfIsAnEventOfTheService() {
    var arn = key();
    kms.rotateKeyOnDemand(r -> r.keyId(arn));
    var rotated = JsonMapper.shared().readTree(lab.records(Lab.ACCOUNT, "RotateKey").getFirst());
    assertThat(rotated.path("eventType").asString()).isEqualTo("AwsServiceEvent");
    assertThat(rotated.at("/serviceEventDetails/rotationType").asString()).isEqualTo("ON_DEMAND");
    assertThat(rotated.at("/serviceEventDetails/currentKeyMaterialId").asString())
        .isEqualTo(describe(arn).currentKeyMaterialId());
    assertThat(rotated.at("/resources/0/ARN").asString()).isEqualTo(arn);
    kms.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(7));
    lab.advance(Duration.ofDays(8));
    lab.kms.deleteDue(lab.clock);
    var deleted = JsonMapper.shared().readTree(lab.records(Lab.ACCOUNT, "DeleteKey").getFirst());
    assertThat(deleted.at("/responseElements/keyId").asString()).isEqualTo(arn);
  }
}
