package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.ACCOUNT;
import static dev.bulwark.policy.Policies.FEDERATED;
import static dev.bulwark.policy.Policies.GITHUB;
import static dev.bulwark.policy.Policies.ROLE;
import static dev.bulwark.policy.Policies.ROOT;
import static dev.bulwark.policy.Policies.SERVICE;
import static dev.bulwark.policy.Policies.USER;
import static dev.bulwark.policy.Policies.allow;
import static dev.bulwark.policy.Policies.allowTo;
import static dev.bulwark.policy.Policies.bundle;
import static dev.bulwark.policy.Policies.decide;
import static dev.bulwark.policy.Policies.identity;
import static dev.bulwark.policy.Policies.request;
import static dev.bulwark.policy.Policies.resource;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.Decision.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Principals in policies of resources, within one account. */
class ResourcePolicyTest {
  private static final PolicyBundle NOTHING_HERE =
      bundle(PolicyType.PERMISSIONS_BOUNDARY, allow("ec2:*", "*"));
  private static final PolicyBundle NOTHING_IN_SESSION =
      bundle(PolicyType.SESSION, allow("ec2:*", "*"));

  private static Requester requester(String name) {
    return switch (name) {
      case "user" -> USER;
      case "role" -> ROLE;
      case "federated" -> FEDERATED;
      case "service" -> SERVICE;
      case "github" -> GITHUB;
      case "root" -> ROOT;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * The table of AWS's page on requests within one account: which implicit denies a grant survives.
   */
  @ParameterizedTest(name = "{0} by {1}: identity {2}, boundary {3}, session {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user      | {'AWS':'arn:aws:iam::111122223333:user/dev/alice'}                  | true  | true  | true
          user      | {'AWS':'AIDAEXAMPLEALICE0001'}                                      | true  | true  | true
          user      | {'AWS':'111122223333'}                                              | false | false | false
          user      | {'AWS':'arn:aws:iam::111122223333:root'}                            | false | false | false
          user      | '*'                                                                 | true  | true  | true
          role      | {'AWS':'arn:aws:iam::111122223333:role/app/worker'}                 | true  | false | false
          role      | {'AWS':'AROAEXAMPLEWORKER001'}                                      | true  | false | false
          role      | {'AWS':'arn:aws:sts::111122223333:assumed-role/worker/job-1'}       | true  | true  | true
          role      | {'AWS':'AROAEXAMPLEWORKER001:job-1'}                                | true  | true  | true
          role      | {'AWS':'AROAEXAMPLEWORKER001:job-2'}                                | false | false | false
          role      | {'AWS':'111122223333'}                                              | false | false | false
          role      | {'AWS':'*'}                                                         | true  | true  | true
          federated | {'AWS':'arn:aws:sts::111122223333:federated-user/bob'}              | true  | true  | true
          federated | {'AWS':'arn:aws:iam::111122223333:user/dev/alice'}                  | true  | false | false
          """)
  void grantsSurviveImplicitDenies(
      String who,
      String principal,
      boolean withoutIdentity,
      boolean againstBoundary,
      boolean againstSession) {
    var requester = requester(who);
    var grant = resource(allowTo(quoted(principal), "s3:GetObject"));
    var open = who.equals("federated") ? bundle(PolicyType.SESSION, allow("*", "*")) : null;
    assertThat(allowed(requester, grant, null, open, PolicyBundle.EMPTY))
        .isEqualTo(withoutIdentity);
    assertThat(allowed(requester, grant, null, open, identity(allow("*", "*")))).isTrue();
    assertThat(allowed(requester, grant, NOTHING_HERE, open, identity(allow("*", "*"))))
        .isEqualTo(againstBoundary);
    assertThat(allowed(requester, grant, null, NOTHING_IN_SESSION, identity(allow("*", "*"))))
        .isEqualTo(againstSession);
  }

  @Test
  void namingAFederatedUserGrantsWithoutSessionPolicy() {
    var grant =
        resource(allowTo("{'AWS':'arn:aws:sts::111122223333:federated-user/bob'}", "s3:GetObject"));
    assertThat(allowed(FEDERATED, grant, null, null, PolicyBundle.EMPTY)).isTrue();
  }

  @Test
  void everyoneWithAPrincipalArnConditionGrantsDirectly() {
    var grant =
        resource(
            "{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'*','Condition':"
                + "{'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam::111122223333:role/app/worker'}}}");
    var context =
        Context.builder()
            .put("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app/worker")
            .build();
    var policies =
        PolicySet.builder()
            .resource(grant)
            .permissionsBoundary(NOTHING_HERE)
            .session(NOTHING_IN_SESSION);
    assertThat(decide(request(ROLE, "s3:GetObject", "*", ACCOUNT, context), policies).allowed())
        .isTrue();
    var other =
        Context.builder()
            .put("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app/other")
            .build();
    assertThat(decide(request(ROLE, "s3:GetObject", "*", ACCOUNT, other), policies).allowed())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user      | {'AWS':'arn:aws:iam::111122223333:user/dev/bob'}              | false
          user      | {'AWS':'444455556666'}                                        | false
          user      | {'AWS':['444455556666','111122223333']}                       | true
          user      | {'Service':'cloudtrail.amazonaws.com'}                        | false
          role      | {'AWS':'arn:aws:sts::111122223333:assumed-role/worker/job-2'} | false
          role      | {'AWS':'arn:aws:iam::111122223333:role/worker'}               | false
          service   | {'Service':'cloudtrail.amazonaws.com'}                        | true
          service   | {'Service':'config.amazonaws.com'}                            | false
          service   | {'AWS':'111122223333'}                                        | false
          root      | {'AWS':'111122223333'}                                        | true
          federated | {'AWS':'AIDAEXAMPLEALICE0001'}                                | true
          user      | {'CanonicalUser':'79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'} | true
          user      | {'CanonicalUser':'00a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'} | false
          """)
  void deniesReachWhomTheyName(String who, String principal, boolean denied) {
    var policy =
        resource(
            allowTo("'*'", "*"),
            "{'Effect':'Deny','Principal':" + quoted(principal) + ",'Action':'*','Resource':'*'}");
    var context =
        Context.builder()
            .put(
                Context.CANONICAL_USER_ID,
                "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be")
            .build();
    var decision =
        decide(
            request(requester(who), "s3:GetObject", "*", ACCOUNT, context),
            PolicySet.builder()
                .resource(policy)
                .identity(identity(allow("*", "*")))
                .session(bundle(PolicyType.SESSION, allow("*", "*"))));
    assertThat(decision.outcome()).isEqualTo(denied ? Outcome.EXPLICIT_DENY : Outcome.ALLOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user    | arn:aws:iam::111122223333:root + arn:aws:iam::111122223333:user/dev/alice | false
          user    | 111122223333 + AIDAEXAMPLEALICE0001                                        | false
          user    | arn:aws:iam::111122223333:root + arn:aws:iam::111122223333:user/dev/bob   | true
          user    | arn:aws:iam::111122223333:user/dev/alice                                  | true
          role    | 111122223333 + arn:aws:iam::111122223333:role/app/worker + arn:aws:sts::111122223333:assumed-role/worker/job-1 | false
          role    | 111122223333 + AROAEXAMPLEWORKER001 + AROAEXAMPLEWORKER001:job-1          | false
          role    | 111122223333 + arn:aws:iam::111122223333:role/app/worker                  | true
          root    | 111122223333                                                              | false
          root    | 444455556666                                                              | true
          """)
  void denyWithNotPrincipalSparesOnlyWhoIsWhollyListed(String who, String listed, boolean denied) {
    var policy =
        resource(
            allowTo("'*'", "*"),
            "{'Effect':'Deny','NotPrincipal':{'AWS':['"
                + listed.replace(" + ", "','")
                + "']},'Action':'*','Resource':'*'}");
    var decision =
        decide(request(requester(who), "s3:GetObject", "*"), PolicySet.builder().resource(policy));
    assertThat(decision.outcome()).isEqualTo(denied ? Outcome.EXPLICIT_DENY : Outcome.ALLOW);
  }

  @Test
  void denyWithNotPrincipalAlwaysCoversPrincipalsWithABoundary() {
    var policy =
        resource(
            allowTo("'*'", "*"),
            "{'Effect':'Deny','NotPrincipal':{'AWS':['111122223333','"
                + USER.arn()
                + "']},'Action':'*','Resource':'*'}");
    var boundary = bundle(PolicyType.PERMISSIONS_BOUNDARY, allow("*", "*"));
    var policies = PolicySet.builder().resource(policy);
    assertThat(decide(request(USER, "s3:GetObject", "*"), policies).allowed()).isTrue();
    assertThat(
            decide(request(USER, "s3:GetObject", "*"), policies.permissionsBoundary(boundary))
                .outcome())
        .isEqualTo(Outcome.EXPLICIT_DENY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          user    | {'AWS':'arn:aws:iam::111122223333:user/dev/alice'} | sts:AssumeRole                | true  | true
          user    | {'AWS':'AIDAEXAMPLEALICE0001'}                     | sts:AssumeRole                | true  | true
          user    | {'AWS':'AIDAEXAMPLEALICE0002'}                     | sts:AssumeRole                | false | false
          user    | {'AWS':'111122223333'}                             | sts:AssumeRole                | false | true
          user    | {'AWS':'444455556666'}                             | sts:AssumeRole                | false | false
          role    | {'AWS':'arn:aws:iam::111122223333:role/app/worker'} | sts:AssumeRole               | true  | true
          role    | {'AWS':'*'}                                        | sts:AssumeRole                | true  | true
          service | {'Service':'cloudtrail.amazonaws.com'}             | sts:AssumeRole                | true  | true
          service | {'AWS':'*'}                                        | sts:AssumeRole                | false | false
          github  | {'Federated':'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com'} | sts:AssumeRoleWithWebIdentity | true | true
          github  | {'Federated':'arn:aws:iam::111122223333:oidc-provider/gitlab.com'} | sts:AssumeRoleWithWebIdentity | false | false
          github  | {'AWS':'*'}                                        | sts:AssumeRoleWithWebIdentity | false | false
          """)
  void trustPoliciesMustAllowThemselves(
      String who,
      String principal,
      String action,
      boolean aloneAllows,
      boolean withIdentityAllows) {
    var trust =
        bundle(
            PolicyType.ROLE_TRUST,
            "{'Effect':'Allow','Principal':" + quoted(principal) + ",'Action':'" + action + "'}");
    var policies = PolicySet.builder().resource(trust).resourcePolicyMustAllow(true);
    var request =
        request(
            requester(who),
            action,
            "arn:aws:iam::111122223333:role/target",
            ACCOUNT,
            Context.EMPTY);
    assertThat(decide(request, policies).allowed()).isEqualTo(aloneAllows);
    var decision = decide(request, policies.identity(identity(allow("sts:*", "*"))));
    assertThat(decision.allowed()).isEqualTo(withIdentityAllows);
    if (!decision.allowed()) {
      assertThat(decision.decidedBy()).isEqualTo(PolicyType.ROLE_TRUST);
    }
  }

  @Test
  void keyPolicyWithoutTheAccountLeavesIdentityPoliciesPowerless() {
    var enabling = resource(allowTo("{'AWS':'arn:aws:iam::111122223333:root'}", "kms:*"));
    var closed = resource(allowTo("{'AWS':'arn:aws:iam::111122223333:role/app/worker'}", "kms:*"));
    var identity = identity(allow("kms:Decrypt", "*"));
    var policies = PolicySet.builder().identity(identity).resourcePolicyMustAllow(true);
    assertThat(decide(request(USER, "kms:Decrypt", "*"), policies.resource(enabling)).allowed())
        .isTrue();
    assertThat(decide(request(USER, "kms:Encrypt", "*"), policies).decidedBy())
        .isEqualTo(PolicyType.IDENTITY_BASED);
    assertThat(decide(request(USER, "kms:Decrypt", "*"), policies.resource(closed)).decidedBy())
        .isEqualTo(PolicyType.RESOURCE_BASED);
    assertThat(decide(request(ROOT, "kms:Decrypt", "*"), policies).allowed()).isFalse();
    assertThat(decide(request(ROOT, "kms:Decrypt", "*"), policies.resource(enabling)).allowed())
        .isTrue();
  }

  private static boolean allowed(
      Requester requester,
      PolicyBundle resource,
      @Nullable PolicyBundle boundary,
      @Nullable PolicyBundle session,
      PolicyBundle identity) {
    return decide(
            request(requester, "s3:GetObject", "*", ACCOUNT, Context.EMPTY),
            PolicySet.builder()
                .identity(identity)
                .resource(resource)
                .permissionsBoundary(boundary)
                .session(session))
        .allowed();
  }

  /** CsvSource takes outer quotes for its own. */
  private static String quoted(String principal) {
    return principal.equals("*") ? "'*'" : principal;
  }
}
