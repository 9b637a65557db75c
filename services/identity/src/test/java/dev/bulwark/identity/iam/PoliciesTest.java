package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static dev.bulwark.identity.iam.UsersTest.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.EntityType;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.PolicyNotAttachableException;
import software.amazon.awssdk.services.iam.model.PolicyScopeType;
import software.amazon.awssdk.services.iam.model.PolicyUsageType;

final class PoliciesTest {
  private static final String READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private String policy(String name) {
    return iam.createPolicy(r -> r.policyName(name).policyDocument(Lab.ALLOW_ALL)).policy().arn();
  }

  @Test
  void aPolicyIsMadeAndFound() {
    var made =
        iam.createPolicy(
                r ->
                    r.policyName("Deploy")
                        .path("/ci/")
                        .description("For CI")
                        .tags(tag("a", "b"))
                        .policyDocument(Lab.ALLOW_ALL))
            .policy();
    assertThat(made.arn()).isEqualTo(Lab.ARN + "policy/ci/Deploy");
    assertThat(made.policyId()).matches("ANPA[A-Z2-7]{17}");
    assertThat(made.defaultVersionId()).isEqualTo("v1");
    var found = iam.getPolicy(r -> r.policyArn(made.arn())).policy();
    assertThat(found.description()).isEqualTo("For CI");
    assertThat(found.tags()).containsExactly(tag("a", "b"));
    assertThat(found.attachmentCount()).isZero();
    assertThat(found.isAttachable()).isTrue();
    assertThatThrownBy(() -> policy("DEPLOY"))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(
            e ->
                assertMessage(
                    e, "A policy called DEPLOY already exists. Duplicate names are not allowed."));
    var wrong = Lab.ARN + "policy/Deploy";
    assertThatThrownBy(() -> iam.getPolicy(r -> r.policyArn(wrong)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "Policy " + wrong + " was not found."));
    assertThatThrownBy(() -> iam.getPolicy(r -> r.policyArn("arn:aws:s3:::bucket/not-a-policy")))
        .isInstanceOf(InvalidInputException.class)
        .satisfies(e -> assertMessage(e, "ARN arn:aws:s3:::bucket/not-a-policy is not valid."));
  }

  @Test
  void fiveVersionsAndOneInForce() {
    var arn = policy("P");
    for (int i = 2; i <= 5; i++) {
      var setDefault = i == 3;
      var version =
          iam.createPolicyVersion(
                  r ->
                      r.policyArn(arn)
                          .setAsDefault(setDefault)
                          .policyDocument(Lab.allow("s3:*", "*")))
              .policyVersion();
      assertThat(version.versionId()).isEqualTo("v" + i);
      assertThat(version.isDefaultVersion()).isEqualTo(setDefault);
    }
    assertThatThrownBy(
            () -> iam.createPolicyVersion(r -> r.policyArn(arn).policyDocument(Lab.ALLOW_ALL)))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "A managed policy can have up to 5 versions. Before you create a new version, you must"
                        + " delete an existing version."));
    assertThat(iam.listPolicyVersions(r -> r.policyArn(arn)).versions())
        .extracting(v -> v.versionId())
        .containsExactly("v5", "v4", "v3", "v2", "v1");
    assertThatThrownBy(() -> iam.deletePolicyVersion(r -> r.policyArn(arn).versionId("v3")))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(e -> assertMessage(e, "Cannot delete the default version of a policy."));
    assertThatThrownBy(() -> iam.deletePolicy(r -> r.policyArn(arn)))
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "This policy has more than one version. Before you delete a policy, you must delete the"
                        + " policy's versions. The default version is deleted with the policy."));
    iam.setDefaultPolicyVersion(r -> r.policyArn(arn).versionId("v1"));
    iam.deletePolicyVersion(r -> r.policyArn(arn).versionId("v5"));
    var next =
        iam.createPolicyVersion(r -> r.policyArn(arn).policyDocument(Lab.ALLOW_ALL))
            .policyVersion();
    assertThat(next.versionId()).isEqualTo("v6");
    var version = iam.getPolicyVersion(r -> r.policyArn(arn).versionId("v1")).policyVersion();
    assertThat(version.isDefaultVersion()).isTrue();
    assertThat(Lab.decoded(version.document())).isEqualTo(Lab.ALLOW_ALL);
    assertThatThrownBy(() -> iam.getPolicyVersion(r -> r.policyArn(arn).versionId("v9")))
        .satisfies(
            e ->
                assertMessage(
                    e, "Policy " + arn + " version v9 does not exist or is not attachable."));
  }

  @Test
  void awsPoliciesAreRealAndNobodysToChange() {
    var policy = iam.getPolicy(r -> r.policyArn(READ_ONLY)).policy();
    assertThat(policy.policyName()).isEqualTo("ReadOnlyAccess");
    var document =
        Lab.decoded(
            iam.getPolicyVersion(r -> r.policyArn(READ_ONLY).versionId(policy.defaultVersionId()))
                .policyVersion()
                .document());
    assertThat(document).contains("s3:Get*").hasSizeGreaterThan(20_000);
    assertThatThrownBy(() -> iam.deletePolicy(r -> r.policyArn(READ_ONLY)))
        .satisfies(e -> assertThat(AccessKeysTest.code(e)).isEqualTo("AccessDenied"));
    assertThat(iam.listPolicies(r -> r.scope(PolicyScopeType.LOCAL)).policies()).isEmpty();
    assertThat(iam.listPoliciesPaginator(r -> r.scope(PolicyScopeType.AWS).maxItems(50)).policies())
        .hasSizeGreaterThan(100)
        .extracting(p -> p.arn())
        .doesNotHaveDuplicates()
        .contains("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    assertThat(iam.listPolicies(r -> r.pathPrefix("/job-function/")).policies())
        .extracting(p -> p.policyName())
        .contains("Billing", "ViewOnlyAccess");
  }

  @Test
  void anAttachedPolicyIsCountedAndListedEverywhere() {
    var arn = policy("P");
    iam.createUser(r -> r.userName("Bob").permissionsBoundary(arn));
    iam.createGroup(r -> r.groupName("staff"));
    iam.createRole(r -> r.roleName("App").assumeRolePolicyDocument(Lab.trust(Lab.ARN + "root")));
    iam.attachUserPolicy(r -> r.userName("Bob").policyArn(arn));
    iam.attachUserPolicy(r -> r.userName("Bob").policyArn(arn));
    iam.attachGroupPolicy(r -> r.groupName("staff").policyArn(arn));
    iam.attachRolePolicy(r -> r.roleName("App").policyArn(arn));
    iam.attachRolePolicy(r -> r.roleName("App").policyArn(READ_ONLY));
    var policy = iam.getPolicy(r -> r.policyArn(arn)).policy();
    assertThat(policy.attachmentCount()).isEqualTo(3);
    assertThat(policy.permissionsBoundaryUsageCount()).isEqualTo(1);
    var entities = iam.listEntitiesForPolicy(r -> r.policyArn(arn));
    assertThat(entities.policyUsers()).extracting(u -> u.userName()).containsExactly("Bob");
    assertThat(entities.policyGroups()).hasSize(1);
    assertThat(entities.policyRoles()).hasSize(1);
    var boundaries =
        iam.listEntitiesForPolicy(
            r ->
                r.policyArn(arn)
                    .entityFilter(EntityType.USER)
                    .policyUsageFilter(PolicyUsageType.PERMISSIONS_BOUNDARY));
    assertThat(boundaries.policyUsers()).hasSize(1);
    assertThat(boundaries.policyRoles()).isEmpty();
    assertThat(iam.listPolicies(r -> r.onlyAttached(true)).policies())
        .extracting(p -> p.arn())
        .containsExactly(arn, READ_ONLY);
    assertThat(iam.listAttachedRolePolicies(r -> r.roleName("App")).attachedPolicies())
        .extracting(p -> p.policyName())
        .containsExactly("P", "ReadOnlyAccess");
    assertThatThrownBy(() -> iam.deletePolicy(r -> r.policyArn(arn)))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(e -> assertMessage(e, "Cannot delete a policy attached to entities."));
    iam.detachUserPolicy(r -> r.userName("Bob").policyArn(arn));
    assertThatThrownBy(() -> iam.detachUserPolicy(r -> r.userName("Bob").policyArn(arn)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "Policy " + arn + " was not found."));
    iam.detachGroupPolicy(r -> r.groupName("staff").policyArn(arn));
    iam.detachRolePolicy(r -> r.roleName("App").policyArn(arn));
    assertThatThrownBy(() -> iam.deletePolicy(r -> r.policyArn(arn)))
        .isInstanceOf(DeleteConflictException.class);
    iam.deleteUserPermissionsBoundary(r -> r.userName("Bob"));
    iam.deletePolicy(r -> r.policyArn(arn));
  }

  @Test
  void whatCannotBeAttached() {
    iam.createUser(r -> r.userName("Bob"));
    var missing = "arn:aws:iam::aws:policy/NoSuchPolicy";
    assertThatThrownBy(() -> iam.attachUserPolicy(r -> r.userName("Bob").policyArn(missing)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(
            e -> assertMessage(e, "Policy " + missing + " does not exist or is not attachable."));
    assertThatThrownBy(
            () ->
                iam.attachUserPolicy(
                    r ->
                        r.userName("Bob")
                            .policyArn(
                                "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy")))
        .isInstanceOf(PolicyNotAttachableException.class)
        .satisfies(
            e -> assertMessage(e, "Cannot attach a Service Role Policy to a Customer Role."));
    for (int i = 0; i < 10; i++) {
      var arn = policy("P" + i);
      iam.attachUserPolicy(r -> r.userName("Bob").policyArn(arn));
    }
    assertThatThrownBy(() -> iam.attachUserPolicy(r -> r.userName("Bob").policyArn(READ_ONLY)))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(e -> assertMessage(e, "Cannot exceed quota for PoliciesPerUser: 10"));
  }

  @Test
  void inlinePoliciesTogetherHaveASizeThatCountsNoWhiteSpace() {
    iam.createUser(r -> r.userName("Bob"));
    iam.putUserPolicy(
        r -> r.userName("Bob").policyName("a").policyDocument(" ".repeat(5000) + Lab.ALLOW_ALL));
    assertThat(
            Lab.decoded(iam.getUserPolicy(r -> r.userName("bob").policyName("A")).policyDocument()))
        .endsWith(Lab.ALLOW_ALL)
        .hasSize(5000 + Lab.ALLOW_ALL.length());
    assertThatThrownBy(
            () ->
                iam.putUserPolicy(
                    r ->
                        r.userName("Bob")
                            .policyName("b")
                            .policyDocument(Lab.allow("s3:*", "arn:aws:s3:::" + "x".repeat(2000)))))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(
            e -> assertMessage(e, "Maximum policy size of 2048 bytes exceeded for user Bob"));
    assertThat(iam.listUserPolicies(r -> r.userName("Bob")).policyNames()).containsExactly("a");
    assertThatThrownBy(() -> iam.getUserPolicy(r -> r.userName("Bob").policyName("b")))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The user policy with name b cannot be found."));
    assertThatThrownBy(
            () ->
                iam.createPolicy(
                    r ->
                        r.policyName("big")
                            .policyDocument(Lab.allow("s3:*", "arn:aws:s3:::" + "x".repeat(6200)))))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(e -> assertMessage(e, "Cannot exceed quota for PolicySize: 6144"));
  }

  @Test
  void aMalformedDocumentIsRefusedAndChangesNothing() {
    iam.createUser(r -> r.userName("Bob"));
    for (var document :
        new String[] {
          "nonsense",
          "{}",
          Lab.trust(Lab.ARN + "root"),
          "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Maybe\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
        }) {
      assertThatThrownBy(
              () ->
                  iam.putUserPolicy(
                      r -> r.userName("Bob").policyName("p").policyDocument(document)))
          .isInstanceOf(MalformedPolicyDocumentException.class);
      assertThatThrownBy(() -> iam.createPolicy(r -> r.policyName("p").policyDocument(document)))
          .isInstanceOf(MalformedPolicyDocumentException.class);
    }
    assertThat(iam.listUserPolicies(r -> r.userName("Bob")).policyNames()).isEmpty();
    assertThat(iam.listPolicies(r -> r.scope(PolicyScopeType.LOCAL)).policies()).isEmpty();
    assertThatThrownBy(() -> iam.createPolicy(r -> r.policyName("ü").policyDocument(Lab.ALLOW_ALL)))
        .isInstanceOf(IamException.class);
  }
}
