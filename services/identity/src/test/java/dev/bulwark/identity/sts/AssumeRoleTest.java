package dev.bulwark.identity.sts;

import static dev.bulwark.identity.sts.Installation.ACCOUNT;
import static dev.bulwark.identity.sts.Installation.allow;
import static dev.bulwark.identity.sts.Installation.trust;
import static dev.bulwark.identity.sts.Installation.userArn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.base.Ids;
import dev.bulwark.events.EventStreams.Attribute;
import dev.bulwark.events.EventStreams.Query;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.RoleRecord;
import dev.bulwark.identity.sts.Installation.Client;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AssumeRole, as clients see it. */
class AssumeRoleTest {
  private static final String ASSUME = "\"sts:AssumeRole\"";
  private static final String ASSUME_AND_TAG = "[\"sts:AssumeRole\", \"sts:TagSession\"]";
  private static final String ROOT = "arn:aws:iam::" + ACCOUNT + ":root";
  private static final String OTHER_ACCOUNT = "210987654321";

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

  private static String denied(String action, String role) {
    return "403 AccessDenied: User: %s is not authorized to perform: %s on resource: %s"
        .formatted(userArn("alice"), action, role);
  }

  @Test
  void aRoleThatTrustsTheUserByNameNeedsNoMore() {
    var role = aws.role("reader", trust(userArn("alice")));

    var answer = alice.assume(role).ok();

    assertThat(answer.text("AccessKeyId")).startsWith("ASIA").hasSize(20);
    assertThat(answer.text("Expiration")).isEqualTo("2026-03-04T06:06:07Z");
    assertThat(answer.text("Arn"))
        .isEqualTo("arn:aws:sts::" + ACCOUNT + ":assumed-role/reader/session");
    assertThat(answer.text("AssumedRoleId")).startsWith("AROA").endsWith(":session");
    assertThat(answer.has("PackedPolicySize")).isFalse();
    var identity = answer.client().sts("GetCallerIdentity").ok();
    assertThat(identity.text("Arn")).isEqualTo(answer.text("Arn"));
    assertThat(identity.text("UserId")).isEqualTo(answer.text("AssumedRoleId"));
    assertThat(identity.text("Account")).isEqualTo(ACCOUNT);
  }

  @Test
  void aRoleThatTrustsTheAccountLeavesItToTheUsersPolicies() {
    var role = aws.role("reader", trust(ROOT));
    assertThat(alice.assume(role).error()).startsWith(denied("sts:AssumeRole", role));

    aws.allowUser("alice", "assume", allow(ASSUME, role));

    alice.assume(role).ok();
  }

  @Test
  void theUsersOwnPermissionIsNotEnough() {
    aws.user("bob");
    aws.allowUser("alice", "all", allow("\"*\"", "*"));
    var role = aws.role("reader", trust(userArn("bob")));

    assertThat(alice.assume(role).error())
        .isEqualTo(
            denied("sts:AssumeRole", role)
                + " because no role trust policy allows the sts:AssumeRole action");
  }

  @Test
  void aMissingRoleAnswersLikeOneThatTrustsNobody() {
    aws.user("bob");
    var role = aws.role("reader", trust(userArn("bob")));
    var missing = "arn:aws:iam::" + ACCOUNT + ":role/missing";
    var foreign = roleOfOtherAccount("foreign", trust(userArn("bob")));
    var elsewhere = "arn:aws:iam::" + OTHER_ACCOUNT + ":role/missing";

    for (var allowed : List.of(false, true)) {
      if (allowed) {
        aws.allowUser("alice", "all", allow("\"*\"", "*"));
      }
      var forbidden = alice.assume(role).error();
      assertThat(alice.assume(missing).error()).isEqualTo(forbidden.replace(role, missing));
      assertThat(alice.assume(elsewhere).error())
          .isEqualTo(alice.assume(foreign).error().replace(foreign, elsewhere));
      // The path is part of the name that has to be right.
      var path = role.replace("role/", "role/path/");
      assertThat(alice.assume(path).error()).isEqualTo(forbidden.replace(role, path));
    }
  }

  @Test
  void acrossAccountsBothSidesHaveToAllow() {
    var role = roleOfOtherAccount("auditor", trust(ROOT));
    assertThat(alice.assume(role).error()).startsWith(denied("sts:AssumeRole", role));

    aws.allowUser("alice", "assume", allow(ASSUME, role));

    var session = alice.assume(role).client();
    assertThat(session.sts("GetCallerIdentity").ok().text("Account")).isEqualTo(OTHER_ACCOUNT);

    var named =
        roleOfOtherAccount(
            "named", trust(aws.root().iam("GetUser", "UserName", "alice").text("UserId")));
    assertThat(alice.assume(named).error()).startsWith(denied("sts:AssumeRole", named));
  }

  private String roleOfOtherAccount(String name, String trustPolicy) {
    var role =
        new RoleRecord(
            OTHER_ACCOUNT,
            name,
            "/",
            "AROAOTHERACCOUNT" + name.toUpperCase(java.util.Locale.ROOT).substring(0, 5),
            aws.clock.instant(),
            trustPolicy,
            null,
            3600,
            null,
            Map.of(),
            List.of(),
            List.of());
    aws.store.write(tx -> aws.tables.roles().insert(tx, IamTables.key(OTHER_ACCOUNT, name), role));
    return role.arn();
  }

  @Test
  void theExternalIdHasToBeTheOneThatTheTrustPolicyDemands() {
    var role =
        aws.role(
            "third-party",
            trust(userArn("alice"), ASSUME, "{\"StringEquals\": {\"sts:ExternalId\": \"x-42\"}}"));

    assertThat(alice.assume(role).status).isEqualTo(403);
    assertThat(alice.assume(role, "ExternalId", "x-43").status).isEqualTo(403);
    alice.assume(role, "ExternalId", "x-42").ok();
  }

  @Test
  void theSessionNameCanBeDemanded() {
    var role =
        aws.role(
            "named",
            trust(
                userArn("alice"),
                ASSUME,
                "{\"StringLike\": {\"sts:RoleSessionName\": \"${aws:username}\"}}"));

    assertThat(alice.assume(role).status).isEqualTo(403);
    alice.sts("AssumeRole", "RoleArn", role, "RoleSessionName", "alice").ok();
  }

  @Test
  void aSessionPolicyOnlyTakesAway() {
    var role = aws.role("reader", trust(userArn("alice")));
    aws.root()
        .iam(
            "PutRolePolicy",
            "RoleName",
            "reader",
            "PolicyName",
            "p",
            "PolicyDocument",
            allow("[\"iam:GetUser\", \"iam:ListUsers\"]", "*"))
        .ok();

    var whole = alice.assume(role).client();
    whole.iam("GetUser", "UserName", "alice").ok();
    whole.iam("ListUsers").ok();

    var answer = alice.assume(role, "Policy", allow("[\"iam:ListUsers\", \"iam:ListRoles\"]", "*"));
    assertThat(Integer.parseInt(answer.ok().text("PackedPolicySize"))).isBetween(1, 100);
    var limited = answer.client();
    limited.iam("ListUsers").ok();
    assertThat(limited.iam("ListRoles").error())
        .contains("because no identity-based policy allows the iam:ListRoles action");
    assertThat(limited.iam("GetUser", "UserName", "alice").error())
        .contains("because no session policy allows the iam:GetUser action");
  }

  @Test
  void managedPoliciesLimitASessionToo() {
    var role = aws.role("admin", trust(userArn("alice")));
    aws.root()
        .iam(
            "AttachRolePolicy",
            "RoleName",
            "admin",
            "PolicyArn",
            "arn:aws:iam::aws:policy/AdministratorAccess")
        .ok();

    var limited =
        alice
            .assume(role, "PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/IAMReadOnlyAccess")
            .client();

    limited.iam("ListUsers").ok();
    assertThat(limited.iam("CreateUser", "UserName", "eve").status).isEqualTo(403);
    assertThat(
            alice
                .assume(role, "PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/NoSuchPolicy")
                .error())
        .startsWith("400 ValidationError");
  }

  @Test
  void aMalformedOrTooLargeSessionPolicyIsRefused() {
    var role = aws.role("reader", trust(userArn("alice")));

    assertThat(alice.assume(role, "Policy", "{\"Version\":").error())
        .startsWith("400 MalformedPolicyDocument: ");
    var large = allow("\"s3:GetObject\"", "arn:aws:s3:::" + "x".repeat(2048));
    assertThat(alice.assume(role, "Policy", large).error())
        .startsWith("400 PackedPolicyTooLarge: Packed policy consumes ")
        .endsWith("% of allotted space, please use smaller policy.");
  }

  @Test
  void sessionsCanBeRevokedByTheirTimeOfIssue() {
    var role = aws.role("reader", trust(userArn("alice")));
    var old = alice.assume(role).client();
    aws.clock.advance(Duration.ofMinutes(1));
    aws.root()
        .iam(
            "PutRolePolicy",
            "RoleName",
            "reader",
            "PolicyName",
            "AWSRevokeOlderSessions",
            "PolicyDocument",
            """
            {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": "*", "Resource": "*"},
              {"Effect": "Deny", "Action": "*", "Resource": "*",
               "Condition": {"DateLessThan": {"aws:TokenIssueTime": "%s"}}}]}"""
                .formatted(aws.clock.instant()))
        .ok();

    assertThat(old.iam("ListUsers").error())
        .contains("with an explicit deny in an identity-based policy");
    alice.assume(role).client().iam("ListUsers").ok();
  }

  @Test
  void tagsThatTakeTooMuchSpaceAreRefused() {
    var role = aws.role("tagged", trust(userArn("alice"), ASSUME_AND_TAG, "{}"));
    var tags = new String[200];
    for (int i = 0; i < 50; i++) {
      tags[4 * i] = "Tags.member." + (i + 1) + ".Key";
      tags[4 * i + 1] = "key" + i;
      tags[4 * i + 2] = "Tags.member." + (i + 1) + ".Value";
      tags[4 * i + 3] = Ids.hex(100);
    }

    assertThat(alice.assume(role, tags).error())
        .startsWith("400 PackedPolicyTooLarge: Packed size of session tags consumes ")
        .endsWith("% of allotted space.");
  }

  @Test
  void tagsNeedThePermissionToTag() {
    var role = aws.role("plain", trust(userArn("alice")));

    assertThat(
            alice.assume(role, "Tags.member.1.Key", "team", "Tags.member.1.Value", "blue").error())
        .startsWith(denied("sts:TagSession", role));
  }

  @Test
  void sessionTagsStandInPolicies() {
    var role =
        aws.role(
            "tagged",
            trust(
                userArn("alice"),
                ASSUME_AND_TAG,
                "{\"StringEqualsIfExists\": {\"aws:RequestTag/team\": \"alice\"}}"));
    aws.root()
        .iam(
            "PutRolePolicy",
            "RoleName",
            "tagged",
            "PolicyName",
            "p",
            "PolicyDocument",
            allow("\"iam:GetUser\"", "arn:aws:iam::" + ACCOUNT + ":user/${aws:PrincipalTag/Team}"))
        .ok();

    assertThat(alice.assume(role, "Tags.member.1.Key", "team", "Tags.member.1.Value", "eve").status)
        .isEqualTo(403);
    var session =
        alice.assume(role, "Tags.member.1.Key", "team", "Tags.member.1.Value", "alice").client();

    session.iam("GetUser", "UserName", "alice").ok();
    aws.user("bob");
    assertThat(session.iam("GetUser", "UserName", "bob").status).isEqualTo(403);
  }

  @Test
  void malformedTagsAreRefused() {
    var role = aws.role("tagged", trust(userArn("alice"), ASSUME_AND_TAG, "{}"));

    assertThat(
            alice
                .assume(
                    role,
                    "Tags.member.1.Key",
                    "team",
                    "Tags.member.1.Value",
                    "a",
                    "Tags.member.2.Key",
                    "Team",
                    "Tags.member.2.Value",
                    "b")
                .error())
        .isEqualTo(
            "400 InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    assertThat(alice.assume(role, "TransitiveTagKeys.member.1", "team").error())
        .isEqualTo(
            "400 InvalidParameterValue: The specified transitive tag key must be included in the requested tags.");
    assertThat(alice.assume(role, "Tags.member.1.Key", "aws:x", "Tags.member.1.Value", "a").error())
        .startsWith("400 InvalidParameterValue: ");
  }

  @Test
  void transitiveTagsAndSourceIdentityStayForTheWholeChain() {
    var actions = "[\"sts:AssumeRole\", \"sts:TagSession\", \"sts:SetSourceIdentity\"]";
    var first = aws.role("first", trust(userArn("alice"), actions, "{}"));
    var second =
        aws.role(
            "second",
            trust(
                first,
                actions,
                "{\"StringEquals\": {\"sts:SourceIdentity\": \"alice\", \"aws:PrincipalTag/team\": \"blue\"}}"));
    var third = aws.role("third", trust(second, actions, "{}"));
    var untagged = aws.role("untagged", trust(first));
    var session =
        alice
            .assume(
                first,
                "SourceIdentity",
                "alice",
                "Tags.member.1.Key",
                "team",
                "Tags.member.1.Value",
                "blue",
                "Tags.member.2.Key",
                "project",
                "Tags.member.2.Value",
                "x",
                "TransitiveTagKeys.member.1",
                "TEAM")
            .client();

    var chained = session.assume(second).ok();
    assertThat(chained.text("SourceIdentity")).isEqualTo("alice");
    assertThat(chained.client().assume(third).ok().text("SourceIdentity")).isEqualTo("alice");
    assertThat(session.assume(second, "SourceIdentity", "eve").error())
        .isEqualTo(
            "400 ValidationError: The source identity is already set for this assume role session");
    assertThat(
            session
                .assume(second, "Tags.member.1.Key", "Team", "Tags.member.1.Value", "red")
                .error())
        .startsWith(
            "400 InvalidParameterValue: One of the specified transitive tag keys can't be set");
    assertThat(session.assume(untagged).error()).contains("sts:TagSession");
    session.assume(second, "Tags.member.1.Key", "project", "Tags.member.1.Value", "y").ok();
  }

  @Test
  void aSourceIdentityNeedsItsPermission() {
    var role = aws.role("plain", trust(userArn("alice")));

    assertThat(alice.assume(role, "SourceIdentity", "alice").error())
        .startsWith(denied("sts:SetSourceIdentity", role));
  }

  @Test
  void aSessionLastsAsLongAsAskedWithinTheRolesMaximum() {
    var role = aws.role("reader", trust(userArn("alice")));
    var chain = aws.role("chain", trust(role));

    assertThat(alice.assume(role, "DurationSeconds", "900").ok().text("Expiration"))
        .isEqualTo("2026-03-04T05:21:07Z");
    assertThat(alice.assume(role, "DurationSeconds", "3601").error())
        .isEqualTo(
            "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    assertThat(alice.assume(role, "DurationSeconds", "899").error())
        .startsWith("400 ValidationError");
    aws.root().iam("UpdateRole", "RoleName", "reader", "MaxSessionDuration", "43200").ok();
    alice.assume(role, "DurationSeconds", "43200").ok();
    aws.root().iam("UpdateRole", "RoleName", "chain", "MaxSessionDuration", "43200").ok();
    // A session of the user itself is no link of a chain.
    alice.sts("GetSessionToken").client().assume(role, "DurationSeconds", "43200").ok();
    assertThat(alice.assume(role).client().assume(chain, "DurationSeconds", "3601").error())
        .isEqualTo(
            "400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");
  }

  @Test
  void afterItsTimeASessionIsExpired() {
    var session =
        alice
            .assume(aws.role("reader", trust(userArn("alice"))), "DurationSeconds", "900")
            .client();
    aws.clock.advance(Duration.ofSeconds(899));
    session.sts("GetCallerIdentity").ok();

    aws.clock.advance(Duration.ofSeconds(2));

    assertThat(session.sts("GetCallerIdentity").error())
        .isEqualTo("403 ExpiredToken: The security token included in the request is expired");
  }

  @Test
  void aSessionEndsWithItsRoleEvenIfANamesakeIsMade() {
    var session = alice.assume(aws.role("reader", trust(userArn("alice")))).client();
    session.sts("GetCallerIdentity").ok();

    aws.root().iam("DeleteRole", "RoleName", "reader").ok();
    assertThat(session.sts("GetCallerIdentity").error()).startsWith("403 InvalidClientTokenId: ");

    aws.role("reader", trust(userArn("alice")));
    assertThat(session.sts("GetCallerIdentity").error()).startsWith("403 InvalidClientTokenId: ");
  }

  @Test
  void aTokenThatWasTamperedWithOrBelongsToAnotherKeyIsNobodys() {
    var role = aws.role("reader", trust(userArn("alice")));
    var session = alice.assume(role).client();
    var other = alice.assume(role).client();
    var token = String.valueOf(session.token).getBytes(StandardCharsets.US_ASCII);
    token[token.length / 2] = (byte) (token[token.length / 2] == 'A' ? 'B' : 'A');

    for (var bad :
        List.of(
            new String(token, StandardCharsets.US_ASCII),
            String.valueOf(other.token),
            "no token",
            String.valueOf(session.token).substring(1),
            "A".repeat(100_000))) {
      assertThat(aws.temporary.find(session.accessKeyId, bad)).as(bad).isNull();
    }
    assertThat(aws.temporary.find(session.accessKeyId, session.token)).isNotNull();
    assertThat(
            aws.new Client(session.accessKeyId, session.secret, other.token)
                .sts("GetCallerIdentity")
                .error())
        .isEqualTo(
            "403 InvalidClientTokenId: The security token included in the request is invalid.");
    assertThat(
            aws.new Client(session.accessKeyId, session.secret, null)
                .sts("GetCallerIdentity")
                .error())
        .startsWith("403 InvalidClientTokenId");
    assertThat(
            aws.new Client(session.accessKeyId, other.secret, session.token)
                .sts("GetCallerIdentity")
                .error())
        .startsWith("403 SignatureDoesNotMatch");
  }

  @Test
  void theRootUserAssumesNoRoles() {
    var role = aws.role("reader", trust(ROOT));

    assertThat(aws.root().assume(role).error())
        .isEqualTo("403 AccessDenied: Roles may not be assumed by root accounts.");
    assertThat(aws.root().sts("GetSessionToken").client().assume(role).error())
        .isEqualTo("403 AccessDenied: Roles may not be assumed by root accounts.");
  }

  @Test
  void whatIsNoRolesArnIsRefused() {
    assertThat(alice.assume("this is not an ARN at all").error())
        .isEqualTo("400 ValidationError: this is not an ARN at all is invalid");
    assertThat(alice.assume("arn:aws:s3:::bucket/role/x").error())
        .isEqualTo("400 ValidationError: Request ARN is invalid");
    assertThat(alice.assume(userArn("alice")).error())
        .startsWith(denied("sts:AssumeRole", userArn("alice")));
    assertThat(alice.assume("short").error()).contains("at 'roleArn' failed to satisfy constraint");
  }

  @Test
  void noMfaCodeIsRightWithoutDevices() {
    var role = aws.role("reader", trust(userArn("alice")));

    assertThat(
            alice
                .assume(
                    role,
                    "SerialNumber",
                    "arn:aws:iam::" + ACCOUNT + ":mfa/alice",
                    "TokenCode",
                    "123456")
                .error())
        .isEqualTo(
            "403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA"
                + " serial number is valid and associated with this user.");
  }

  @Test
  void theEventNamesTheRole() {
    var role = aws.role("reader", trust(userArn("alice")));
    var answer = alice.assume(role).ok();

    var query =
        new Query(
            ACCOUNT,
            Installation.REGION,
            Attribute.EVENT_NAME,
            "AssumeRole",
            Instant.EPOCH,
            Instant.MAX);
    var event = aws.events.lookup(query, null, 1).calls().getFirst();

    assertThat(event.readOnly()).isTrue();
    assertThat(event.userName()).isEqualTo("alice");
    assertThat(event.resources())
        .anySatisfy(
            resource -> {
              assertThat(resource.type()).isEqualTo("AWS::IAM::Role");
              assertThat(resource.name()).isEqualTo(role);
            });
    assertThat(new String(event.record(), StandardCharsets.UTF_8))
        .contains(answer.text("AccessKeyId"))
        .doesNotContain(answer.text("SecretAccessKey"));
  }
}
