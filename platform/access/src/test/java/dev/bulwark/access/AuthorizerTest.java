package dev.bulwark.access;

import static dev.bulwark.access.Authorizations.EC2;
import static dev.bulwark.access.Authorizations.IAM;
import static dev.bulwark.access.Authorizations.KMS;
import static dev.bulwark.access.Authorizations.S3;
import static dev.bulwark.access.Authorizations.as;
import static dev.bulwark.access.Authorizations.service;
import static dev.bulwark.access.Fixture.ACCOUNT;
import static dev.bulwark.access.Fixture.ALICE;
import static dev.bulwark.access.Fixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizerTest {
  private static final ServiceInfo LAMBDA = service("lambda", Protocol.REST_JSON);
  private static final ServiceInfo SNS = service("sns", Protocol.QUERY);

  private static Policy policy(String json, PolicyKind kind) {
    try {
      return Policy.parse(json, kind);
    } catch (PolicyException e) {
      throw new AssertionError(e);
    }
  }

  private static PrincipalPolicies statement(String statement) {
    var policy =
        policy(
            "{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}", PolicyKind.IDENTITY);
    return PrincipalPolicies.of(
        PolicyBundle.of(
            new AttachedPolicy(
                new dev.bulwark.policy.PolicySource("inline", PolicyType.IDENTITY_BASED), policy)));
  }

  private static Authorizer authorizer(PrincipalPolicies policies) {
    return new Authorizer(principal -> policies, Clock.fixed(NOW, ZoneOffset.UTC), "eu-central-1");
  }

  private static @Nullable ApiException refusal(
      Authorizer authorizer, Principal principal, ServiceInfo service, AuthorizationTarget target) {
    try {
      authorizer.authorize(as(principal), service, target);
      return null;
    } catch (ApiException e) {
      return e;
    }
  }

  private static final String USER_ARN = "arn:aws:iam::" + ACCOUNT + ":user/bob";

  @Test
  void denialsSpeakAsEachServiceDoes() {
    var authorizer = authorizer(PrincipalPolicies.NONE);
    var sentence =
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: x:Do on resource: "
            + USER_ARN
            + " because no identity-based policy allows the x:Do action";
    var target = AuthorizationTarget.of("x:Do", USER_ARN);
    for (var service : List.of(IAM, KMS, LAMBDA, EC2, SNS)) {
      var error = refusal(authorizer, ALICE, service, target);
      assertThat(error).isNotNull();
      var prefix = service == EC2 ? "You are not authorized to perform this operation. " : "";
      assertThat(error).hasMessage(prefix + sentence);
      assertThat(error.code() + " " + error.httpStatus())
          .isEqualTo(
              switch (service.id()) {
                case "iam" -> "AccessDenied 403";
                case "kms" -> "AccessDeniedException 400";
                case "lambda" -> "AccessDeniedException 403";
                case "ec2" -> "UnauthorizedOperation 403";
                default -> "AuthorizationError 403";
              });
    }
  }

  @Test
  void organizationsTellsNobodyWhy() {
    var error =
        refusal(
            authorizer(PrincipalPolicies.NONE),
            ALICE,
            Authorizations.service("organizations", Protocol.AWS_JSON_1_1),
            AuthorizationTarget.of("organizations:ListAccounts", "*"));
    assertThat(error).hasMessage("You don't have permissions to access this resource.");
  }

  @Test
  void denialsOfS3() {
    var authorizer = authorizer(PrincipalPolicies.NONE);
    assertThat(
            refusal(
                authorizer, ALICE, S3, AuthorizationTarget.of("s3:GetObject", "arn:aws:s3:::b/k")))
        .hasMessage(
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:GetObject on resource:"
                + " \"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:GetObject action");
    assertThat(refusal(authorizer, ALICE, S3, AuthorizationTarget.of("s3:ListAllMyBuckets", "*")))
        .hasMessage(
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:ListAllMyBuckets"
                + " because no identity-based policy allows the s3:ListAllMyBuckets action");
    var foreign =
        new AuthorizationTarget(
            "s3:GetObject",
            "arn:aws:s3:::b/k",
            "999999999999",
            null,
            false,
            Map.of(),
            Context.EMPTY);
    assertThat(refusal(authorizer, ALICE, S3, foreign)).hasMessage("Access Denied");
    assertThat(refusal(authorizer, Principal.Anonymous.INSTANCE, S3, foreign))
        .hasMessage("Access Denied");
  }

  @Test
  void explicitDenialsSayWhere() {
    var authorizer =
        authorizer(statement("{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}"));
    assertThat(refusal(authorizer, ALICE, IAM, AuthorizationTarget.of("iam:GetUser", USER_ARN)))
        .hasMessageEndingWith(" with an explicit deny in an identity-based policy");
  }

  @Test
  void rootMayDoAllInItsAccount() {
    assertThat(
            refusal(
                authorizer(PrincipalPolicies.NONE),
                new Principal.AccountRoot(ACCOUNT),
                IAM,
                AuthorizationTarget.of("iam:CreateUser", USER_ARN)))
        .isNull();
  }

  private static final SessionContext SESSION =
      SessionContext.of(NOW.minusSeconds(60))
          .withMfa(NOW.minusSeconds(30))
          .withSourceIdentity("alice")
          .withTags(Map.of("Team", "blue"), Set.of());
  private static final Principal ROLE =
      Principal.AssumedRole.of(ACCOUNT, "dev", "/path/", "AROAEXAMPLE", "alice-1", SESSION);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StringEquals | aws:SourceIp | 203.0.113.7",
        "IpAddress | aws:SourceIp | 203.0.113.0/24",
        "Bool | aws:SecureTransport | true",
        "DateGreaterThan | aws:CurrentTime | 2026-03-04T05:06:06Z",
        "NumericEquals | aws:EpochTime | 1772600767",
        "StringEquals | aws:UserAgent | aws-cli/2",
        "StringEquals | aws:Referer | https://example.com/",
        "StringEquals | aws:RequestedRegion | us-west-2",
        "StringEquals | aws:ResourceAccount | 210987654321",
        "ArnEquals | aws:PrincipalArn | arn:aws:iam::123456789012:role/path/dev",
        "StringEquals | aws:PrincipalAccount | 123456789012",
        "StringEquals | aws:PrincipalType | AssumedRole",
        "StringEquals | aws:userid | AROAEXAMPLE:alice-1",
        "Null | aws:username | true",
        "StringEquals | aws:PrincipalTag/team | blue",
        "StringEquals | aws:PrincipalTag/Cost | 42",
        "StringEquals | aws:ResourceTag/owner | alice",
        "StringEquals | aws:SourceIdentity | alice",
        "Bool | aws:MultiFactorAuthPresent | true",
        "NumericEquals | aws:MultiFactorAuthAge | 30",
        "DateEquals | aws:TokenIssueTime | 2026-03-04T05:05:07Z",
        "Bool | aws:ViaAWSService | false",
        "Bool | aws:PrincipalIsAWSService | false",
        "Null | aws:CalledVia | true",
        "StringEquals | aws:RequestTag/env | prod",
        "StringEquals | s3:authType | REST-HEADER",
        "NumericEquals | s3:signatureAge | 2000",
        "NumericGreaterThanEquals | s3:TlsVersion | 1.3",
      })
  void globalConditionKeys(String operator, String key, String value) {
    var allow =
        statement(
            "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"%s\":{\"%s\":\"%s\"}}}"
                .formatted(operator, key, value));
    var policies =
        new PrincipalPolicies(
            allow.identity(), null, null, List.of(), Map.of("Team", "red", "cost", "42"));
    var resource =
        policy(
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
            PolicyKind.RESOURCE);
    var target =
        new AuthorizationTarget(
            "iam:GetUser",
            "arn:aws:iam::210987654321:user/bob",
            "210987654321",
            resource,
            false,
            Map.of("Owner", "alice"),
            Context.builder().put("aws:RequestTag/env", "prod").build());
    assertThatCode(() -> authorizer(policies).authorize(as(ROLE), IAM, target))
        .doesNotThrowAnyException();
  }

  @Test
  void globalServicesAreAskedInVirginia() {
    var allow =
        statement(
            "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{"
                + "\"aws:RequestedRegion\":\"us-east-1\"}}}");
    var global =
        new ServiceInfo(
            "iam",
            "Iam",
            "IAM",
            "2010-05-08",
            "iam",
            "iam",
            "iam",
            "iam.amazonaws.com",
            null,
            List.of(Protocol.QUERY),
            null,
            true,
            false);
    var target = AuthorizationTarget.of("iam:GetUser", USER_ARN);
    assertThat(refusal(authorizer(allow), ALICE, global, target)).isNull();
    assertThat(refusal(authorizer(allow), ALICE, KMS, target)).isNotNull();
  }

  @Test
  void longTermKeysHaveNoSessionKeys() {
    var allow =
        statement(
            "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"Null\":{"
                + "\"aws:MultiFactorAuthPresent\":\"true\",\"aws:TokenIssueTime\":\"true\",\"aws:SourceIdentity\":\"true\","
                + "\"aws:username\":\"false\"}}}");
    assertThat(
            refusal(authorizer(allow), ALICE, IAM, AuthorizationTarget.of("iam:GetUser", USER_ARN)))
        .isNull();
  }

  @Test
  void principalsAsGetCallerIdentityShowsThem() {
    assertThat(ROLE.arn()).isEqualTo("arn:aws:sts::123456789012:assumed-role/dev/alice-1");
    assertThat(ROLE.userId()).isEqualTo("AROAEXAMPLE:alice-1");
    var federated = new Principal.FederatedUser(ACCOUNT, "carol", ALICE, SESSION);
    assertThat(federated.arn()).isEqualTo("arn:aws:sts::123456789012:federated-user/carol");
    assertThat(federated.userId()).isEqualTo("123456789012:carol");
    assertThat(new Principal.AccountRoot(ACCOUNT).arn())
        .isEqualTo("arn:aws:iam::123456789012:root");
  }

  @Test
  void trustPoliciesMustAllow() {
    var trust =
        policy(
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:user/bob\"},"
                + "\"Action\":\"sts:AssumeRole\"}]}",
            PolicyKind.TRUST);
    var target =
        new AuthorizationTarget(
            "sts:AssumeRole",
            "arn:aws:iam::123456789012:role/dev",
            ACCOUNT,
            trust,
            true,
            Map.of(),
            Context.EMPTY);
    var all = statement("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}");
    assertThat(refusal(authorizer(all), ALICE, IAM, target)).isNotNull();
    var bob = Principal.IamUser.of(ACCOUNT, "bob", "/", "AIDABOB");
    assertThat(refusal(authorizer(all), bob, IAM, target)).isNull();
  }
}
