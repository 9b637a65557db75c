package dev.bulwark.identity.sts;

import static dev.bulwark.identity.sts.Installation.ACCOUNT;
import static dev.bulwark.identity.sts.Installation.allow;
import static dev.bulwark.identity.sts.Installation.trust;
import static dev.bulwark.identity.sts.Installation.userArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.identity.sts.Installation.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who calls, and the sessions of users and of the root user, as clients see them. */
class SessionTokenTest {
  private static final String NOBODYS =
      "403 InvalidClientTokenId: The security token included in the request is invalid";

  private final Installation aws = new Installation();
  private Client alice = aws.root();

  @BeforeEach
  void makeAlice() {
    alice = aws.user("alice");
  }

  @AfterEach
  void close() {
    aws.close();
  }

  @Test
  void everyCallerLearnsWhoItIsWhateverItsPoliciesSay() {
    aws.allowUser(
        "alice",
        "deny",
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}""");

    var user = alice.sts("GetCallerIdentity").ok();
    assertThat(user.text("Arn")).isEqualTo(userArn("alice"));
    assertThat(user.text("UserId")).startsWith("AIDA");
    assertThat(user.text("Account")).isEqualTo(ACCOUNT);

    var root = aws.root().sts("GetCallerIdentity").ok();
    assertThat(root.text("Arn")).isEqualTo("arn:aws:iam::" + ACCOUNT + ":root");
    assertThat(root.text("UserId")).isEqualTo(ACCOUNT);
  }

  @Test
  void anUnknownKeyIsNobody() {
    assertThat(aws.new Client("AKIAUNKNOWNKEY000000", "x", null).sts("GetCallerIdentity").error())
        .startsWith(NOBODYS);
  }

  @Test
  void theSessionOfAUserIsTheUser() {
    aws.allowUser("alice", "sessions", allow("\"sts:*\"", "*"));

    var answer = alice.sts("GetSessionToken").ok();

    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T17:06:07Z");
    var session = answer.client();
    assertThat(session.accessKeyId).startsWith("ASIA");
    var identity = session.sts("GetCallerIdentity").ok();
    assertThat(identity.text("Arn")).isEqualTo(userArn("alice"));
    session.assume(aws.role("reader", trust("arn:aws:iam::" + ACCOUNT + ":root"))).ok();
    assertThat(session.sts("GetSessionToken").error())
        .isEqualTo("403 AccessDenied: Cannot call GetSessionToken with session credentials");
    assertThat(session.sts("GetFederationToken", "Name", "bob").error())
        .isEqualTo("403 AccessDenied: Cannot call GetFederationToken with session credentials");
    assertThat(session.sts("GetAccessKeyInfo", "AccessKeyId", session.accessKeyId).status)
        .isEqualTo(403);
  }

  @Test
  void theSessionFollowsItsUsersNameAndEndsWithTheUser() {
    var session = alice.sts("GetSessionToken").client();
    aws.root().iam("UpdateUser", "UserName", "alice", "NewUserName", "alicia").ok();
    assertThat(session.sts("GetCallerIdentity").ok().text("Arn")).isEqualTo(userArn("alicia"));

    aws.root().iam("DeleteAccessKey", "UserName", "alicia", "AccessKeyId", alice.accessKeyId).ok();
    session.sts("GetCallerIdentity").ok();
    aws.root().iam("DeleteUser", "UserName", "alicia").ok();

    assertThat(session.sts("GetCallerIdentity").error()).startsWith(NOBODYS);
  }

  @Test
  void theRootUsersSessionsLastAnHourAtMost() {
    var answer = aws.root().sts("GetSessionToken", "DurationSeconds", "129600").ok();

    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T06:06:07Z");
    assertThat(answer.client().sts("GetCallerIdentity").ok().text("UserId")).isEqualTo(ACCOUNT);
  }

  @Test
  void sessionsCannotCallIam() {
    aws.allowUser("alice", "all", allow("\"*\"", "*"));
    alice.iam("ListUsers").ok();

    for (var session :
        new Client[] {
          alice.sts("GetSessionToken").client(),
          aws.root().sts("GetSessionToken").client(),
          alice.sts("GetFederationToken", "Name", "bob", "Policy", allow("\"*\"", "*")).client()
        }) {
      assertThat(session.iam("ListUsers").error()).startsWith(NOBODYS);
      session.sts("GetCallerIdentity").ok();
    }
  }

  @Test
  void anMfaCodeCannotBeRightWithoutDevices() {
    assertThat(
            alice
                .sts(
                    "GetSessionToken",
                    "SerialNumber",
                    "arn:aws:iam::" + ACCOUNT + ":mfa/alice",
                    "TokenCode",
                    "123456")
                .error())
        .startsWith("403 AccessDenied: MultiFactorAuthentication failed");
  }

  @Test
  void durationsOutOfRangeAreRefused() {
    assertThat(alice.sts("GetSessionToken", "DurationSeconds", "899").error())
        .startsWith("400 ValidationError");
    assertThat(alice.sts("GetSessionToken", "DurationSeconds", "129601").error())
        .startsWith("400 ValidationError");
  }

  @Test
  void federationTakesPermission() {
    assertThat(alice.sts("GetFederationToken", "Name", "bob").error())
        .isEqualTo(
            "403 AccessDenied: User: "
                + userArn("alice")
                + " is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::"
                + ACCOUNT
                + ":federated-user/bob because no identity-based policy allows the sts:GetFederationToken action");
  }

  @Test
  void aFederatedUserMayWhatBothItsIssuerAndTheSessionPolicyAllow() {
    aws.allowUser(
        "alice",
        "p",
        allow("[\"sts:GetFederationToken\", \"sts:GetAccessKeyInfo\", \"s3:*\"]", "*"));

    var answer =
        alice
            .sts("GetFederationToken", "Name", "bob", "Policy", allow("\"sts:AssumeRole\"", "*"))
            .ok();

    assertThat(answer.text("FederatedUserId")).isEqualTo(ACCOUNT + ":bob");
    assertThat(answer.text("Arn")).isEqualTo("arn:aws:sts::" + ACCOUNT + ":federated-user/bob");
    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T17:06:07Z");
    var bob = answer.client();
    var identity = bob.sts("GetCallerIdentity").ok();
    assertThat(identity.text("Arn")).isEqualTo(answer.text("Arn"));
    assertThat(identity.text("UserId")).isEqualTo(ACCOUNT + ":bob");
    var role = aws.role("reader", trust("arn:aws:iam::" + ACCOUNT + ":root"));
    assertThat(bob.assume(role).error()).contains("is not authorized to perform: sts:AssumeRole");
    assertThat(bob.sts("GetFederationToken", "Name", "eve").error())
        .isEqualTo("403 AccessDenied: Cannot call GetFederationToken with session credentials");
    assertThat(bob.sts("DecodeAuthorizationMessage", "EncodedMessage", "x").error())
        .contains("because no identity-based policy allows the sts:DecodeAuthorizationMessage");
  }

  @Test
  void theRootUsersFederatedUserMayWhatItsSessionPolicyAllows() {
    var decode = new String[] {"EncodedMessage", "x"};
    var allowed =
        aws.root()
            .sts(
                "GetFederationToken",
                "Name",
                "bob",
                "Policy",
                allow("\"sts:DecodeAuthorizationMessage\"", "*"))
            .client();
    var without = aws.root().sts("GetFederationToken", "Name", "bob").client();

    assertThat(allowed.sts("DecodeAuthorizationMessage", decode).error())
        .isEqualTo("400 InvalidAuthorizationMessageException: Message is not valid");
    assertThat(without.sts("DecodeAuthorizationMessage", decode).error())
        .startsWith("403 AccessDenied: User: arn:aws:sts::" + ACCOUNT + ":federated-user/bob ")
        .contains("because no session policy allows");
  }

  @Test
  void anAccessKeyTellsItsAccount() {
    var answer = aws.root().sts("GetAccessKeyInfo", "AccessKeyId", alice.accessKeyId).ok();

    assertThat(answer.text("Account")).isEqualTo(ACCOUNT);
    assertThat(aws.root().sts("GetAccessKeyInfo", "AccessKeyId", "AKIA0189AAAAAAAAAAAA").error())
        .startsWith("400 ValidationError");
    assertThat(aws.root().sts("GetAccessKeyInfo", "AccessKeyId", "short").error())
        .contains("at 'accessKeyId' failed to satisfy constraint");
    assertThat(alice.sts("GetAccessKeyInfo", "AccessKeyId", alice.accessKeyId).error())
        .contains("is not authorized to perform: sts:GetAccessKeyInfo");
  }
}
