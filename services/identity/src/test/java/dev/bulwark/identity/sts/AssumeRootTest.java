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
