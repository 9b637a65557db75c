package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.arn;
import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static dev.bulwark.encryption.kms.Lab.policy;
import static dev.bulwark.encryption.kms.Lab.statement;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;

/** Who may use keys: the key policy first, then IAM where it delegates. */
final class AccessTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();
  private final KmsClient bob = lab.user("Bob");

  @AfterEach
  void close() {
    lab.close();
  }

  private String key(String policy) {
    return kms.createKey(r -> r.policy(policy)).keyMetadata().arn();
  }

  private void encrypt(KmsClient client, String key, Map<String, String> context) {
    client.encrypt(r -> r.keyId(key).plaintext(bytes("x")).encryptionContext(context));
  }

  @Test
  void theDefaultPolicyLeavesItToIam() {
    var key = kms.createKey().keyMetadata().arn();
    assertFails(
        "AccessDeniedException: User: arn:aws:iam::123456789012:user/Bob is not authorized to perform: kms:Encrypt on"
            + " resource: "
            + key
            + " because no identity-based policy allows the kms:Encrypt action",
        () -> encrypt(bob, key, Map.of()));
    lab.allow("Bob", "kms:Encrypt");
    encrypt(bob, key, Map.of());
    assertCode("AccessDeniedException", () -> bob.describeKey(r -> r.keyId(key)));
  }

  @Test
  void withoutDelegationIamAllowsNothing() {
    lab.allow("Bob", "kms:*");
    lab.user("Alice");
    var key =
        kms.createKey(
                r ->
                    r.policy(
                            """
                            {"Version": "2012-10-17", "Statement": [%s]}"""
                                .formatted(statement("Allow", arn("Alice"), "kms:*", "{}")))
                        .bypassPolicyLockoutSafetyCheck(true))
            .keyMetadata()
            .arn();
    assertFails(
        "AccessDeniedException: User: arn:aws:iam::123456789012:user/Bob is not authorized to perform: kms:Encrypt on"
            + " resource: "
            + key
            + " because no resource-based policy allows the kms:Encrypt action",
        () -> encrypt(bob, key, Map.of()));
    assertCode("AccessDeniedException", () -> encrypt(kms, key, Map.of()));
  }

  @Test
  void theKeyPolicyGrantsByItselfAndDeniesAnybody() {
    var key = key(policy(statement("Allow", arn("Bob"), "kms:Encrypt", "{}")));
    encrypt(bob, key, Map.of());
    kms.putKeyPolicy(
        r -> r.keyId(key).policy(policy(statement("Deny", arn("Bob"), "kms:Encrypt", "{}"))));
    lab.allow("Bob", "kms:*");
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of()));
    assertThat(kms.getKeyPolicy(r -> r.keyId(key)).policy()).contains("user/Bob");
  }

  @Test
  void aPolicyMustBeWellFormedNameWhoExistsAndLeaveAWayBack() {
    assertFails(
        "MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.",
        () -> key(policy(statement("Allow", arn("Nobody"), "kms:*", "{}"))));
    assertFails(
        "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.",
        () ->
            key(
                """
                {"Version": "2012-10-17", "Statement": [%s]}"""
                    .formatted(statement("Allow", arn("Bob"), "kms:*", "{}"))));
    assertCode("MalformedPolicyDocumentException", () -> key("{"));
  }

  @Test
  void conditionsThatNoValueMeetsAreRefused() {
    var wide =
        policy(
            statement(
                "Allow",
                arn("Bob"),
                "kms:*",
                "{\"ForAllValues:StringEquals\": {\"kms:EncryptionContext:team\": \"red\"}}"));
    assertFails(
        "MalformedPolicyDocumentException: OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches requests without the specified encryption context or with an unspecified encryption context. To fix, remove ForAllValues.",
        () -> key(wide));
    key(
        policy(
            statement(
                "Allow",
                arn("Bob"),
                "kms:*",
                "{\"ForAllValues:StringEquals\": {\"kms:EncryptionContextKeys\": \"team\"}}")));
  }

  @Test
  void whoeverIsMadeAnewUnderAnOldNameInheritsNothing() {
    var key = key(policy(statement("Allow", arn("Bob"), "kms:Encrypt", "{}")));
    var iam = lab.iam();
    var id =
        iam.listAccessKeys(r -> r.userName("Bob")).accessKeyMetadata().getFirst().accessKeyId();
    iam.deleteAccessKey(r -> r.userName("Bob").accessKeyId(id));
    iam.deleteUser(r -> r.userName("Bob"));
    var another = lab.user("Bob");
    assertCode("AccessDeniedException", () -> encrypt(another, key, Map.of()));
    assertThat(kms.getKeyPolicy(r -> r.keyId(key)).policy()).contains("AIDA");
  }

  @Test
  void conditionsSeeContextAlgorithmAliasAndTags() {
    var key = kms.createKey().keyMetadata().arn();
    lab.allow("Bob", "kms:*", "{\"StringEquals\": {\"kms:EncryptionContext:team\": \"red\"}}");
    encrypt(bob, key, Map.of("team", "red", "more", "x"));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of("team", "blue")));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of()));

    lab.allow("Bob", "kms:*", "{\"StringEquals\": {\"kms:RequestAlias\": \"alias/app\"}}");
    kms.createAlias(r -> r.aliasName("alias/app").targetKeyId(key));
    encrypt(bob, "alias/app", Map.of());
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of()));

    lab.allow(
        "Bob", "kms:*", "{\"ForAnyValue:StringEquals\": {\"kms:ResourceAliases\": \"alias/app\"}}");
    encrypt(bob, key, Map.of());

    lab.allow("Bob", "kms:*", "{\"StringEquals\": {\"aws:ResourceTag/env\": \"prod\"}}");
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of()));
    kms.tagResource(r -> r.keyId(key).tags(t -> t.tagKey("env").tagValue("prod")));
    encrypt(bob, key, Map.of());

    lab.allow("Bob", "kms:CreateKey", "{\"StringEquals\": {\"kms:KeySpec\": \"HMAC_256\"}}");
    bob.createKey(r -> r.keySpec("HMAC_256").keyUsage("GENERATE_VERIFY_MAC"));
    assertCode("AccessDeniedException", bob::createKey);
  }

  @Test
  void reEncryptNeedsBothSides() {
    var from = kms.createKey().keyMetadata().arn();
    var to = kms.createKey().keyMetadata().arn();
    var sealed = kms.encrypt(r -> r.keyId(from).plaintext(bytes("x"))).ciphertextBlob();
    lab.allow("Bob", "kms:ReEncryptFrom");
    assertCode(
        "AccessDeniedException",
        () -> bob.reEncrypt(r -> r.ciphertextBlob(sealed).destinationKeyId(to)));
    lab.allow("Bob", "kms:ReEncrypt*");
    bob.reEncrypt(r -> r.ciphertextBlob(sealed).destinationKeyId(to));
  }
}
