package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.ACCOUNT;
import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static dev.bulwark.encryption.kms.Lab.policy;
import static dev.bulwark.encryption.kms.Lab.statement;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * A key of one account that principals of another use: its policy has to name them or their
 * account, and their own IAM policies have to allow it.
 */
final class OtherAccountsTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();
  private final String account = member();
  private final AwsCredentials administrator = administrator();
  private final IamClient iam = lab.client(IamClient.builder(), administrator, Region.US_EAST_1);
  private final AwsCredentials bob = bob();
  private final KmsClient theirs = lab.client(KmsClient.builder(), bob, Region.US_EAST_1);

  @AfterEach
  void close() {
    lab.close();
  }

  private String member() {
    var organizations =
        lab.client(OrganizationsClient.builder(), lab.credentials(), Region.US_EAST_1);
    organizations.createOrganization(r -> {});
    var request =
        organizations.createAccount(r -> r.accountName("member").email("member@example.com"));
    return organizations
        .describeCreateAccountStatus(
            r -> r.createAccountRequestId(request.createAccountStatus().id()))
        .createAccountStatus()
        .accountId();
  }

  private AwsCredentials administrator() {
    lab.iam().createUser(r -> r.userName("admin"));
    lab.allow("admin", "sts:AssumeRole");
    var key = lab.iam().createAccessKey(r -> r.userName("admin")).accessKey();
    var session =
        lab.client(
                StsClient.builder(),
                AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()),
                Region.US_EAST_1)
            .assumeRole(
                r ->
                    r.roleArn("arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole")
                        .roleSessionName("session"))
            .credentials();
    return AwsSessionCredentials.create(
        session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
  }

  private AwsCredentials bob() {
    iam.createUser(r -> r.userName("Bob"));
    var key = iam.createAccessKey(r -> r.userName("Bob")).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  private void allowBob(String action, String key) {
    iam.putUserPolicy(
        r ->
            r.userName("Bob")
                .policyName("p")
                .policyDocument(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["%s", "secretsmanager:*"], "Resource": ["%s", "*"]}]}"""
                        .formatted(action, key)));
  }

  private String key(String principal) {
    return kms.createKey(r -> r.policy(policy(statement("Allow", principal, "kms:*", "{}"))))
        .keyMetadata()
        .arn();
  }

  @Test
  void bothAccountsHaveToAllowIt() {
    var key = key("arn:aws:iam::" + account + ":root");
    assertCode(
        "AccessDeniedException", () -> theirs.encrypt(r -> r.keyId(key).plaintext(bytes("x"))));
    allowBob("kms:*", key);
    var sealed = theirs.encrypt(r -> r.keyId(key).plaintext(bytes("x"))).ciphertextBlob();
    assertThat(theirs.decrypt(r -> r.ciphertextBlob(sealed)).keyId()).isEqualTo(key);
    assertThat(kms.decrypt(r -> r.ciphertextBlob(sealed)).plaintext()).isEqualTo(bytes("x"));
    assertThat(theirs.describeKey(r -> r.keyId(key)).keyMetadata().awsAccountId())
        .isEqualTo(ACCOUNT);

    var closed = kms.createKey().keyMetadata().arn();
    assertCode(
        "AccessDeniedException", () -> theirs.encrypt(r -> r.keyId(closed).plaintext(bytes("x"))));
    var other = kms.encrypt(r -> r.keyId(closed).plaintext(bytes("x"))).ciphertextBlob();
    assertCode("AccessDeniedException", () -> theirs.decrypt(r -> r.ciphertextBlob(other)));
  }

  @Test
  void aPrincipalOfTheOtherAccountIsNamedByItsArn() {
    var key = key("arn:aws:iam::" + account + ":user/Bob");
    assertCode(
        "AccessDeniedException",
        () -> theirs.generateDataKey(r -> r.keyId(key).keySpec("AES_256")));
    allowBob("kms:GenerateDataKey", key);
    theirs.generateDataKey(r -> r.keyId(key).keySpec("AES_256"));
  }

  @Test
  void whatManagesAKeyStaysInItsAccount() {
    var key = key("arn:aws:iam::" + account + ":root");
    allowBob("kms:*", key);
    assertCode("AccessDeniedException", () -> theirs.disableKey(r -> r.keyId(key)));
    assertCode("AccessDeniedException", () -> theirs.scheduleKeyDeletion(r -> r.keyId(key)));
    assertCode(
        "AccessDeniedException",
        () -> theirs.tagResource(r -> r.keyId(key).tags(t -> t.tagKey("a").tagValue("b"))));
  }

  @Test
  void bothAccountsHaveAnEventOfIt() {
    var key = key("arn:aws:iam::" + account + ":root");
    allowBob("kms:*", key);
    theirs.encrypt(r -> r.keyId(key).plaintext(bytes("x")));
    assertThat(
            lab.askService(bob, caller -> lab.kms.generateDataKey(caller, key, Map.of("a", "1"))))
        .isEqualTo(200);
    assertThat(lab.records(account, "Encrypt").getFirst()).contains("\"userName\":\"Bob\"");
    assertThat(lab.records(ACCOUNT, "Encrypt").getFirst())
        .contains("\"type\":\"AWSAccount\"")
        .contains("\"sharedEventID\"")
        .doesNotContain("Bob");
    assertThat(lab.records(account, "GenerateDataKey").getFirst())
        .contains("\"userName\":\"Bob\"")
        .contains("\"invokedBy\":\"secretsmanager.amazonaws.com\"");
    assertThat(lab.records(ACCOUNT, "GenerateDataKey").getFirst())
        .contains("\"type\":\"AWSAccount\"")
        .contains("\"invokedBy\":\"secretsmanager.amazonaws.com\"")
        .doesNotContain("Bob");
  }

  @Test
  void aClosedKeyAndOneThatIsNotThereLookTheSame() {
    var closed = kms.createKey().keyMetadata().arn();
    var none =
        closed.substring(0, closed.indexOf('/') + 1) + "00000000-0000-0000-0000-000000000000";
    for (var key : List.of(closed, none)) {
      allowBob("iam:*", "*");
      assertFails(
          "AccessDeniedException: User: arn:aws:iam::%s:user/Bob is not authorized to perform: kms:DescribeKey on this resource because no identity-based policy allows the kms:DescribeKey action"
              .formatted(account),
          () -> theirs.describeKey(r -> r.keyId(key)));
      allowBob("kms:*", key);
      assertFails(
          "AccessDeniedException: User: arn:aws:iam::%s:user/Bob is not authorized to perform: kms:DescribeKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
              .formatted(account),
          () -> theirs.describeKey(r -> r.keyId(key)));
      assertFails(
          "NotFoundException: Key '" + key + "' does not exist",
          () -> theirs.listAliases(r -> r.keyId(key)));
    }
  }

  @Test
  void retiringPrincipalsFindTheirGrantsOnKeysOfOtherAccounts() {
    var key = kms.createKey().keyMetadata().arn();
    var bobsArn = "arn:aws:iam::" + account + ":user/Bob";
    var grant =
        kms.createGrant(
            r ->
                r.keyId(key)
                    .granteePrincipal(bobsArn)
                    .retiringPrincipal(bobsArn)
                    .operationsWithStrings("Decrypt"));
    allowBob("kms:ListRetirableGrants", "*");
    assertThat(theirs.listRetirableGrants(r -> r.retiringPrincipal(bobsArn)).grants())
        .extracting("grantId")
        .containsExactly(grant.grantId());
    assertCode(
        "InvalidArnException", () -> kms.listRetirableGrants(r -> r.retiringPrincipal(bobsArn)));
    assertFails(
        "AccessDeniedException: User: %s is not authorized to perform: kms:RetireGrant on this resource because no identity-based policy allows the kms:RetireGrant action"
            .formatted(bobsArn),
        () -> theirs.retireGrant(r -> r.keyId(key).grantId(grant.grantId())));
    allowBob("kms:RetireGrant", key);
    theirs.retireGrant(r -> r.keyId(key).grantId(grant.grantId()));
    assertThat(kms.listGrants(r -> r.keyId(key)).grants()).isEmpty();
  }

  /** The owner's grant stands for the key policy, and not for what their account has to allow. */
  @Test
  void aGrantOfTheOwnerLeavesOthersToTheirOwnPolicies() {
    var key = kms.createKey().keyMetadata().arn();
    var bobsArn = "arn:aws:iam::" + account + ":user/Bob";
    kms.createGrant(
        r -> r.keyId(key).granteePrincipal(bobsArn).operationsWithStrings("DescribeKey"));
    assertFails(
        "AccessDeniedException: User: %s is not authorized to perform: kms:DescribeKey on this resource because no identity-based policy allows the kms:DescribeKey action"
            .formatted(bobsArn),
        () -> theirs.describeKey(r -> r.keyId(key)));
    allowBob("kms:DescribeKey", key);
    assertThat(theirs.describeKey(r -> r.keyId(key)).keyMetadata().arn()).isEqualTo(key);
  }

  @Test
  void aGrantOfTheirOwnAccountIsEnough() {
    var key = key("arn:aws:iam::" + account + ":root");
    allowBob("kms:CreateGrant", key);
    iam.createUser(r -> r.userName("Carl"));
    var carlsArn = "arn:aws:iam::" + account + ":user/Carl";
    var access = iam.createAccessKey(r -> r.userName("Carl")).accessKey();
    var carl =
        lab.client(
            KmsClient.builder(),
            AwsBasicCredentials.create(access.accessKeyId(), access.secretAccessKey()),
            Region.US_EAST_1);
    assertCode("AccessDeniedException", () -> carl.describeKey(r -> r.keyId(key)));
    theirs.createGrant(
        r -> r.keyId(key).granteePrincipal(carlsArn).operationsWithStrings("DescribeKey"));
    assertThat(carl.describeKey(r -> r.keyId(key)).keyMetadata().arn()).isEqualTo(key);
  }
}
