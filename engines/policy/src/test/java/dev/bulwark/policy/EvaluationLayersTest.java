package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.ANONYMOUS;
import static dev.bulwark.policy.Policies.FEDERATED;
import static dev.bulwark.policy.Policies.LINKED;
import static dev.bulwark.policy.Policies.OTHER_ACCOUNT;
import static dev.bulwark.policy.Policies.ROLE;
import static dev.bulwark.policy.Policies.ROOT;
import static dev.bulwark.policy.Policies.SERVICE;
import static dev.bulwark.policy.Policies.USER;
import static dev.bulwark.policy.Policies.allow;
import static dev.bulwark.policy.Policies.allowTo;
import static dev.bulwark.policy.Policies.bundle;
import static dev.bulwark.policy.Policies.decide;
import static dev.bulwark.policy.Policies.deny;
import static dev.bulwark.policy.Policies.denyTo;
import static dev.bulwark.policy.Policies.identity;
import static dev.bulwark.policy.Policies.levels;
import static dev.bulwark.policy.Policies.request;
import static dev.bulwark.policy.Policies.resource;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.Decision.Outcome;
import org.junit.jupiter.api.Test;

/**
 * How the layers of policies combine, apart from the table of implicit denies (see {@link
 * ResourcePolicyTest}).
 */
class EvaluationLayersTest {
  private static final String ALL = allow("*", "*");
  private static final PolicyBundle FULL_SCP = bundle(PolicyType.SERVICE_CONTROL, ALL);
  private static final PolicyBundle FULL_RCP =
      bundle(PolicyType.RESOURCE_CONTROL, allowTo("'*'", "*"));
  private static final PolicyBundle ONLY_S3_SCP =
      bundle(PolicyType.SERVICE_CONTROL, allow("s3:*", "*"));

  private static Decision on(Requester requester, String action, PolicySet.Builder policies) {
    return decide(request(requester, action, "*"), policies);
  }

  private static void assertImplicit(Decision decision, PolicyType type) {
    assertThat(decision.outcome()).isEqualTo(Outcome.IMPLICIT_DENY);
    assertThat(decision.decidedBy()).isEqualTo(type);
  }

  private static void assertExplicit(Decision decision, PolicyType type) {
    assertThat(decision.outcome()).isEqualTo(Outcome.EXPLICIT_DENY);
    assertThat(decision.decidedBy()).isEqualTo(type);
    assertThat(decision.statement()).isNotNull();
  }

  @Test
  void boundaryLimitsButDoesNotGrant() {
    var boundary =
        bundle(PolicyType.PERMISSIONS_BOUNDARY, allow("s3:*", "*"), deny("s3:Delete*", "*"));
    var policies = PolicySet.builder().identity(identity(ALL)).permissionsBoundary(boundary);
    assertThat(on(USER, "s3:GetObject", policies).allowed()).isTrue();
    assertImplicit(on(USER, "iam:GetUser", policies), PolicyType.PERMISSIONS_BOUNDARY);
    assertExplicit(on(USER, "s3:DeleteObject", policies), PolicyType.PERMISSIONS_BOUNDARY);
    assertImplicit(
        on(USER, "s3:GetObject", PolicySet.builder().permissionsBoundary(boundary)),
        PolicyType.IDENTITY_BASED);
  }

  @Test
  void sessionPoliciesLimitButDoNotGrant() {
    var session = bundle(PolicyType.SESSION, allow("s3:*", "*"), deny("s3:Delete*", "*"));
    var policies = PolicySet.builder().identity(identity(ALL)).session(session);
    assertThat(on(ROLE, "s3:GetObject", policies).allowed()).isTrue();
    assertImplicit(on(ROLE, "iam:GetUser", policies), PolicyType.SESSION);
    assertExplicit(on(ROLE, "s3:DeleteObject", policies), PolicyType.SESSION);
    assertImplicit(
        on(ROLE, "s3:GetObject", PolicySet.builder().session(session)), PolicyType.IDENTITY_BASED);
  }

  @Test
  void sessionWithoutPolicyHasWhatTheRoleHasButFederatedUsersHaveNothing() {
    var policies = PolicySet.builder().identity(identity(ALL));
    assertThat(on(ROLE, "s3:GetObject", policies).allowed()).isTrue();
    assertImplicit(on(FEDERATED, "s3:GetObject", policies), PolicyType.SESSION);
    var session = bundle(PolicyType.SESSION, allow("s3:*", "*"));
    assertThat(on(FEDERATED, "s3:GetObject", policies.session(session)).allowed()).isTrue();
    assertImplicit(on(FEDERATED, "iam:GetUser", policies), PolicyType.SESSION);
  }

  @Test
  void everyLevelOfServiceControlMustAllow() {
    var identity = identity(ALL);
    var policies =
        PolicySet.builder()
            .identity(identity)
            .serviceControl(levels(FULL_SCP, ONLY_S3_SCP, FULL_SCP));
    assertThat(on(USER, "s3:GetObject", policies).allowed()).isTrue();
    assertImplicit(on(USER, "iam:GetUser", policies), PolicyType.SERVICE_CONTROL);
    assertImplicit(
        on(USER, "s3:GetObject", policies.serviceControl(levels(FULL_SCP, PolicyBundle.EMPTY))),
        PolicyType.SERVICE_CONTROL);
    var denying = bundle(PolicyType.SERVICE_CONTROL, ALL, deny("s3:GetObject", "*"));
    assertExplicit(
        on(USER, "s3:GetObject", policies.serviceControl(levels(FULL_SCP, denying))),
        PolicyType.SERVICE_CONTROL);
    assertThat(on(USER, "s3:PutObject", policies).allowed()).isTrue();
  }

  @Test
  void serviceControlDoesNotGrant() {
    assertImplicit(
        on(USER, "s3:GetObject", PolicySet.builder().serviceControl(levels(FULL_SCP))),
        PolicyType.IDENTITY_BASED);
  }

  @Test
  void serviceControlBindsRootButNotServiceLinkedRolesNorServices() {
    var policies = PolicySet.builder().identity(identity(ALL)).serviceControl(levels(ONLY_S3_SCP));
    assertImplicit(on(ROOT, "iam:GetUser", policies), PolicyType.SERVICE_CONTROL);
    assertThat(on(ROOT, "s3:GetObject", policies).allowed()).isTrue();
    assertThat(on(LINKED, "iam:GetUser", policies).allowed()).isTrue();
    assertThat(
            on(SERVICE, "iam:GetUser", policies.resource(resource(allowTo("'*'", "*")))).allowed())
        .isTrue();
  }

  @Test
  void resourceControlMustAllowAndBindsEveryoneButServiceLinkedRoles() {
    var rcp =
        bundle(PolicyType.RESOURCE_CONTROL, allowTo("'*'", "*"), denyTo("'*'", "s3:PutObject"));
    var policies =
        PolicySet.builder()
            .identity(identity(ALL))
            .resource(resource(allowTo("'*'", "s3:*")))
            .resourceControl(levels(FULL_RCP, rcp));
    for (var requester : new Requester[] {USER, ROLE, ROOT, SERVICE, ANONYMOUS}) {
      assertThat(on(requester, "s3:GetObject", policies).allowed()).as("%s", requester).isTrue();
      assertExplicit(on(requester, "s3:PutObject", policies), PolicyType.RESOURCE_CONTROL);
    }
    assertImplicit(
        on(USER, "s3:GetObject", policies.resourceControl(levels(FULL_RCP, PolicyBundle.EMPTY))),
        PolicyType.RESOURCE_CONTROL);
  }

  @Test
  void rootMayDoEverythingThatNothingDenies() {
    assertThat(on(ROOT, "s3:GetObject", PolicySet.builder()).allowed()).isTrue();
    assertExplicit(
        on(ROOT, "s3:GetObject", PolicySet.builder().resource(resource(denyTo("'*'", "s3:*")))),
        PolicyType.RESOURCE_BASED);
  }

  @Test
  void vpcEndpointPolicyIsAGate() {
    var endpoint =
        bundle(
            PolicyType.VPC_ENDPOINT,
            allowTo("'*'", "s3:Get*"),
            denyTo("'*'", "s3:GetBucketPolicy"));
    var policies = PolicySet.builder().identity(identity(ALL)).vpcEndpoint(endpoint);
    assertThat(on(USER, "s3:GetObject", policies).allowed()).isTrue();
    assertImplicit(on(USER, "s3:PutObject", policies), PolicyType.VPC_ENDPOINT);
    assertExplicit(on(USER, "s3:GetBucketPolicy", policies), PolicyType.VPC_ENDPOINT);
    assertImplicit(
        on(USER, "s3:GetObject", PolicySet.builder().vpcEndpoint(endpoint)),
        PolicyType.IDENTITY_BASED);
  }

  @Test
  void acrossAccountsBothSidesMustAllow() {
    var share = resource(allowTo("{'AWS':'111122223333'}", "s3:Get*"));
    var policies = PolicySet.builder().identity(identity(allow("s3:*", "*"))).resource(share);
    assertThat(across(USER, "s3:GetObject", policies).allowed()).isTrue();
    assertImplicit(across(USER, "s3:PutObject", policies), PolicyType.RESOURCE_BASED);
    assertImplicit(
        across(USER, "s3:GetObject", PolicySet.builder().resource(share)),
        PolicyType.IDENTITY_BASED);
    assertImplicit(
        across(USER, "s3:GetObject", PolicySet.builder().identity(identity(ALL))),
        PolicyType.RESOURCE_BASED);
    var boundary = bundle(PolicyType.PERMISSIONS_BOUNDARY, allow("ec2:*", "*"));
    assertImplicit(
        across(USER, "s3:GetObject", policies.permissionsBoundary(boundary)),
        PolicyType.PERMISSIONS_BOUNDARY);
  }

  @Test
  void acrossAccountsNamingTheUserIsNotEnough() {
    var share = resource(allowTo("{'AWS':'" + USER.arn() + "'}", "s3:Get*"));
    assertImplicit(
        across(USER, "s3:GetObject", PolicySet.builder().resource(share)),
        PolicyType.IDENTITY_BASED);
  }

  @Test
  void acrossAccountsRootNeedsTheResourcePolicyOnly() {
    var share = resource(allowTo("{'AWS':'arn:aws:iam::111122223333:root'}", "s3:Get*"));
    assertThat(across(ROOT, "s3:GetObject", PolicySet.builder().resource(share)).allowed())
        .isTrue();
    assertImplicit(across(ROOT, "s3:GetObject", PolicySet.builder()), PolicyType.RESOURCE_BASED);
  }

  @Test
  void servicesAndAnonymousNeedAResourcePolicy() {
    var forService = resource(allowTo("{'Service':'cloudtrail.amazonaws.com'}", "s3:PutObject"));
    assertThat(on(SERVICE, "s3:PutObject", PolicySet.builder().resource(forService)).allowed())
        .isTrue();
    assertImplicit(
        on(SERVICE, "s3:GetObject", PolicySet.builder().resource(forService)),
        PolicyType.RESOURCE_BASED);
    assertImplicit(
        on(ANONYMOUS, "s3:PutObject", PolicySet.builder().resource(forService)),
        PolicyType.RESOURCE_BASED);
    assertThat(
            on(
                    ANONYMOUS,
                    "s3:GetObject",
                    PolicySet.builder().resource(resource(allowTo("'*'", "s3:GetObject"))))
                .allowed())
        .isTrue();
    assertImplicit(
        on(ANONYMOUS, "s3:GetObject", PolicySet.builder().identity(identity(ALL))),
        PolicyType.RESOURCE_BASED);
  }

  @Test
  void decisionNamesTheDecidingStatement() {
    var policies =
        PolicySet.builder()
            .identity(
                identity(
                    ALL,
                    "{'Sid':'NoDelete','Effect':'Deny','Action':'s3:Delete*','Resource':'*'}"));
    var denied = on(USER, "s3:DeleteBucket", policies);
    assertThat(denied.statement()).isNotNull();
    assertThat(denied.statement().sid()).isEqualTo("NoDelete");
    assertThat(denied.statement().index()).isEqualTo(1);
    assertThat(denied.source())
        .isEqualTo(new PolicySource("identity-based policy", PolicyType.IDENTITY_BASED));
    var allowed = on(USER, "s3:GetBucketPolicy", policies);
    assertThat(allowed.statement()).isNotNull();
    assertThat(allowed.statement().index()).isZero();
  }

  private static Decision across(Requester requester, String action, PolicySet.Builder policies) {
    return decide(request(requester, action, "*", OTHER_ACCOUNT, Context.EMPTY), policies);
  }
}
