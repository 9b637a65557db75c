package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.MANAGEMENT;
import static dev.bulwark.identity.organizations.World.deny;
import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.organizations.model.EffectivePolicyType;
import software.amazon.awssdk.services.organizations.model.OrganizationFeatureSet;
import software.amazon.awssdk.services.organizations.model.PolicySummary;
import software.amazon.awssdk.services.organizations.model.PolicyType;
import tools.jackson.databind.json.JsonMapper;

/** Policies of organizations: their rules, where they are attached, what they make together. */
final class PoliciesTest {
  private static final String FULL = "p-FullAWSAccess";

  private final World world = World.withOrganization();
  private final String root = world.rootId();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aPolicyIsMadeChangedAndDeleted() {
    var id = world.scp("NoIam", deny("iam:*"));
    var made = world.organizations.describePolicy(r -> r.policyId(id)).policy();
    assertThat(id).matches("p-[a-z0-9]{8}");
    assertThat(made.content()).isEqualTo(World.document(deny("iam:*")));
    assertThat(made.policySummary().awsManaged()).isFalse();
    assertThat(error(() -> world.scp("NoIam", deny("s3:*"))))
        .isEqualTo("DuplicatePolicyException: A policy with the same name already exists.");

    world.organizations.updatePolicy(r -> r.policyId(id).name("NoS3").description("d"));
    var changed = world.organizations.describePolicy(r -> r.policyId(id)).policy();
    assertThat(changed.policySummary().name()).isEqualTo("NoS3");
    assertThat(changed.content()).isEqualTo(made.content());
    assertThat(
            world
                .organizations
                .listPolicies(r -> r.filter(PolicyType.SERVICE_CONTROL_POLICY))
                .policies())
        .extracting(PolicySummary::name)
        .containsExactlyInAnyOrder("FullAWSAccess", "NoS3");

    world.attach(id, root);
    assertThat(error(() -> world.organizations.deletePolicy(r -> r.policyId(id))))
        .startsWith("PolicyInUseException: The policy is attached to one or more entities.");
    world.organizations.detachPolicy(r -> r.policyId(id).targetId(root));
    world.organizations.deletePolicy(r -> r.policyId(id));
    assertThat(error(() -> world.organizations.describePolicy(r -> r.policyId(id))))
        .isEqualTo("PolicyNotFoundException: You specified a policy that doesn't exist.");
  }

  @Test
  void awsOwnPoliciesCannotBeChanged() {
    var policy = world.organizations.describePolicy(r -> r.policyId(FULL)).policy();
    assertThat(policy.policySummary().arn())
        .isEqualTo("arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess");
    assertThat(policy.policySummary().awsManaged()).isTrue();
    assertThat(error(() -> world.organizations.updatePolicy(r -> r.policyId(FULL).name("x"))))
        .startsWith("InvalidInputException");
    assertThat(error(() -> world.organizations.deletePolicy(r -> r.policyId(FULL))))
        .startsWith("InvalidInputException");
  }

  @Test
  void documentsHaveToBePoliciesOfTheirTypeAndOfTheirSize() {
    var malformed =
        "MalformedPolicyDocumentException: The provided policy document does not meet the requirements of the specified policy type.";
    assertThat(error(() -> world.policy("p", PolicyType.SERVICE_CONTROL_POLICY, "{}")))
        .isEqualTo(malformed);
    assertThat(error(() -> world.policy("p", PolicyType.SERVICE_CONTROL_POLICY, "[".repeat(5000))))
        .isEqualTo(malformed);
    assertThat(
            error(
                () ->
                    world.scp(
                        "p",
                        "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}")))
        .isEqualTo(malformed);
    assertThat(error(() -> world.policy("p", PolicyType.TAG_POLICY, "[]"))).isEqualTo(malformed);
    var room = 10_240 - World.document(deny("iam:")).length();
    world.scp("largest", deny("iam:" + "x".repeat(room)));
    assertThat(error(() -> world.scp("too large", deny("iam:" + "x".repeat(room + 1)))))
        .isEqualTo("ConstraintViolationException: You have exceeded the maximum policy size.");
  }

  /** As AWS was seen to take them, and to refuse them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "true  | {'tags':{}}",
        "true  | {'tags':{},'@@assign':['value']}",
        "true  | {'tags':{'key':{}}}",
        "true  | {'tags':{'key':{'tag_key':{'@@assign':'KEY'},'tag_value':{'@@assign':['a',12,true],'@@append':['b*']}}}}",
        "true  | {'tags':{'key':{'enforced_for':{'@@assign':['ecs:ALL_SUPPORTED']}}}}",
        "true  | {'tags':{'@@operators_allowed_for_child_policies':['@@all','@@assign'],'key':{}}}",
        "true  | {'tags':{'key':{'@@operators_allowed_for_child_policies':['@@none']}}}",
        "false | {}",
        "false | {'wrong':{}}",
        "false | {'tags':{},'@@assign':{}}",
        "false | {'tags':{'@@assign':['value']}}",
        "false | {'tags':{'':{}}}",
        "false | {'tags':{'key':{'tag_key':'key'}}}",
        "false | {'tags':{'key':{'tag_key':{'@@assign':'other'}}}}",
        "false | {'tags':{'key':{'tag_key':{'@@assign':12}}}}",
        "false | {'tags':{'key':{'tag_key':{'@@append':['key']}}}}",
        "false | {'tags':{'key':{'unknown':{'@@assign':'key'}}}}",
        "false | {'tags':{'key':{'tag_value':{'@@assign':['a*b*']}}}}",
        "false | {'tags':{'key':{'tag_value':{'@@assign':[{'x':'y'}]}}}}",
        "false | {'tags':{'@@operators_allowed_for_child_policies':['@@none','@@remove']}}",
        "false | {'tags':{'@@operators_allowed_for_child_policies':['@@assign','@@assign']}}"
      })
  void tagPoliciesHaveAGrammar(boolean taken, String policy) {
    var content = policy.replace('\'', '"');
    if (taken) {
      world.policy("p", PolicyType.TAG_POLICY, content);
    } else {
      assertThat(error(() -> world.policy("p", PolicyType.TAG_POLICY, content)))
          .startsWith("MalformedPolicyDocumentException");
    }
  }

  @Test
  void atMostFivePoliciesOfATypeAndAtLeastOne() {
    for (int i = 0; i < 4; i++) {
      world.attach(world.scp("p" + i, deny("iam:x" + i)), root);
    }
    var sixth = world.scp("sixth", deny("iam:x"));
    assertThat(error(() -> world.attach(sixth, root)))
        .isEqualTo(
            "ConstraintViolationException: You have attached the maximum number of policies to the specified target.");
    assertThat(error(() -> world.attach(FULL, root)))
        .isEqualTo(
            "DuplicatePolicyAttachmentException: A policy with the specified name and type already exists.");
    assertThat(
            error(
                () ->
                    world.organizations.detachPolicy(
                        r -> r.policyId(FULL).targetId(world.unit("u", root)))))
        .isEqualTo(
            "ConstraintViolationException: You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.");
    assertThat(error(() -> world.organizations.detachPolicy(r -> r.policyId(sixth).targetId(root))))
        .startsWith("PolicyNotAttachedException");
    assertThat(error(() -> world.attach(sixth, "ou-abcd-12345678")))
        .isEqualTo("TargetNotFoundException: You specified a target that doesn't exist.");
  }

  @Test
  void targetsOfAPolicyAreListed() {
    var unit = world.unit("Workloads", root);
    var account = world.account("app");
    var policy = world.scp("p", deny("iam:x"));
    world.attach(policy, root);
    world.attach(policy, unit);
    world.attach(policy, account);
    assertThat(
            world.organizations.listTargetsForPolicy(r -> r.policyId(policy)).targets().stream()
                .map(target -> target.typeAsString() + " " + target.name())
                .toList())
        .containsExactlyInAnyOrder("ROOT Root", "ORGANIZATIONAL_UNIT Workloads", "ACCOUNT app");
  }

  @Test
  void withBillingFeaturesAloneThereAreNoPolicies() {
    world.organizations.deleteOrganization(r -> {});
    world.organizations.createOrganization(
        r -> r.featureSet(OrganizationFeatureSet.CONSOLIDATED_BILLING));
    assertThat(error(() -> world.scp("p", deny("iam:x"))))
        .startsWith("PolicyTypeNotAvailableForOrganizationException");
    assertThat(
            error(
                () ->
                    world.organizations.enablePolicyType(
                        r ->
                            r.rootId(world.rootId())
                                .policyType(PolicyType.SERVICE_CONTROL_POLICY))))
        .startsWith("PolicyTypeNotAvailableForOrganizationException");
  }

  @Test
  void aDelegatedMemberManagesPoliciesAsFarAsTheResourcePolicyGoes() {
    var account = world.account("security");
    var administrator = world.administrator(account);
    var member = world.organizations(administrator);
    assertThat(error(() -> member.listPolicies(r -> r.filter(PolicyType.TAG_POLICY))))
        .isEqualTo("AccessDeniedException: You don't have permissions to access this resource.");
    world.organizations.putResourcePolicy(
        r ->
            r.content(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},
                 "Action":["organizations:ListPolicies","organizations:CreatePolicy"],"Resource":"*",
                 "Condition":{"StringEquals":{"organizations:PolicyType":"TAG_POLICY"}}}]}"""
                    .formatted(account)));

    member.listPolicies(r -> r.filter(PolicyType.TAG_POLICY));
    member.createPolicy(
        r -> r.name("t").type(PolicyType.TAG_POLICY).description("").content("{\"tags\":{}}"));
    assertThat(error(() -> member.listPolicies(r -> r.filter(PolicyType.SERVICE_CONTROL_POLICY))))
        .isEqualTo("AccessDeniedException: You don't have permissions to access this resource.");
    assertThat(error(() -> member.createAccount(r -> r.accountName("x").email("x@example.com"))))
        .isEqualTo("AccessDeniedException: You don't have permissions to access this resource.");
    assertThat(
            error(
                () ->
                    world.organizations.putResourcePolicy(
                        r ->
                            r.content(
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
                                 "Action":"organizations:CloseAccount","Resource":"*"}]}"""))))
        .isEqualTo(
            "InvalidInputException: organizations:CloseAccount is not a supported action for this resource-based policy.");
    world.organizations.putResourcePolicy(
        r ->
            r.content(
                """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "%s"},
                 "Action": "organizations:Describe*", "Resource": "*"}]}"""
                    .formatted(account)));
    assertThat(world.organizations.describeResourcePolicy(r -> {}).resourcePolicy().content())
        .isEqualTo(
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::%s:root\"},\"Action\":\"organizations:Describe*\",\"Resource\":\"*\"}]}"
                .formatted(account));
    assertThat(
            error(
                () ->
                    world.organizations.putResourcePolicy(
                        r ->
                            r.content(
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
                                 "NotAction":"organizations:DescribePolicy","Resource":"*"}]}"""))))
        .isEqualTo("InvalidInputException: This resource-based policy contains invalid JSON.");
    assertThat(error(() -> world.organizations.putResourcePolicy(r -> r.content("{\"a\":1}"))))
        .isEqualTo("InvalidInputException: This resource-based policy contains invalid JSON.");
    assertThat(
            error(
                () ->
                    world.organizations.putResourcePolicy(
                        r ->
                            r.content(
                                    """
                                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",
                                     "Action":"organizations:ListAccounts","Resource":"*"}]}""")
                                .tags(t -> t.key("a").value("b")))))
        .isEqualTo(
            "ConstraintViolationException: Adding tags on updating an existing resource-based policy is not supported.");
    world.organizations.deleteResourcePolicy(r -> {});
    assertThat(error(() -> world.organizations.describeResourcePolicy(r -> {})))
        .isEqualTo("ResourcePolicyNotFoundException: No resource-based policy found.");
  }

  @Test
  void managementPoliciesAddUpFromTheRootDownwards() throws Exception {
    world.organizations.enablePolicyType(r -> r.rootId(root).policyType(PolicyType.TAG_POLICY));
    var unit = world.unit("Workloads", root);
    var account = world.account("app");
    world.organizations.moveAccount(
        r -> r.accountId(account).sourceParentId(root).destinationParentId(unit));
    world.attach(
        world.policy(
            "org",
            PolicyType.TAG_POLICY,
            """
            {"tags":{"costcenter":{
              "tag_key":{"@@assign":"CostCenter","@@operators_allowed_for_child_policies":["@@none"]},
              "tag_value":{"@@assign":["100","200"]}}}}"""),
        root);
    world.attach(
        world.policy(
            "unit",
            PolicyType.TAG_POLICY,
            """
            {"tags":{"CostCenter":{"tag_key":{"@@assign":"COSTCENTER"},
              "tag_value":{"@@append":["300"],"@@remove":["100"],
                "@@operators_allowed_for_child_policies":["@@append"]}},
              "color":{"tag_key":{"@@assign":"Color"}}}}"""),
        unit);
    world.attach(
        world.policy(
            "account",
            PolicyType.TAG_POLICY,
            """
            {"tags":{"costcenter":{"tag_value":{"@@assign":["9"],"@@append":["400"]}}}}"""),
        account);

    var effective =
        world
            .organizations
            .describeEffectivePolicy(
                r -> r.targetId(account).policyType(EffectivePolicyType.TAG_POLICY))
            .effectivePolicy();
    assertThat(effective.targetId()).isEqualTo(account);
    assertThat(new JsonMapper().readTree(effective.policyContent()))
        .isEqualTo(
            new JsonMapper()
                .readTree(
                    """
                    {"tags":{"costcenter":{"tag_key":"CostCenter","tag_value":["200","300","400"]},
                             "color":{"tag_key":"Color","tag_value":["*"]}}}"""));
    var own =
        world
            .organizations(world.administrator(account))
            .describeEffectivePolicy(r -> r.policyType(EffectivePolicyType.TAG_POLICY));
    assertThat(own.effectivePolicy().policyContent()).isEqualTo(effective.policyContent());
    assertThat(
            error(
                () ->
                    world.organizations.describeEffectivePolicy(
                        r -> r.policyType(EffectivePolicyType.BACKUP_POLICY))))
        .isEqualTo(
            "EffectivePolicyNotFoundException: The specified policy type is not enabled. Enable that policy type on your organization root and then retry.");
    assertThat(
            error(
                () ->
                    world.organizations.describeEffectivePolicy(
                        r -> r.targetId(root).policyType(EffectivePolicyType.TAG_POLICY))))
        .isEqualTo(
            "InvalidInputException: You specified a target that is not currently supported.");
  }

  @Test
  void withoutPoliciesTheEffectiveOneIsEmptyAndOfAListMayNothingBeLeft() {
    world.organizations.enablePolicyType(r -> r.rootId(root).policyType(PolicyType.TAG_POLICY));
    assertThat(effectiveTags()).isEqualTo("{}");
    world.attach(
        world.policy(
            "values",
            PolicyType.TAG_POLICY,
            """
            {"tags":{"Color":{"tag_value":{"@@assign":["one"]}}}}"""),
        root);
    assertThat(effectiveTags())
        .isEqualTo("{\"tags\":{\"color\":{\"tag_value\":[\"one\"],\"tag_key\":\"color\"}}}");
    world.attach(
        world.policy(
            "none",
            PolicyType.TAG_POLICY,
            """
            {"tags":{"Color":{"tag_value":{"@@remove":["one"]}}}}"""),
        MANAGEMENT);
    assertThat(effectiveTags())
        .isEqualTo("{\"tags\":{\"color\":{\"tag_value\":[],\"tag_key\":\"color\"}}}");
  }

  private String effectiveTags() {
    return world
        .organizations
        .describeEffectivePolicy(r -> r.policyType(EffectivePolicyType.TAG_POLICY))
        .effectivePolicy()
        .policyContent();
  }

  @Test
  void changesOfPoliciesAreOnRecord() {
    world.scp("p", deny("iam:x"));
    var changes = world.events.changesAfter(0, 1000);
    assertThat(changes.toString())
        .contains("AWS::Organizations::Policy")
        .contains("arn:aws:organizations::" + MANAGEMENT + ":policy/");
  }
}
