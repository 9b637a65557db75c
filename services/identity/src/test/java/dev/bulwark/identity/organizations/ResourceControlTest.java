package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.MANAGEMENT;
import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.organizations.model.PolicyType;

/** Resource control policies: here on roles, which STS lets callers assume. */
final class ResourceControlTest {
  private final World world = World.withOrganization();
  private final String root = world.rootId();

  ResourceControlTest() {
    world.organizations.enablePolicyType(
        r -> r.rootId(root).policyType(PolicyType.RESOURCE_CONTROL_POLICY));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String rcp(String statement) {
    return world.policy(
        "rcp-" + statement.hashCode(),
        PolicyType.RESOURCE_CONTROL_POLICY,
        World.document(statement));
  }

  @Test
  void itDeniesWhateverThePrincipalsOwnPoliciesSay() {
    var account = world.account("app");
    var role = "arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole";
    var alice = world.user("alice", World.ALLOW_ALL);
    world.assume(alice, role);
    var policy =
        rcp(
            """
            {"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*",
             "Condition":{"StringNotLike":{"aws:PrincipalArn":"*/break-glass"}}}""");
    world.attach(policy, account);

    var organization = world.organizations.describeOrganization(r -> {}).organization().id();
    assertThat(error(() -> world.assume(alice, role)))
        .isEqualTo(
            "AccessDenied: User: arn:aws:iam::%1$s:user/alice is not authorized to perform: sts:AssumeRole on resource: %2$s with an explicit deny in a resource control policy: arn:aws:organizations::%1$s:policy/%3$s/resource_control_policy/%4$s"
                .formatted(MANAGEMENT, role, organization, policy));
    world.assume(world.user("break-glass", World.ALLOW_ALL), role);
    world.organizations.detachPolicy(r -> r.policyId(policy).targetId(account));
    world.assume(alice, role);
  }

  @Test
  void theManagementAccountsResourcesAreNotBound() {
    world.attach(
        rcp("{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sts:*\",\"Resource\":\"*\"}"),
        root);
    var own =
        world
            .iam
            .createRole(
                r ->
                    r.roleName("own")
                        .assumeRolePolicyDocument(
                            """
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                             "Principal":{"AWS":"arn:aws:iam::%s:root"}}]}"""
                                .formatted(MANAGEMENT)))
            .role()
            .arn();
    var alice = world.user("alice", World.ALLOW_ALL);
    world.assume(alice, own);
    var account = world.account("app");
    assertThat(
            error(
                () ->
                    world.assume(
                        alice, "arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole")))
        .contains("resource control policy");
  }

  @Test
  void actionsOfOtherServicesAreNotBound() {
    var account = world.account("app");
    var member = world.iam(world.administrator(account));
    world.attach(
        rcp("{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"iam:*\",\"Resource\":\"*\"}"),
        root);
    member.listUsers();
  }

  @Test
  void fullAccessIsAttachedEverywhereAndStays() {
    var account = world.account("app");
    var unit = world.unit("u", root);
    for (var target : List.of(root, unit, account)) {
      assertThat(
              world
                  .organizations
                  .listPoliciesForTarget(
                      r -> r.targetId(target).filter(PolicyType.RESOURCE_CONTROL_POLICY))
                  .policies())
          .singleElement()
          .satisfies(policy -> assertThat(policy.id()).isEqualTo("p-RCPFullAWSAccess"));
      assertThat(
              error(
                  () ->
                      world.organizations.detachPolicy(
                          r -> r.policyId("p-RCPFullAWSAccess").targetId(target))))
          .startsWith("InvalidInputException");
    }
  }

  @Test
  void anRCPOnlyDeniesAndNamesTheServices() {
    for (var statement :
        List.of(
            "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"*\"}",
            "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}",
            "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"NotAction\":\"s3:*\",\"Resource\":\"*\"}",
            "{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"}")) {
      assertThat(error(() -> rcp(statement)))
          .isEqualTo(
              "MalformedPolicyDocumentException: The provided policy document does not meet the requirements of the specified policy type.");
    }
  }
}
