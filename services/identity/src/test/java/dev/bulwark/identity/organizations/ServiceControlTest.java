package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.MANAGEMENT;
import static dev.bulwark.identity.organizations.World.allow;
import static dev.bulwark.identity.organizations.World.deny;
import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.bulwark.access.Principal;
import dev.bulwark.access.PrincipalPolicies;
import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicySet;
import dev.bulwark.policy.Requester;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.organizations.model.PolicyType;

/** Service control policies, as the principals of members feel them. */
final class ServiceControlTest {
  private static final String FULL = "p-FullAWSAccess";

  private final World world = World.withOrganization();
  private final String root = world.rootId();
  private final String unit = world.unit("Workloads", root);
  private String account = "";
  private IamClient member = world.iam;
  private AwsCredentials administrator = world.root();

  @BeforeEach
  void makeMember() {
    account = world.account("app");
    administrator = world.administrator(account);
    member = world.iam(administrator);
    world.organizations.moveAccount(
        r -> r.accountId(account).sourceParentId(root).destinationParentId(unit));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private String organizationId() {
    return world.organizations.describeOrganization(r -> {}).organization().id();
  }

  @Test
  void aDenyCountsFromTheNextRequestOnAtEveryLevel() {
    var policy = world.scp("NoUsers", allow("*") + "," + deny("iam:ListUsers"));
    for (var target : List.of(root, unit, account)) {
      member.listUsers();
      world.attach(policy, target);
      assertThat(error(member::listUsers))
          .isEqualTo(
              "AccessDenied: User: arn:aws:sts::%1$s:assumed-role/OrganizationAccountAccessRole/session is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::%1$s:user/ with an explicit deny in a service control policy: arn:aws:organizations::%2$s:policy/%3$s/service_control_policy/%4$s"
                  .formatted(account, MANAGEMENT, organizationId(), policy));
      member.listRoles();
      world.organizations.detachPolicy(r -> r.policyId(policy).targetId(target));
    }
    member.listUsers();
  }

  @Test
  void everyLevelHasToAllow() {
    var iamOnly = world.scp("IamOnly", allow("iam:*"));
    var rolesOnly = world.scp("RolesOnly", allow("iam:*Role*"));
    world.attach(iamOnly, unit);
    world.attach(rolesOnly, account);
    member.listUsers();

    world.organizations.detachPolicy(r -> r.policyId(FULL).targetId(account));
    assertThat(error(member::listUsers))
        .endsWith("because no service control policy allows the iam:ListUsers action");
    member.listRoles();

    // What the account allows the unit has to allow as well.
    world.organizations.updatePolicy(
        r -> r.policyId(iamOnly).content(World.document(allow("iam:ListUsers"))));
    world.organizations.detachPolicy(r -> r.policyId(FULL).targetId(unit));
    assertThat(error(member::listRoles)).contains("service control policy");
    world.organizations.attachPolicy(r -> r.policyId(FULL).targetId(unit));
    member.listRoles();
  }

  @Test
  void anSCPGrantsNothing() {
    var nobody = world.iam(World.user(member, "nobody", World.document(allow("sts:*"))));
    assertThat(error(nobody::listUsers)).contains("because no identity-based policy allows");
    world.attach(world.scp("Users", allow("iam:ListUsers")), account);
    assertThat(error(nobody::listUsers)).contains("because no identity-based policy allows");
  }

  @Test
  void theManagementAccountsPrincipalsAreNotBound() {
    world.attach(world.scp("NoUsers", allow("*") + "," + deny("iam:ListUsers")), root);
    var user = world.iam(world.user("alice", World.ALLOW_ALL));
    assertThatCode(user::listUsers).doesNotThrowAnyException();
    assertThat(error(member::listUsers)).contains("service control policy");
  }

  @Test
  void movesChangeWhatBinds() {
    var other = world.unit("Sandbox", root);
    world.attach(world.scp("NoUsers", allow("*") + "," + deny("iam:ListUsers")), other);
    member.listUsers();
    world.organizations.moveAccount(
        r -> r.accountId(account).sourceParentId(unit).destinationParentId(other));
    assertThat(error(member::listUsers)).contains("service control policy");
    world.organizations.removeAccountFromOrganization(r -> r.accountId(account));
    member.listUsers();
  }

  @Test
  void aMembersRootUserIsBoundAndAServiceLinkedRoleIsNot() {
    world.attach(world.scp("NoUsers", allow("*") + "," + deny("iam:ListUsers")), account);
    var policies = world.identity.policies().find(new Principal.AccountRoot(account));
    assertThat(decide(policies, new Requester.AccountRoot(account))).isFalse();
    var role = "arn:aws:iam::" + account + ":role/aws-service-role/x.amazonaws.com/X";
    var everything =
        world
            .identity
            .policies()
            .find(
                Principal.IamUser.of(
                    MANAGEMENT,
                    "alice",
                    "/",
                    world.iam.createUser(r -> r.userName("alice")).user().userId()))
            .identity();
    assertThat(everything.policies()).isEmpty();
    assertThat(
            PolicyEvaluator.evaluate(
                    request(new Requester.RoleSession(account, role, role, "AROAX", true)),
                    PolicySet.builder()
                        .identity(policies.serviceControl().getFirst())
                        .serviceControl(policies.serviceControl())
                        .build())
                .allowed())
        .isTrue();
  }

  private static boolean decide(PrincipalPolicies policies, Requester requester) {
    return PolicyEvaluator.evaluate(
            request(requester),
            PolicySet.builder()
                .identity(policies.identity())
                .serviceControl(policies.serviceControl())
                .build())
        .allowed();
  }

  private static AuthorizationRequest request(Requester requester) {
    return new AuthorizationRequest(requester, "iam:ListUsers", "*", null, Context.EMPTY);
  }

  @Test
  void disabledAndEnabledAgainOnlyFullAccessIsAttached() {
    world.attach(world.scp("NoUsers", allow("*") + "," + deny("iam:ListUsers")), account);
    assertThat(error(member::listUsers)).contains("service control policy");
    world.organizations.disablePolicyType(
        r -> r.rootId(root).policyType(PolicyType.SERVICE_CONTROL_POLICY));
    member.listUsers();
    assertThat(error(() -> world.attach(FULL, account)))
        .isEqualTo(
            "PolicyTypeNotEnabledException: This operation can be performed only for enabled policy types.");
    world.organizations.enablePolicyType(
        r -> r.rootId(root).policyType(PolicyType.SERVICE_CONTROL_POLICY));
    member.listUsers();
    assertThat(
            world
                .organizations
                .listPoliciesForTarget(
                    r -> r.targetId(account).filter(PolicyType.SERVICE_CONTROL_POLICY))
                .policies())
        .singleElement()
        .satisfies(policy -> assertThat(policy.id()).isEqualTo(FULL));
    assertThat(
            error(
                () ->
                    world.organizations.enablePolicyType(
                        r -> r.rootId(root).policyType(PolicyType.SERVICE_CONTROL_POLICY))))
        .isEqualTo(
            "PolicyTypeAlreadyEnabledException: The specified policy type is already enabled.");
  }

  @Test
  void conditionsOnTheOrganizationHold() {
    var path = organizationId() + "/" + root + "/" + unit + "/";
    var user =
        World.user(
            member,
            "alice",
            World.document(
                """
                {"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{
                  "StringEquals":{"aws:PrincipalOrgID":"%s"},
                  "ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"%s"}}}"""
                    .formatted(organizationId(), path)));
    world.iam(user).listUsers();
    world.organizations.moveAccount(
        r -> r.accountId(account).sourceParentId(unit).destinationParentId(root));
    assertThat(error(() -> world.iam(user).listUsers())).contains("no identity-based policy");
  }

  /** Whatever is attached beside what is there, denies stay and allows only come from grants. */
  @Test
  void addingAnSCPThatDeniesNeverAllowsMore() {
    var random = new Random(42);
    var actions = List.of("iam:ListUsers", "iam:ListRoles", "iam:ListGroups");
    List<Runnable> calls = List.of(member::listUsers, member::listRoles, member::listGroups);
    var targets = List.of(root, unit, account);
    var before = outcome(calls);
    for (int i = 0; i < 9; i++) {
      var action = actions.get(random.nextInt(actions.size()));
      world.attach(world.scp("deny " + i, deny(action)), targets.get(i % 3));
      var after = outcome(calls);
      for (int call = 0; call < calls.size(); call++) {
        assertThat(after.get(call) && !before.get(call)).isFalse();
      }
      assertThat(after.get(actions.indexOf(action))).isFalse();
      before = after;
    }
  }

  private static List<Boolean> outcome(List<Runnable> calls) {
    return calls.stream()
        .map(
            call -> {
              try {
                call.run();
                return true;
              } catch (software.amazon.awssdk.services.iam.model.IamException e) {
                return false;
              }
            })
        .toList();
  }
}
