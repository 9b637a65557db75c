package dev.bulwark.identity.sts;

import static dev.bulwark.identity.sts.Installation.MEMBER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.identity.sts.Installation.Answer;
import dev.bulwark.identity.sts.Installation.Client;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AssumeRoot from the management account of an organization with one member. */
class AssumeRootTest {
  private static final String TASKS = "arn:aws:iam::aws:policy/root-task/";

  private final Installation aws = new Installation();
  private Client alice = aws.root();

  @BeforeEach
  void makeAlice() {
    alice = aws.user("alice");
    aws.allowUser(
        "alice",
        "root",
        """
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRoot", "Resource": "*",
          "Condition": {"StringEquals": {"sts:TaskPolicyArn": "%1$sIAMAuditRootUserCredentials"}}}}"""
            .formatted(TASKS));
  }

  @AfterEach
  void close() {
    aws.close();
  }

  private static Answer assume(Client client, String target, String task, String... more) {
    var parameters = new String[4 + more.length];
    parameters[0] = "TargetPrincipal";
    parameters[1] = target;
    parameters[2] = "TaskPolicyArn.arn";
    parameters[3] = TASKS + task;
    System.arraycopy(more, 0, parameters, 4, more.length);
    return client.sts("AssumeRoot", parameters);
  }

  @Test
  void theSessionDoesItsTaskAndNoMore() {
    var answer = assume(alice, MEMBER, "IAMAuditRootUserCredentials").ok();

    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T05:21:07Z");
    var root = answer.client();
    assertThat(root.sts("GetCallerIdentity").ok().text("Arn"))
        .isEqualTo("arn:aws:iam::" + MEMBER + ":root");
    root.iam("ListAccessKeys").ok();
    root.iam("GetAccountSummary").ok();
    assertThat(root.iam("ListUsers").error()).contains("with an explicit deny in a session policy");
    assertThat(root.iam("CreateUser", "UserName", "bob").status).isEqualTo(403);

    aws.clock.advance(Duration.ofMinutes(16));

    assertThat(root.sts("GetCallerIdentity").error()).startsWith("403 ExpiredToken");
  }

  @Test
  void bothAccountsHaveAnEventOfIt() {
    assume(alice, MEMBER, "IAMAuditRootUserCredentials").ok();

    var own = aws.records().getFirst();
    var theirs = aws.records(MEMBER).getFirst();
    assertThat(own)
        .contains("\"eventName\":\"AssumeRoot\"", "\"userName\":\"alice\"", "\"sharedEventID\":");
    assertThat(theirs)
        .contains(
            "\"eventName\":\"AssumeRoot\"",
            "\"recipientAccountId\":\"" + MEMBER + "\"",
            shared(own))
        .doesNotContain("alice");
  }

  private static String shared(String record) {
    var from = record.indexOf("\"sharedEventID\"");
    return record.substring(from, from + 54);
  }

  @Test
  void thePasswordOfTheRootUserIsTakenAwayAndAllowedAgain() {
    aws.allowUser("alice", "all", Installation.allow("\"sts:AssumeRoot\"", "*"));
    var auditor = assume(alice, MEMBER, "IAMAuditRootUserCredentials").client();
    var creator = assume(alice, MEMBER, "IAMCreateRootUserPassword").client();
    var deleter = assume(alice, MEMBER, "IAMDeleteRootUserCredentials").client();

    assertThat(auditor.iam("GetLoginProfile").error()).startsWith("404 NoSuchEntity");
    assertThat(auditor.iam("CreateLoginProfile").error()).startsWith("403 AccessDenied");
    assertThat(creator.iam("CreateLoginProfile", "Password", "Correct-horse1").error())
        .startsWith("400 ValidationError");
    assertThat(creator.iam("CreateLoginProfile").ok().text("CreateDate"))
        .isEqualTo("2026-03-04T05:06:07Z");
    assertThat(creator.iam("CreateLoginProfile").error()).startsWith("409 EntityAlreadyExists");
    assertThat(auditor.iam("GetLoginProfile").ok().has("UserName")).isFalse();
    assertThat(auditor.iam("GetAccountSummary").ok().body).contains("AccountPasswordPresent");
    assertThat(creator.iam("DeleteLoginProfile").error()).startsWith("403 AccessDenied");
    deleter.iam("DeleteLoginProfile").ok();
    assertThat(deleter.iam("DeleteLoginProfile").error()).startsWith("404 NoSuchEntity");
    assertThat(aws.root().iam("GetLoginProfile").error())
        .isEqualTo(
            "400 ValidationError: Must specify userName when calling with non-User credentials");
  }

  @Test
  void usersMayLeaveOutTheirOwnName() {
    aws.allowUser("alice", "own", Installation.allow("\"iam:*LoginProfile\"", "*"));

    assertThat(alice.iam("CreateLoginProfile").error())
        .isEqualTo(
            "400 ValidationError: 1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null");
    assertThat(alice.iam("CreateLoginProfile", "Password", "Correct-horse1").ok().text("UserName"))
        .isEqualTo("alice");
    assertThat(alice.iam("GetLoginProfile").ok().text("UserName")).isEqualTo("alice");
    alice.iam("DeleteLoginProfile").ok();
    assertThat(alice.iam("GetLoginProfile").error()).startsWith("404 NoSuchEntity");
  }

  @Test
  void permissionTaskAndOrganizationAreAsked() {
    assertThat(assume(alice, MEMBER, "S3UnlockBucketPolicy").error())
        .startsWith(
            "403 AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::"
                + MEMBER
                + ":root because no identity-based policy");
    assertThat(assume(alice, "999999999999", "IAMAuditRootUserCredentials").error())
        .isEqualTo(
            "403 AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::999999999999:root");
    assertThat(assume(aws.root(), MEMBER, "IAMAuditRootUserCredentials").status).isEqualTo(403);
    assertThat(
            assume(alice, MEMBER, "IAMAuditRootUserCredentials", "DurationSeconds", "901").status)
        .isEqualTo(400);
    assertThat(assume(alice, "arn:aws:iam::1:user/x", "IAMAuditRootUserCredentials").error())
        .startsWith("400 ValidationError");
  }
}
