package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.ACCOUNT;
import static dev.bulwark.encryption.kms.Lab.arn;
import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.schema.ApiException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.GrantConstraints;

/** Grants: whom they allow what, and who makes and retires them. */
final class GrantsTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();
  private final KmsClient bob = lab.user("Bob");

  @AfterEach
  void close() {
    lab.close();
  }

  private static void encrypt(KmsClient client, String key, Map<String, String> context) {
    client.encrypt(r -> r.keyId(key).plaintext(bytes("x")).encryptionContext(context));
  }

  @Test
  void aGrantAllowsWhatItNamesUntilItIsRevoked() {
    var key = kms.createKey().keyMetadata().arn();
    var grant =
        kms.createGrant(
            r ->
                r.keyId(key)
                    .name("one")
                    .granteePrincipal(arn("Bob"))
                    .operationsWithStrings("Encrypt", "DescribeKey"));
    encrypt(bob, key, Map.of());
    bob.describeKey(r -> r.keyId(key).grantTokens(grant.grantToken()));
    assertCode(
        "AccessDeniedException", () -> bob.generateDataKey(r -> r.keyId(key).keySpec("AES_256")));
    assertFails(
        "InvalidGrantTokenException: The grant token is not valid.",
        () -> bob.describeKey(r -> r.keyId(key).grantTokens("nonsense")));
    var again =
        kms.createGrant(
            r ->
                r.keyId(key)
                    .name("one")
                    .granteePrincipal(arn("Bob"))
                    .operationsWithStrings("Encrypt", "DescribeKey"));
    assertThat(again.grantId()).isEqualTo(grant.grantId());
    var listed = kms.listGrants(r -> r.keyId(key)).grants();
    assertThat(listed).hasSize(1);
    assertThat(listed.getFirst().granteePrincipal()).isEqualTo(arn("Bob"));
    kms.revokeGrant(r -> r.keyId(key).grantId(grant.grantId()));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of()));
    assertCode(
        "NotFoundException", () -> kms.revokeGrant(r -> r.keyId(key).grantId(grant.grantId())));
  }

  @Test
  void constraintsBindAGrantToContexts() {
    var key = kms.createKey().keyMetadata().arn();
    kms.createGrant(
        r ->
            r.keyId(key)
                .granteePrincipal(arn("Bob"))
                .operationsWithStrings("Encrypt")
                .constraints(
                    GrantConstraints.builder()
                        .encryptionContextSubset(Map.of("team", "red"))
                        .build()));
    encrypt(bob, key, Map.of("team", "red", "more", "x"));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of("team", "blue")));
    kms.createGrant(
        r ->
            r.keyId(key)
                .granteePrincipal(arn("Bob"))
                .operationsWithStrings("Encrypt")
                .constraints(
                    GrantConstraints.builder().encryptionContextEquals(Map.of("a", "1")).build()));
    encrypt(bob, key, Map.of("a", "1"));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of("a", "1", "b", "2")));
  }

  @Test
  void aGranteeGivesAwayNoMoreThanItHas() {
    var alice = lab.user("Alice");
    var key = kms.createKey().keyMetadata().arn();
    kms.createGrant(
        r ->
            r.keyId(key)
                .granteePrincipal(arn("Bob"))
                .operationsWithStrings("CreateGrant", "Encrypt"));
    bob.createGrant(
        r -> r.keyId(key).granteePrincipal(arn("Alice")).operationsWithStrings("Encrypt"));
    encrypt(alice, key, Map.of());
    assertCode(
        "AccessDeniedException",
        () ->
            bob.createGrant(
                r ->
                    r.keyId(key)
                        .granteePrincipal(arn("Alice"))
                        .operationsWithStrings("Encrypt", "Decrypt")));
    assertCode(
        "AccessDeniedException",
        () ->
            alice.createGrant(
                r -> r.keyId(key).granteePrincipal(arn("Bob")).operationsWithStrings("Encrypt")));
  }

  @Test
  void theRetiringPrincipalRetiresWithoutFurtherPermission() {
    var alice = lab.user("Alice");
    var key = kms.createKey().keyMetadata().arn();
    var grant =
        kms.createGrant(
            r ->
                r.keyId(key)
                    .granteePrincipal(arn("Bob"))
                    .retiringPrincipal(arn("Alice"))
                    .operationsWithStrings("Encrypt"));
    assertThat(kms.listRetirableGrants(r -> r.retiringPrincipal(arn("Alice"))).grants())
        .extracting("grantId")
        .containsExactly(grant.grantId());
    assertCode(
        "AccessDeniedException", () -> bob.retireGrant(r -> r.grantToken(grant.grantToken())));
    alice.retireGrant(r -> r.grantToken(grant.grantToken()));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of()));
  }

  @Test
  void policiesOfIdentitiesDenyRetiringAndAllowTheKeysAccountTo() {
    var alice = lab.user("Alice");
    var key =
        kms.createKey(
                r ->
                    r.policy(
                        Lab.policy(
                            Lab.statement("Deny", arn("Alice"), "kms:RetireGrant", "{}"),
                            Lab.statement("Allow", arn("Bob"), "kms:RetireGrant", "{}"))))
            .keyMetadata()
            .arn();
    var grant =
        kms.createGrant(
            r ->
                r.keyId(key)
                    .granteePrincipal(arn("Bob"))
                    .retiringPrincipal(arn("Alice"))
                    .operationsWithStrings("Encrypt"));
    lab.deny("Alice", "kms:RetireGrant");
    assertFails(
        "AccessDeniedException: User: %s is not authorized to perform: kms:RetireGrant on resource: %s with an explicit deny in an identity-based policy"
            .formatted(arn("Alice"), key),
        () -> alice.retireGrant(r -> r.grantToken(grant.grantToken())));
    lab.allow("Alice", "s3:*");
    alice.retireGrant(r -> r.grantToken(grant.grantToken()));

    var other =
        kms.createGrant(
            r -> r.keyId(key).granteePrincipal(arn("Bob")).operationsWithStrings("Encrypt"));
    assertFails(
        "AccessDeniedException: User: %s is not authorized to perform: kms:RetireGrant on resource: %s because no identity-based policy allows the kms:RetireGrant action"
            .formatted(arn("Bob"), key),
        () -> bob.retireGrant(r -> r.grantToken(other.grantToken())));
    lab.allow("Bob", "kms:RetireGrant");
    bob.retireGrant(r -> r.grantToken(other.grantToken()));
  }

  @Test
  void aRoleThatIsMadeAnewInheritsNoGrantToSessions() {
    var key = lab.key();
    var iam = lab.iam();
    var session = "arn:aws:sts::" + ACCOUNT + ":assumed-role/App/one";
    assertFails(
        "InvalidArnException: ARN does not refer to a valid principal: " + session,
        () -> grant(key, session));
    var id = lab.role("App").roleId();
    assertFails(
        "InvalidArnException: ARN is not valid: arn:aws:sts::123456789012:assumed-role/a/App/one",
        () -> grant(key, "arn:aws:sts::123456789012:assumed-role/a/App/one"));
    grant(key, session);
    assertThat(kms.listGrants(r -> r.keyId(key)).grants().getFirst().granteePrincipal())
        .isEqualTo(session);
    encrypt(lab.assume("App", "one"), key, Map.of());
    assertCode("AccessDeniedException", () -> encrypt(lab.assume("App", "two"), key, Map.of()));

    kms.putKeyPolicy(
        r ->
            r.keyId(key)
                .policy(Lab.policy(Lab.statement("Allow", session, "kms:DescribeKey", "{}"))));
    lab.assume("App", "one").describeKey(r -> r.keyId(key));
    iam.deleteRole(r -> r.roleName("App"));
    assertThat(kms.listGrants(r -> r.keyId(key)).grants().getFirst().granteePrincipal())
        .isEqualTo(id + ":one");
    assertThat(kms.listGrants(r -> r.keyId(key).granteePrincipal(id + ":one")).grants()).hasSize(1);
    assertThat(kms.listGrants(r -> r.keyId(key).granteePrincipal(id)).grants()).isEmpty();
    lab.role("App");
    assertCode("AccessDeniedException", () -> encrypt(lab.assume("App", "one"), key, Map.of()));
    assertCode(
        "AccessDeniedException", () -> lab.assume("App", "one").describeKey(r -> r.keyId(key)));
    grant(key, session);
    encrypt(lab.assume("App", "one"), key, Map.of());
  }

  private String grant(String key, String grantee) {
    return kms.createGrant(
            r -> r.keyId(key).granteePrincipal(grantee).operationsWithStrings("Encrypt"))
        .grantId();
  }

  @Test
  void aGrantToARoleIsLimitedByASessionPolicy() {
    var key = lab.key();
    lab.role("App");
    grant(key, "arn:aws:iam::" + ACCOUNT + ":role/App");
    encrypt(lab.assume("App", "one"), key, Map.of());
    assertFails(
        "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/App/one is not authorized to perform: kms:Encrypt on resource: %s because no session policy allows the kms:Encrypt action"
            .formatted(key),
        () -> encrypt(lab.assume("App", "one", "s3:*"), key, Map.of()));
  }

  @Test
  void aGrantFitsTheKeyItIsOn() {
    var key = kms.createKey().keyMetadata().arn();
    assertCode(
        "ValidationException",
        () ->
            kms.createGrant(
                r -> r.keyId(key).granteePrincipal(arn("Bob")).operationsWithStrings("Sign")));
    var mac = lab.key("HMAC_256", "GENERATE_VERIFY_MAC");
    assertFails(
        "ValidationException: Operations [Encrypt] are not supported when creating a grant for a symmetric KMS key with key usage GENERATE_VERIFY_MAC. Valid operations are [CreateGrant, RetireGrant, DescribeKey, GenerateMac, VerifyMac]",
        () -> grant(mac, arn("Bob")));
    for (var other : List.of(mac, lab.key("RSA_2048", "ENCRYPT_DECRYPT"))) {
      assertFails(
          "ValidationException: EncryptionContext is supported only when creating a grant for a symmetric encryption KMS key.",
          () ->
              kms.createGrant(
                  r ->
                      r.keyId(other)
                          .granteePrincipal(arn("Bob"))
                          .operationsWithStrings("DescribeKey")
                          .constraints(c -> c.encryptionContextSubset(Map.of("a", "1")))));
    }
  }

  @Test
  void whoMayMakeNoGrantsLearnsOfNoPrincipals() {
    var key = lab.key();
    for (var grantee : List.of(arn("Bob"), arn("Nobody"))) {
      assertCode(
          "AccessDeniedException",
          () ->
              bob.createGrant(
                  r -> r.keyId(key).granteePrincipal(grantee).operationsWithStrings("Encrypt")));
    }
  }

  @Test
  void namesOfAConstraintsPairsAreComparedWithoutRegardToCase() {
    var key = lab.key();
    kms.createGrant(
        r ->
            r.keyId(key)
                .granteePrincipal(arn("Bob"))
                .operationsWithStrings("Encrypt")
                .constraints(
                    GrantConstraints.builder()
                        .encryptionContextEquals(Map.of("Team", "red"))
                        .build()));
    encrypt(bob, key, Map.of("team", "red"));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of("team", "Red")));
    assertCode("AccessDeniedException", () -> encrypt(bob, key, Map.of("team", "red", "a", "b")));
  }

  @Test
  void policiesSeeTheConstraintOfAGrantThatIsToBe() {
    var key = lab.key();
    lab.allow(
        "Bob",
        "kms:CreateGrant",
        "{\"StringEquals\": {\"kms:EncryptionContext:team\": \"red\", \"kms:GrantConstraintType\": \"EncryptionContextSubset\"}}");
    bob.createGrant(
        r ->
            r.keyId(key)
                .granteePrincipal(arn("Bob"))
                .operationsWithStrings("Encrypt")
                .constraints(c -> c.encryptionContextSubset(Map.of("team", "red"))));
    assertCode(
        "AccessDeniedException",
        () ->
            bob.createGrant(
                r ->
                    r.keyId(key)
                        .granteePrincipal(arn("Bob"))
                        .operationsWithStrings("Encrypt")
                        .constraints(c -> c.encryptionContextSubset(Map.of("team", "blue")))));
  }

  @Test
  void listsAreOfOneGranteeOneGrantAndOneRegion() {
    lab.user("Alice");
    var key = lab.key();
    for (int i = 0; i < 3; i++) {
      grant(key, arn("Alice"));
    }
    var bobs = grant(key, arn("Bob"));
    assertThat(kms.listGrants(r -> r.keyId(key).granteePrincipal(arn("Bob")).limit(1)).grants())
        .extracting("grantId")
        .containsExactly(bobs);
    var first = kms.listGrants(r -> r.keyId(key).granteePrincipal(arn("Alice")).limit(2));
    assertThat(first.grants()).hasSize(2);
    var rest =
        kms.listGrants(r -> r.keyId(key).granteePrincipal(arn("Alice")).marker(first.nextMarker()));
    assertThat(rest.grants()).hasSize(1);
    assertThat(rest.truncated()).isFalse();
    assertThat(kms.listGrants(r -> r.keyId(key).grantId(bobs).limit(1)).grants())
        .extracting("granteePrincipal")
        .containsExactly(arn("Bob"));
    assertThat(kms.listGrants(r -> r.keyId(key).grantId("none")).grants()).isEmpty();

    var paris = lab.root(Region.EU_WEST_3);
    var there = paris.createKey().keyMetadata().arn();
    for (var one : List.of(kms, paris)) {
      one.createGrant(
          r ->
              r.keyId(one == kms ? key : there)
                  .granteePrincipal(arn("Bob"))
                  .retiringPrincipal(arn("Bob"))
                  .operationsWithStrings("Encrypt"));
    }
    var here = kms.listRetirableGrants(r -> r.retiringPrincipal(arn("Bob")).limit(1));
    assertThat(here.grants()).extracting("keyId").containsExactly(key);
    assertThat(here.truncated()).isFalse();
  }

  @Test
  void grantsOnAKeyAreLimited() {
    try (var small = new Lab(new KmsQuotas(2, 1, 1, 1, 1))) {
      small.user("Bob");
      var key = small.key();
      var named =
          CreateGrantRequest.builder()
              .keyId(key)
              .name("one")
              .granteePrincipal(arn("Bob"))
              .operationsWithStrings("Encrypt")
              .build();
      var grant = small.root().createGrant(named).grantId();
      assertThat(small.root().createGrant(named).grantId()).isEqualTo(grant);
      var other = named.toBuilder().name("two").build();
      assertCode("LimitExceededException", () -> small.root().createGrant(other));
      small.root().revokeGrant(r -> r.keyId(key).grantId(grant));
      small.root().createGrant(other);
    }
  }

  @Test
  void granteesExist() {
    var key = lab.key();
    assertFails(
        "InvalidArnException: ARN does not refer to a valid principal: " + arn("Nobody"),
        () ->
            kms.createGrant(
                r ->
                    r.keyId(key).granteePrincipal(arn("Nobody")).operationsWithStrings("Encrypt")));
  }

  private String createGrant(String key, String more) {
    return lab.call(
            "CreateGrant",
            "{\"KeyId\": \"%s\", \"Operations\": [\"Decrypt\", \"DescribeKey\"], %s}"
                .formatted(key, more))
        .path("message")
        .asString("");
  }

  @Test
  void aServiceIsGrantedAKeyForOneResource() {
    var key = lab.key();
    var source =
        "\"Constraints\": {\"SourceArn\": \"arn:aws:backup:us-east-1:123456789012:vault/v\"}";
    var grantee = "\"GranteeServicePrincipal\": \"backup.amazonaws.com\"";
    assertThat(createGrant(key, source))
        .isEqualTo(
            "You must specify either GranteePrincipal or GranteeServicePrincipal, but not both.");
    assertThat(createGrant(key, grantee)).contains("requires a SourceArn");
    assertThat(createGrant(key, grantee + "," + source)).contains("requires a RetiringPrincipal");
    assertThat(
            createGrant(
                key,
                grantee + "," + source + ",\"RetiringServicePrincipal\": \"backup.amazonaws.com\""))
        .isEmpty();
    var shown = lab.call("ListGrants", "{\"KeyId\": \"" + key + "\"}").path("Grants").path(0);
    assertThat(shown.path("GranteeServicePrincipal").asString()).isEqualTo("backup.amazonaws.com");
    assertThat(shown.path("RetiringServicePrincipal").asString()).isEqualTo("backup.amazonaws.com");
    assertThat(shown.at("/Constraints/SourceArn").asString()).endsWith(":vault/v");
    assertThat(shown.has("GranteePrincipal")).isFalse();

    var sealed = lab.encrypt(key, Map.of()).asByteArray();
    var vault =
        lab.serviceItself("backup.amazonaws.com", "arn:aws:backup:us-east-1:123456789012:vault/v");
    assertThat(lab.kms.decrypt(vault, sealed, Map.of())).asString().isEqualTo("secret");
    assertThat(lab.kms.describe(vault, key)).isEqualTo(key);
    var other =
        lab.serviceItself("backup.amazonaws.com", "arn:aws:backup:us-east-1:123456789012:vault/w");
    assertRefused(() -> lab.kms.decrypt(other, sealed, Map.of()));
    var grantId = shown.path("GrantId").asString();
    assertRefused(
        () -> lab.kms.retireGrant(lab.serviceItself("s3.amazonaws.com", "x"), key, grantId));
    lab.kms.retireGrant(other, key, grantId);
    assertRefused(() -> lab.kms.decrypt(vault, sealed, Map.of()));
    assertThat(lab.records(ACCOUNT, "RetireGrant"))
        .last()
        .asString()
        .contains("\"readOnly\":false");
  }

  private static void assertRefused(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("AccessDeniedException"));
  }
}
