package dev.bulwark.access;

import static dev.bulwark.access.Authorizations.IAM;
import static dev.bulwark.access.Authorizations.S3;
import static dev.bulwark.access.Authorizations.as;
import static dev.bulwark.access.Authorizations.bundle;
import static dev.bulwark.access.Authorizations.policy;
import static dev.bulwark.access.Fixture.ACCOUNT;
import static dev.bulwark.access.Fixture.ALICE;
import static dev.bulwark.access.Fixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.Context;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What organizations add to a decision: RCPs, names of policies in denials, condition keys. */
class OrganizationLayersTest {
  private static final String OTHER = "210987654321";
  private static final String ALL = "{'Effect':'Allow','Action':'*','Resource':'*'}";
  private static final String RCP_ALL =
      "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}";
  private static final String RCP_NO_GET =
      "{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*'}";
  private static final String RCP_ARN =
      "arn:aws:organizations::999999999999:policy/o-a/resource_control_policy/p-rcp";
  private static final String SCP_ARN =
      "arn:aws:organizations::999999999999:policy/o-a/service_control_policy/p-scp";
  private static final Policy PUBLIC = policy(PolicyKind.RESOURCE, RCP_ALL);

  private static AuthorizationTarget object(@Nullable String owner, @Nullable Policy policy) {
    return of("s3:GetObject", "arn:aws:s3:::b/k", owner, policy);
  }

  private static AuthorizationTarget of(
      String action, String arn, @Nullable String owner, @Nullable Policy policy) {
    return new AuthorizationTarget(action, arn, owner, policy, false, Map.of(), Context.EMPTY);
  }

  static List<Principal> callers() {
    return List.of(
        ALICE,
        new Principal.AccountRoot(ACCOUNT),
        new Principal.AccountRoot(OTHER),
        Principal.AssumedRole.of(
            OTHER, "r", "/", "AROAEXAMPLE", "s", SessionContext.of(NOW.minusSeconds(60))),
        new Principal.ServicePrincipal("cloudtrail.amazonaws.com", OTHER, null),
        Principal.Anonymous.INSTANCE);
  }

  @ParameterizedTest
  @MethodSource("callers")
  void theOwnersResourceControlPoliciesBindEveryCaller(Principal caller) {
    var open = new Authorizations().allow(ALL).resourceControl(ACCOUNT, RCP_ARN, RCP_ALL);
    var closed =
        new Authorizations().allow(ALL).resourceControl(ACCOUNT, RCP_ARN, RCP_ALL, RCP_NO_GET);
    assertThat(open.refusal(as(caller), S3, object(ACCOUNT, PUBLIC))).isNull();
    assertThat(closed.refusal(as(caller), S3, object(ACCOUNT, PUBLIC))).isNotNull();
  }

  @Test
  void resourceControlPoliciesOfTheCallersAccountDoNotBindItElsewhere() {
    var authorizations =
        new Authorizations().allow(ALL).resourceControl(ACCOUNT, RCP_ARN, RCP_ALL, RCP_NO_GET);
    assertThat(authorizations.refusal(as(ALICE), S3, object(OTHER, PUBLIC))).isNull();
  }

  @Test
  void aResourceWithoutOwnerIsOfTheCallersAccount() {
    var authorizations =
        new Authorizations().allow(ALL).resourceControl(ACCOUNT, RCP_ARN, RCP_ALL, RCP_NO_GET);
    assertThat(authorizations.refusal(as(ALICE), S3, object(null, null)))
        .endsWith(" with an explicit deny in a resource control policy: " + RCP_ARN);
  }

  @ParameterizedTest
  @CsvSource({
    "s3:GetObject, true",
    "kms:Decrypt, true",
    "sts:AssumeRole, true",
    "iam:GetUser, false",
    "ec2:RunInstances, false",
    "kms:RetireGrant, false"
  })
  void resourceControlPoliciesAreAboutSomeServices(String action, boolean bound) {
    var authorizations =
        new Authorizations()
            .allow(ALL)
            .resourceControl(
                ACCOUNT,
                RCP_ARN,
                RCP_ALL,
                "{'Effect':'Deny','Principal':'*','Action':'*','Resource':'*'}");
    var refusal = authorizations.refusal(as(ALICE), IAM, of(action, "*", ACCOUNT, null));
    assertThat(refusal != null).isEqualTo(bound);
  }

  @Test
  void denialsNameThePolicyWithinAnOrganizationOnly() {
    var denied =
        new PrincipalPolicies(
            bundle("inline", PolicyType.IDENTITY_BASED, PolicyKind.IDENTITY, ALL),
            null,
            null,
            List.of(
                bundle(
                    SCP_ARN,
                    PolicyType.SERVICE_CONTROL,
                    PolicyKind.SCP,
                    ALL,
                    "{'Effect':'Deny','Action':'*','Resource':'*'}")),
            Map.of());
    var foreign = new Authorizations().with(denied).place(ACCOUNT, "o-a", "o-a/r-1/");
    var kept = of("iam:GetUser", "arn:aws:iam::" + ACCOUNT + ":user/bob", ACCOUNT, null);
    var shared = of("iam:GetUser", "arn:aws:iam::" + OTHER + ":user/bob", OTHER, null);
    var reason = " with an explicit deny in a service control policy";
    assertThat(foreign.refusal(as(ALICE), IAM, kept)).endsWith(reason + ": " + SCP_ARN);
    assertThat(foreign.refusal(as(ALICE), IAM, shared)).endsWith(reason);
    assertThat(foreign.refusal(as(ALICE), S3, object(OTHER, PUBLIC))).isEqualTo("Access Denied");
    var sibling = foreign.place(OTHER, "o-a", "o-a/r-1/ou-1/");
    assertThat(sibling.refusal(as(ALICE), IAM, shared)).endsWith(reason + ": " + SCP_ARN);
    assertThat(sibling.refusal(as(ALICE), S3, object(OTHER, PUBLIC)))
        .endsWith("\"arn:aws:s3:::b/k\"" + reason + ": " + SCP_ARN);
  }

  @Test
  void inlinePoliciesHaveNoArnToName() {
    var authorizations =
        new Authorizations().allow("{'Effect':'Deny','Action':'*','Resource':'*'}");
    assertThat(authorizations.refusal(as(ALICE), IAM, AuthorizationTarget.of("iam:GetUser", "*")))
        .endsWith(" with an explicit deny in an identity-based policy");
    authorizations.with(
        PrincipalPolicies.of(
            bundle(
                "arn:aws:iam::aws:policy/AWSDenyAll",
                PolicyType.IDENTITY_BASED,
                PolicyKind.IDENTITY,
                "{'Effect':'Deny','Action':'*','Resource':'*'}")));
    assertThat(authorizations.refusal(as(ALICE), IAM, AuthorizationTarget.of("iam:GetUser", "*")))
        .endsWith(" in an identity-based policy: arn:aws:iam::aws:policy/AWSDenyAll");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StringEquals | aws:PrincipalOrgID | o-a",
        "ForAnyValue:StringLike | aws:PrincipalOrgPaths | o-a/r-1/*",
        "StringEquals | aws:ResourceOrgID | o-b",
        "ForAllValues:StringEquals | aws:ResourceOrgPaths | o-b/r-2/ou-9/",
        "Null | aws:SourceOrgID | true",
        "Null | aws:SourceOrgPaths | true",
        "StringEquals | aws:ResourceAccount | 210987654321"
      })
  void keysOfPrincipalAndResource(String operator, String key, String value) {
    var authorizations =
        new Authorizations()
            .allow(condition("'Resource':'*'", operator, key, value))
            .place(ACCOUNT, "o-a", "o-a/r-1/ou-1/")
            .place(OTHER, "o-b", "o-b/r-2/ou-9/");
    assertThat(authorizations.refusal(as(ALICE), S3, object(OTHER, PUBLIC))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "StringEquals | aws:SourceOrgID | o-b",
        "ForAnyValue:StringEquals | aws:SourceOrgPaths | o-b/r-2/",
        "StringEquals | aws:SourceAccount | 210987654321",
        "ArnLike | aws:SourceArn | arn:aws:cloudtrail:*:210987654321:trail/*",
        "StringEquals | aws:PrincipalServiceName | cloudtrail.amazonaws.com",
        "ForAnyValue:StringEquals | aws:PrincipalServiceNamesList | cloudtrail.amazonaws.com",
        "Bool | aws:PrincipalIsAWSService | true",
        "Bool | aws:ViaAWSService | false",
        "Null | aws:PrincipalOrgID | true",
        "Null | aws:PrincipalArn | true",
        "Null | aws:SourceIp | true",
        "Bool | aws:SecureTransport | true"
      })
  void keysOfServicesThatActForAnAccount(String operator, String key, String value) {
    var service =
        new Principal.ServicePrincipal(
            "cloudtrail.amazonaws.com",
            OTHER,
            "arn:aws:cloudtrail:us-east-1:" + OTHER + ":trail/t");
    var grant =
        policy(
            PolicyKind.RESOURCE,
            condition(
                "'Principal':{'Service':'cloudtrail.amazonaws.com'},'Resource':'*'",
                operator,
                key,
                value));
    var authorizations = new Authorizations().place(OTHER, "o-b", "o-b/r-2/");
    assertThat(
            authorizations.refusal(
                Authentication.ofService(service, "us-east-1"), S3, object(ACCOUNT, grant)))
        .isNull();
  }

  private static String condition(String more, String operator, String key, String value) {
    return "{'Effect':'Allow','Action':'*',%s,'Condition':{'%s':{'%s':'%s'}}}"
        .formatted(more, operator, key, value);
  }

  @Test
  void outsideOfOrganizationsThereAreNoSuchKeys() {
    var authorizations =
        new Authorizations()
            .allow(
                "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Null':{'aws:PrincipalOrgID':'true',"
                    + "'aws:PrincipalOrgPaths':'true','aws:ResourceOrgID':'true','aws:ResourceOrgPaths':'true'}}}");
    assertThat(authorizations.refusal(as(ALICE), S3, object(ACCOUNT, null))).isNull();
  }

  @Test
  void aBundleOfNothingAtALevelAllowsNothing() {
    var limited =
        new PrincipalPolicies(
            bundle("inline", PolicyType.IDENTITY_BASED, PolicyKind.IDENTITY, ALL),
            null,
            null,
            List.of(PolicyBundle.EMPTY),
            Map.of());
    assertThat(
            new Authorizations()
                .with(limited)
                .refusal(as(ALICE), IAM, AuthorizationTarget.of("iam:GetUser", "*")))
        .endsWith(" because no service control policy allows the iam:GetUser action");
  }
}
