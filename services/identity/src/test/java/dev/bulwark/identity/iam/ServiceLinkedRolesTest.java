package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeletionTaskStatusType;
import software.amazon.awssdk.services.iam.model.GlobalEndpointTokenVersion;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.SummaryKeyType;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.UnmodifiableEntityException;

final class ServiceLinkedRolesTest {
  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aServicesRoleBelongsToTheService() {
    var role =
        iam.createServiceLinkedRole(
                r -> r.awsServiceName("ecs.amazonaws.com").description("for ECS"))
            .role();
    assertThat(role.arn())
        .isEqualTo(Lab.ARN + "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");
    assertThat(Lab.decoded(role.assumeRolePolicyDocument()))
        .isEqualTo(
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":[\"sts:AssumeRole\"],\"Effect\":\"Allow\","
                + "\"Principal\":{\"Service\":[\"ecs.amazonaws.com\"]}}]}");
    assertThat(iam.listAttachedRolePolicies(r -> r.roleName(role.roleName())).attachedPolicies())
        .extracting(p -> p.policyName())
        .containsExactly("AmazonECSServiceRolePolicy");
    assertThatThrownBy(
            () -> iam.createServiceLinkedRole(r -> r.awsServiceName("ecs.amazonaws.com")))
        .isInstanceOf(InvalidInputException.class)
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "Service role name AWSServiceRoleForECS has been taken in this account, please try a"
                        + " different suffix."));
    var name = role.roleName();
    assertThatThrownBy(() -> iam.deleteRole(r -> r.roleName(name)))
        .isInstanceOf(UnmodifiableEntityException.class);
    assertThatThrownBy(
            () ->
                iam.putRolePolicy(
                    r -> r.roleName(name).policyName("p").policyDocument(Lab.ALLOW_ALL)))
        .isInstanceOf(UnmodifiableEntityException.class);
    assertThatThrownBy(
            () ->
                iam.updateAssumeRolePolicy(
                    r -> r.roleName(name).policyDocument(Lab.trust(Lab.ARN + "root"))))
        .isInstanceOf(UnmodifiableEntityException.class);
    assertThatThrownBy(() -> iam.updateRole(r -> r.roleName(name).maxSessionDuration(7200)))
        .isInstanceOf(UnmodifiableEntityException.class);
    iam.createInstanceProfile(r -> r.instanceProfileName("vm"));
    assertThatThrownBy(
            () -> iam.addRoleToInstanceProfile(r -> r.instanceProfileName("vm").roleName(name)))
        .isInstanceOf(UnmodifiableEntityException.class);
    iam.updateRole(r -> r.roleName(name).description("changed"));
    iam.tagRole(r -> r.roleName(name).tags(Tag.builder().key("k").value("v").build()));
    var after = iam.getRole(r -> r.roleName(name)).role();
    assertThat(after.description()).isEqualTo("changed");
    assertThat(after.tags()).hasSize(1);
    iam.untagRole(r -> r.roleName(name).tagKeys("k"));
  }

  @Test
  void someServicesHaveSeveralRoles() {
    iam.createServiceLinkedRole(r -> r.awsServiceName("autoscaling.amazonaws.com"));
    var second =
        iam.createServiceLinkedRole(
                r -> r.awsServiceName("autoscaling.amazonaws.com").customSuffix("blue"))
            .role();
    assertThat(second.roleName()).isEqualTo("AWSServiceRoleForAutoScaling_blue");
    assertThatThrownBy(
            () ->
                iam.createServiceLinkedRole(
                    r -> r.awsServiceName("ecs.amazonaws.com").customSuffix("blue")))
        .isInstanceOf(InvalidInputException.class)
        .satisfies(e -> assertMessage(e, "Custom suffix is not allowed for ecs.amazonaws.com"));
    assertThatThrownBy(() -> iam.createServiceLinkedRole(r -> r.awsServiceName("no.example.com")))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  @Timeout(30)
  void aServicesRoleIsDeletedByATask() {
    iam.createServiceLinkedRole(r -> r.awsServiceName("ecs.amazonaws.com"));
    var task =
        iam.deleteServiceLinkedRole(r -> r.roleName("AWSServiceRoleForECS")).deletionTaskId();
    assertThat(task).startsWith("task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/");
    while (iam.getServiceLinkedRoleDeletionStatus(r -> r.deletionTaskId(task)).status()
        != DeletionTaskStatusType.SUCCEEDED) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> iam.getRole(r -> r.roleName("AWSServiceRoleForECS")))
        .isInstanceOf(NoSuchEntityException.class);
    assertThat(
            iam.listEntitiesForPolicy(
                    r ->
                        r.policyArn(
                            "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"))
                .policyRoles())
        .isEmpty();
    iam.createServiceLinkedRole(r -> r.awsServiceName("ecs.amazonaws.com"));
    assertThatThrownBy(
            () -> iam.getServiceLinkedRoleDeletionStatus(r -> r.deletionTaskId("task/x")))
        .isInstanceOf(NoSuchEntityException.class);
    iam.createRole(r -> r.roleName("App").assumeRolePolicyDocument(Lab.trust(Lab.ARN + "root")));
    assertThatThrownBy(() -> iam.deleteServiceLinkedRole(r -> r.roleName("App")))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aPolicyCanSayForWhichServiceARoleMayBeMade() {
    var bob = lab.user("Bob");
    iam.putUserPolicy(
        r ->
            r.userName("Bob")
                .policyName("p")
                .policyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                     "Action":"iam:CreateServiceLinkedRole",
                     "Resource":"arn:aws:iam::*:role/aws-service-role/*",
                     "Condition":{"StringEquals":{"iam:AWSServiceName":"ecs.amazonaws.com"}}}]}"""));
    bob.createServiceLinkedRole(r -> r.awsServiceName("ecs.amazonaws.com"));
    assertThatThrownBy(
            () -> bob.createServiceLinkedRole(r -> r.awsServiceName("rds.amazonaws.com")))
        .hasMessageContaining(
            "iam:CreateServiceLinkedRole on resource: "
                + Lab.ARN
                + "role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS");
  }

  @Test
  void thePreferredVersionOfTokensIsKept() {
    assertThat(iam.getAccountSummary().summaryMap())
        .containsEntry(SummaryKeyType.GLOBAL_ENDPOINT_TOKEN_VERSION, 1);
    iam.setSecurityTokenServicePreferences(
        r -> r.globalEndpointTokenVersion(GlobalEndpointTokenVersion.V2_TOKEN));
    assertThat(iam.getAccountSummary().summaryMap())
        .containsEntry(SummaryKeyType.GLOBAL_ENDPOINT_TOKEN_VERSION, 2);
  }

  @Test
  void nobodyMakesARoleThatPassesForAServices() {
    assertThatThrownBy(
            () ->
                lab.root()
                    .createRole(
                        r ->
                            r.roleName("Mine")
                                .path("/aws-service-role/x.amazonaws.com/")
                                .assumeRolePolicyDocument(Lab.trust(Lab.ARN + "root"))))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo(
                        "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"));
  }
}
