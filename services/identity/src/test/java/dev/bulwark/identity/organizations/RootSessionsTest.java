package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sts.StsClient;

/** AssumeRoot, as the organization's management account may use it on its members. */
final class RootSessionsTest {
  private final World world = World.withOrganization();
  private final String member = world.account("app");
  private final AwsCredentials admin = world.user("admin", World.ALLOW_ALL);

  @BeforeEach
  void enable() {
    world.organizations.enableAWSServiceAccess(r -> r.servicePrincipal("iam.amazonaws.com"));
    world.iam.enableOrganizationsRootSessions(r -> {});
  }

  @AfterEach
  void close() {
    world.close();
  }

  private AwsCredentials assume(AwsCredentials caller, String account, String task) {
    var session =
        world
            .client(StsClient.builder(), caller)
            .assumeRoot(
                r ->
                    r.targetPrincipal(account)
                        .taskPolicyArn(t -> t.arn("arn:aws:iam::aws:policy/root-task/" + task)))
            .credentials();
    return AwsSessionCredentials.create(
        session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
  }

  private IamClient task(String name) {
    var root = assume(admin, member, name);
    assertThat(world.client(StsClient.builder(), root).getCallerIdentity().arn())
        .isEqualTo("arn:aws:iam::" + member + ":root");
    var iam = world.iam(root);
    assertThat(error(iam::listUsers)).contains("with an explicit deny in a session policy");
    assertThat(error(() -> iam.createAccessKey(r -> {})))
        .contains("with an explicit deny in a session policy");
    return iam;
  }

  @Test
  void eachTaskAllowsWhatItIsForAndNoMore() {
    var audit = task("IAMAuditRootUserCredentials");
    assertThat(audit.getAccountSummary().summaryMapAsStrings())
        .containsEntry("AccountAccessKeysPresent", 0)
        .containsEntry("AccountPasswordPresent", 0);
    assertThat(audit.listAccessKeys().accessKeyMetadata()).isEmpty();
    assertThat(audit.listMFADevices().mfaDevices()).isEmpty();
    assertThat(audit.getUser().user().arn()).isEqualTo("arn:aws:iam::" + member + ":root");

    var delete = task("IAMDeleteRootUserCredentials");
    assertThat(delete.listAccessKeys().accessKeyMetadata()).isEmpty();
    assertThat(error(() -> delete.deleteAccessKey(r -> r.accessKeyId("AKIAIOSFODNN7EXAMPLE"))))
        .startsWith("NoSuchEntity");

    for (var other :
        new String[] {
          "IAMCreateRootUserPassword", "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy"
        }) {
      var iam = task(other);
      assertThat(error(iam::listAccessKeys)).contains("with an explicit deny in a session policy");
    }
  }

  @Test
  void othersThanTheManagementAccountAreRefused() {
    var task = "IAMAuditRootUserCredentials";
    var other = world.account("other");
    var inside = world.administrator(member);
    assertThat(error(() -> assume(inside, other, task))).startsWith("AccessDenied");
    assertThat(error(() -> assume(inside, World.MANAGEMENT, task))).startsWith("AccessDenied");
    assertThat(error(() -> assume(admin, World.MANAGEMENT, task))).startsWith("AccessDenied");
    assertThat(error(() -> assume(world.root(), member, task))).startsWith("AccessDenied");
    assertThat(error(() -> assume(admin, member, "AdministratorAccess"))).isNotEmpty();

    world.organizations.closeAccount(r -> r.accountId(other));

    assertThat(error(() -> assume(admin, other, task))).startsWith("AccessDenied");
    world.iam.disableOrganizationsRootSessions(r -> {});
    assertThat(error(() -> assume(admin, member, task))).startsWith("AccessDenied");
  }
}
