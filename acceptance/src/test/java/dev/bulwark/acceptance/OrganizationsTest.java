package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.account.AccountClient;
import software.amazon.awssdk.services.account.model.AccessDeniedException;
import software.amazon.awssdk.services.account.model.AccountException;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.organizations.model.PolicyType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** Several accounts in one installation: what they share, and what they do not. */
class OrganizationsTest {
  private static final String ALLOW_ALL =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

  private static RunningServer server;
  private static OrganizationsClient organizations;
  private static IamClient iam;
  private static String root;

  @BeforeAll
  static void start() {
    server = RunningServer.start("--ephemeral", "--lab");
    organizations = server.client(OrganizationsClient.builder(), RunningServer.ROOT);
    iam = server.client(IamClient.builder(), RunningServer.ROOT);
    organizations.createOrganization(r -> {});
    root = organizations.listRoots(r -> {}).roots().getFirst().id();
    for (var type :
        List.of(PolicyType.SERVICE_CONTROL_POLICY, PolicyType.RESOURCE_CONTROL_POLICY)) {
      organizations.enablePolicyType(r -> r.rootId(root).policyType(type));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String account(String name) {
    var asked = organizations.createAccount(r -> r.accountName(name).email(name + "@example.com"));
    return organizations
        .describeCreateAccountStatus(
            r -> r.createAccountRequestId(asked.createAccountStatus().id()))
        .createAccountStatus()
        .accountId();
  }

  private static AwsCredentials user(IamClient where, String name, String policy) {
    where.createUser(r -> r.userName(name));
    where.putUserPolicy(r -> r.userName(name).policyName("p").policyDocument(policy));
    var key = where.createAccessKey(r -> r.userName(name)).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  private static AwsCredentials administrator(String account) {
    return assume(
        user(iam, "admin-of-" + account, ALLOW_ALL),
        "arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole",
        null);
  }

  private static AwsCredentials assume(AwsCredentials caller, String role, String externalId) {
    var session =
        server
            .client(StsClient.builder(), caller)
            .assumeRole(r -> r.roleArn(role).roleSessionName("session").externalId(externalId))
            .credentials();
    return AwsSessionCredentials.create(
        session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
  }

  private static S3Client s3(AwsCredentials credentials) {
    return server.client(
        S3Client.builder()
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build()),
        credentials);
  }

  private static String attach(PolicyType type, String target, String statement) {
    var policy =
        organizations
            .createPolicy(
                r ->
                    r.name("policy-" + target)
                        .description("")
                        .type(type)
                        .content("{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}"))
            .policy()
            .policySummary();
    organizations.attachPolicy(r -> r.policyId(policy.id()).targetId(target));
    return policy.arn();
  }

  @Test
  void aBucketIsSharedWithAUserOfAnotherAccount() {
    var owner = account("owner");
    var reader = account("reader");
    var ownerS3 = s3(administrator(owner));
    var readerIam = server.client(IamClient.builder(), administrator(reader));
    var bob =
        s3(
            user(
                readerIam,
                "bob",
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListAllMyBuckets"],"Resource":"*"}]}"""));
    ownerS3.createBucket(r -> r.bucket("shared-between-accounts"));
    ownerS3.putObject(
        r -> r.bucket("shared-between-accounts").key("k"), RequestBody.fromString("content"));
    assertThatThrownBy(
            () -> bob.getObjectAsBytes(r -> r.bucket("shared-between-accounts").key("k")))
        .isInstanceOf(S3Exception.class);
    ownerS3.putBucketPolicy(
        r ->
            r.bucket("shared-between-accounts")
                .policy(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",
                      "Principal":{"AWS":"arn:aws:iam::%s:user/bob"},
                      "Resource":["arn:aws:s3:::shared-between-accounts/*"]}]}"""
                        .formatted(reader)));

    assertThat(
            bob.getObjectAsBytes(r -> r.bucket("shared-between-accounts").key("k")).asUtf8String())
        .isEqualTo("content");
    // Its own account has to allow as well, and allows no more than to read.
    assertThatThrownBy(
            () ->
                bob.putObject(
                    r -> r.bucket("shared-between-accounts").key("k"),
                    RequestBody.fromString("mine")))
        .isInstanceOf(S3Exception.class);
    assertThat(bob.listBuckets().buckets()).isEmpty();
  }

  @Test
  void anSCPAndAnRCPHoldForS3() {
    var account = account("limited");
    var s3 = s3(administrator(account));
    s3.createBucket(r -> r.bucket("limited-by-policies"));
    s3.putObject(r -> r.bucket("limited-by-policies").key("k"), RequestBody.fromString("content"));
    var scp =
        attach(
            PolicyType.SERVICE_CONTROL_POLICY,
            account,
            "{\"Effect\":\"Deny\",\"Action\":\"s3:PutObject\",\"Resource\":\"*\"}");
    assertThatThrownBy(
            () ->
                // Without a body: the client reads no answer that comes before it has sent one.
                s3.createMultipartUpload(r -> r.bucket("limited-by-policies").key("k")))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("with an explicit deny in a service control policy: " + scp);
    var rcp =
        attach(
            PolicyType.RESOURCE_CONTROL_POLICY,
            account,
            "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}");
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket("limited-by-policies").key("k")))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("with an explicit deny in a resource control policy: " + rcp);
  }

  @Test
  void s12ARoleOfAnotherAccountWithAnExternalIdIsOnRecordInBoth() {
    var account = account("partner");
    var administrator = administrator(account);
    var partnerIam = server.client(IamClient.builder(), administrator);
    var alice =
        user(
            iam,
            "alice-of-s12",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::%s:role/support"}]}"""
                .formatted(account));
    var arn =
        partnerIam
            .createRole(
                r ->
                    r.roleName("support")
                        .assumeRolePolicyDocument(
                            """
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                              "Principal":{"AWS":"arn:aws:iam::%s:user/alice-of-s12"},
                              "Condition":{"StringEquals":{"sts:ExternalId":"e-42"}}}]}"""
                                .formatted(RunningServer.ACCOUNT)))
            .role()
            .arn();
    assertThatThrownBy(() -> assume(alice, arn, null)).isInstanceOf(StsException.class);
    assertThatThrownBy(() -> assume(alice, arn, "wrong")).isInstanceOf(StsException.class);
    var session = assume(alice, arn, "e-42");
    assertThat(server.client(StsClient.builder(), session).getCallerIdentity().account())
        .isEqualTo(account);
    assertThatThrownBy(() -> assume(user(iam, "mallory-of-s12", ALLOW_ALL), arn, "e-42"))
        .isInstanceOf(StsException.class);

    var ours = server.client(CloudTrailClient.builder(), RunningServer.ROOT);
    var theirs = server.client(CloudTrailClient.builder(), administrator);
    assertThat(assumed(ours, arn)).contains("\"recipientAccountId\":\"" + RunningServer.ACCOUNT);
    assertThat(assumed(theirs, arn)).contains("\"recipientAccountId\":\"" + account);
    assertThat(shared(assumed(ours, arn))).isEqualTo(shared(assumed(theirs, arn)));
  }

  /** The record of the call that assumed a role and was allowed. */
  private static String assumed(CloudTrailClient client, String role) {
    return client
        .lookupEvents(
            r -> r.lookupAttributes(a -> a.attributeKey("EventName").attributeValue("AssumeRole")))
        .events()
        .stream()
        .map(event -> event.cloudTrailEvent())
        .filter(record -> record.contains(role) && !record.contains("errorCode"))
        .findFirst()
        .orElseThrow();
  }

  private static String shared(String record) {
    int start = record.indexOf("\"sharedEventID\":\"");
    assertThat(start).isPositive();
    return record.substring(start, start + 17 + 36);
  }

  @Test
  void s15TheRootUserAloneClosesTheAccount() throws Exception {
    try (var standalone = RunningServer.start("--ephemeral")) {
      var itsIam = standalone.client(IamClient.builder(), RunningServer.ROOT);
      assertThat(close(standalone, user(itsIam, "admin", ALLOW_ALL))).isEqualTo(403);
      itsIam.listUsers();
      assertThat(close(standalone, RunningServer.ROOT)).isEqualTo(200);
      assertThatThrownBy(itsIam::listUsers).hasMessageContaining("security token");
    }
  }

  @Test
  void s15TheRootUserAloneChangesItsEmailAddress(@TempDir Path data) throws Exception {
    try (var standalone = RunningServer.start("--data", data.toString())) {
      var itsIam = standalone.client(IamClient.builder(), RunningServer.ROOT);
      var admin = standalone.client(AccountClient.builder(), user(itsIam, "admin", ALLOW_ALL));
      var rootUser = standalone.client(AccountClient.builder(), RunningServer.ROOT);
      assertThatThrownBy(() -> startEmail(admin)).isInstanceOf(AccessDeniedException.class);
      startEmail(rootUser);
      var code = oneTimePassword(data);
      assertThatThrownBy(() -> acceptEmail(admin, code)).isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> acceptEmail(rootUser, "no code"))
          .isInstanceOf(AccountException.class);
      acceptEmail(rootUser, code);
      assertThat(rootUser.getPrimaryEmail(r -> r.accountId(RunningServer.ACCOUNT)).primaryEmail())
          .isEqualTo("new@example.com");
    }
  }

  private static void startEmail(AccountClient client) {
    client.startPrimaryEmailUpdate(
        r -> r.accountId(RunningServer.ACCOUNT).primaryEmail("new@example.com"));
  }

  private static void acceptEmail(AccountClient client, String code) {
    client.acceptPrimaryEmailUpdate(
        r -> r.accountId(RunningServer.ACCOUNT).primaryEmail("new@example.com").otp(code));
  }

  /** What was sent to the new address. */
  private static String oneTimePassword(Path data) throws IOException {
    try (var mails = Files.list(data.resolve("outbox"))) {
      var mail = Files.readString(mails.findFirst().orElseThrow());
      assertThat(mail).contains("To: <new@example.com>");
      var code = Pattern.compile("is (\\d{6})\\.").matcher(mail);
      assertThat(code.find()).as(mail).isTrue();
      return code.group(1);
    }
  }

  /** AWS has this in its console alone, so no client knows it. */
  private static int close(RunningServer where, AwsCredentials credentials) throws Exception {
    var body = "{}".getBytes(StandardCharsets.UTF_8);
    var request = Requests.of(where.endpoint(), "POST", "/closeAccount", "", body);
    request.headers().set("content-type", "application/json");
    try (var connection = new RawConnection(where.endpoint(), 20_000)) {
      return connection.send(Requests.signed(request, credentials, "account")).status();
    }
  }
}
