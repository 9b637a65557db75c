package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ContextKeyTypeEnum;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;
import software.amazon.awssdk.services.iam.model.Statement;

/** The policy simulator. */
class SimulationTest {
  private static final String KEY = "arn:aws:s3:::reports/2026/march.csv";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private EvaluationResult custom(String policy, String action, String... resources) {
    return iam.simulateCustomPolicy(
            r -> r.policyInputList(policy).actionNames(action).resourceArns(resources))
        .evaluationResults()
        .getFirst();
  }

  private static String place(Statement statement) {
    return "%s %s %d:%d-%d:%d"
        .formatted(
            statement.sourcePolicyId(),
            statement.sourcePolicyTypeAsString(),
            statement.startPosition().line(),
            statement.startPosition().column(),
            statement.endPosition().line(),
            statement.endPosition().column());
  }

  @Test
  void findsTheStatementThatDecides() {
    var policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"dynamodb:*\",\"Resource\":\"*\","
            + "\"Condition\":{\"DateGreaterThan\":{\"aws:CurrentTime\":\"2018-08-16T12:00:00Z\"}}}}";
    var result =
        iam.simulateCustomPolicy(
                r ->
                    r.policyInputList(policy)
                        .actionNames("dynamodb:CreateBackup")
                        .contextEntries(
                            c ->
                                c.contextKeyName("aws:CurrentTime")
                                    .contextKeyType(ContextKeyTypeEnum.DATE)
                                    .contextKeyValues("2019-04-25T11:00:00Z")))
            .evaluationResults()
            .getFirst();
    assertThat(result.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.ALLOWED);
    assertThat(result.evalResourceName()).isEqualTo("*");
    // The columns are those of AWS's own example of this policy.
    assertThat(result.matchedStatements())
        .extracting(SimulationTest::place)
        .containsExactly("PolicyInputList.1 IAM Policy 1:38-1:167");
    assertThat(result.hasEvalDecisionDetails()).isFalse();
    assertThat(result.hasResourceSpecificResults()).isFalse();
    assertThat(result.organizationsDecisionDetail()).isNull();
    assertThat(result.permissionsBoundaryDecisionDetail()).isNull();
  }

  @Test
  void tellsMissingKeysAsThePolicyWritesThem() {
    var policy =
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*",
          "Resource": "arn:aws:s3:::reports/${aws:PrincipalTag/Team}/*",
          "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}""";
    var result = custom(policy, "s3:GetObject");
    assertThat(result.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
    assertThat(result.missingContextValues())
        .containsExactlyInAnyOrder("aws:MultiFactorAuthPresent", "aws:PrincipalTag/Team");
    assertThat(iam.getContextKeysForCustomPolicy(r -> r.policyInputList(policy)).contextKeyNames())
        .containsExactlyInAnyOrder("aws:MultiFactorAuthPresent", "aws:PrincipalTag/Team");
  }

  @Test
  void givesOneResultForAllResourcesAndOneForEach() {
    var policy =
        """
        {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": "s3:GetObject",
              "Resource": "arn:aws:s3:::reports/*"
            },
            {
              "Effect": "Deny",
              "Action": "s3:*",
              "Resource": "arn:aws:s3:::reports/secret/*"
            }
          ]
        }""";
    var secret = "arn:aws:s3:::reports/secret/a";
    var result = custom(policy, "s3:GetObject", KEY, secret);
    assertThat(result.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.EXPLICIT_DENY);
    assertThat(result.evalDecisionDetails()).isEmpty();
    assertThat(result.resourceSpecificResults())
        .extracting(one -> one.evalResourceName() + " " + one.evalResourceDecisionAsString())
        .containsExactly(KEY + " allowed", secret + " explicitDeny");
    assertThat(result.resourceSpecificResults().getFirst().matchedStatements())
        .extracting(SimulationTest::place)
        .containsExactly("PolicyInputList.1 IAM Policy 3:17-8:6");
    assertThat(result.resourceSpecificResults().getLast().matchedStatements())
        .extracting(SimulationTest::place)
        .containsExactly("PolicyInputList.1 IAM Policy 8:6-13:6");
  }

  @Test
  void countsThePoliciesOfGroupsAndTheBoundary() {
    lab.user("ada");
    iam.createGroup(r -> r.groupName("readers"));
    iam.addUserToGroup(r -> r.groupName("readers").userName("ada"));
    iam.putGroupPolicy(
        r ->
            r.groupName("readers")
                .policyName("read")
                .policyDocument(Lab.allow("s3:GetObject", "*")));
    iam.attachUserPolicy(
        r -> r.userName("ada").policyArn("arn:aws:iam::aws:policy/IAMReadOnlyAccess"));
    var arn = Lab.ARN + "user/ada";
    var before = principal(arn, "s3:GetObject");
    assertThat(before.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.ALLOWED);
    assertThat(before.matchedStatements())
        .extracting(Statement::sourcePolicyId)
        .containsExactly("group_readers_read");
    assertThat(before.permissionsBoundaryDecisionDetail()).isNull();
    assertThat(principal(arn, "iam:GetUser").matchedStatements())
        .extracting(Statement::sourcePolicyId)
        .containsExactly("IAMReadOnlyAccess");

    iam.putUserPermissionsBoundary(
        r -> r.userName("ada").permissionsBoundary("arn:aws:iam::aws:policy/IAMReadOnlyAccess"));
    var after = principal(arn, "s3:GetObject");
    assertThat(after.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
    assertThat(after.permissionsBoundaryDecisionDetail().allowedByPermissionsBoundary()).isFalse();
    var other =
        iam.simulatePrincipalPolicy(
                r ->
                    r.policySourceArn(arn)
                        .actionNames("s3:GetObject")
                        .permissionsBoundaryPolicyInputList(Lab.ALLOW_ALL))
            .evaluationResults()
            .getFirst();
    assertThat(other.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.ALLOWED);
    assertThat(other.permissionsBoundaryDecisionDetail().allowedByPermissionsBoundary()).isTrue();
    assertThat(
            iam.getContextKeysForPrincipalPolicy(
                    r ->
                        r.policySourceArn(arn)
                            .policyInputList(
                                "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:iam::*:user/${aws:userName}\"}}"))
                .contextKeyNames())
        .contains("aws:userName");
  }

  private EvaluationResult principal(String arn, String action, String... resources) {
    return iam.simulatePrincipalPolicy(
            r -> r.policySourceArn(arn).actionNames(action).resourceArns(resources))
        .evaluationResults()
        .getFirst();
  }

  @Test
  void simulatesRolesAndGroups() {
    iam.createRole(r -> r.roleName("reader").assumeRolePolicyDocument(Lab.trust(Lab.ARN + "root")));
    iam.createGroup(r -> r.groupName("readers"));
    for (var arn : List.of(Lab.ARN + "role/reader", Lab.ARN + "group/readers")) {
      assertThat(principal(arn, "s3:GetObject", KEY).evalDecision())
          .isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
    }
    iam.putRolePolicy(
        r -> r.roleName("reader").policyName("p").policyDocument(Lab.allow("s3:GetObject", KEY)));
    var result = principal(Lab.ARN + "role/reader", "s3:GetObject", KEY);
    assertThat(result.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.ALLOWED);
    assertThat(result.matchedStatements().getFirst().sourcePolicyId()).isEqualTo("role_reader_p");
  }

  @Test
  void evaluatesBothSidesAcrossAccounts() {
    lab.user("ada");
    var ada = Lab.ARN + "user/ada";
    var bucketPolicy =
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "%s"},
          "Action": "s3:GetObject", "Resource": "%s"}]}"""
            .formatted(ada, KEY);
    var withinAccount =
        iam.simulatePrincipalPolicy(
                r ->
                    r.policySourceArn(ada)
                        .actionNames("s3:GetObject")
                        .resourceArns(KEY)
                        .resourcePolicy(bucketPolicy))
            .evaluationResults()
            .getFirst();
    assertThat(withinAccount.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.ALLOWED);
    assertThat(withinAccount.evalDecisionDetails()).isEmpty();
    assertThat(withinAccount.matchedStatements())
        .extracting(s -> s.sourcePolicyId() + "/" + s.sourcePolicyTypeAsString())
        .containsExactly("ResourcePolicy/Resource Policy");
    var across =
        iam.simulatePrincipalPolicy(
                r ->
                    r.policySourceArn(ada)
                        .actionNames("s3:GetObject")
                        .resourceArns(KEY)
                        .resourceOwner("arn:aws:iam::999999999999:root")
                        .resourcePolicy(bucketPolicy))
            .evaluationResults()
            .getFirst();
    assertThat(across.evalDecision()).isEqualTo(PolicyEvaluationDecisionType.IMPLICIT_DENY);
    assertThat(across.evalDecisionDetailsAsStrings())
        .containsEntry("IAM Policy", "implicitDeny")
        .containsEntry("Resource Policy", "allowed");
  }

  @Test
  void pagesByActions() {
    var first =
        iam.simulateCustomPolicy(
            r ->
                r.policyInputList(Lab.ALLOW_ALL)
                    .actionNames("s3:GetObject", "s3:PutObject", "iam:ListUsers")
                    .maxItems(2));
    assertThat(first.isTruncated()).isTrue();
    var second =
        iam.simulateCustomPolicy(
            r ->
                r.policyInputList(Lab.ALLOW_ALL)
                    .actionNames("s3:GetObject", "s3:PutObject", "iam:ListUsers")
                    .marker(first.marker()));
    assertThat(second.isTruncated()).isFalse();
    assertThat(second.evaluationResults())
        .extracting(EvaluationResult::evalActionName)
        .containsExactly("iam:ListUsers");
  }

  @Test
  void refusesWhatItCannotSimulate() {
    refused(() -> custom("{", "s3:GetObject"), "Syntax errors in policy.");
    refused(
        () -> custom(Lab.ALLOW_ALL, "s3:GetObject", "reports"),
        "ResourceNames are not in a valid ARN format: reports.");
    refused(() -> custom(Lab.ALLOW_ALL, "s3:Get*"), "Invalid Input Actions: [s3:Get*]");
    refused(
        () -> principal("arn:aws:sts::123456789012:assumed-role/a/b", "s3:GetObject"),
        "Invalid Entity Arn: arn:aws:sts::123456789012:assumed-role/a/b does not clearly define entity type and name.");
    refused(
        () -> principal("arn:aws:iam::999999999999:user/ada", "s3:GetObject"),
        "Invalid Policy Source Arn: caller's account 123456789012 does not have access to policies in account 999999999999");
    refused(
        () ->
            iam.simulateCustomPolicy(
                r ->
                    r.policyInputList(Lab.ALLOW_ALL)
                        .actionNames("s3:GetObject")
                        .resourceOwner("123456789012")),
        "'123456789012' is not a valid as a Resource Owner.");
    refused(
        () ->
            iam.simulateCustomPolicy(
                r ->
                    r.policyInputList(Lab.ALLOW_ALL)
                        .actionNames("ec2:RunInstances")
                        .resourceHandlingOption("EC2-VPC-EBS")
                        .resourceArns("arn:aws:ec2:us-east-1:123456789012:instance/*")),
        "Invalid Resource List: EC2-VPC-EBS requires resources of type image, security-group, network-interface, volume.");
    refused(
        () ->
            iam.simulateCustomPolicy(
                r ->
                    r.policyInputList(Lab.ALLOW_ALL)
                        .actionNames("s3:GetObject")
                        .contextEntries(
                            c ->
                                c.contextKeyName("aws:MultiFactorAuthPresent")
                                    .contextKeyType("boolean")
                                    .contextKeyValues("perhaps"))),
        "Invalid Context Entry: aws:MultiFactorAuthPresent of type boolean cannot be perhaps.");
    assertThatThrownBy(() -> principal(Lab.ARN + "user/nobody", "s3:GetObject"))
        .isInstanceOf(NoSuchEntityException.class)
        .hasMessageContaining("The user with name nobody cannot be found.");
  }

  private static void refused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void isItselfAuthorized() {
    var ada = lab.user("ada");
    assertThatThrownBy(
            () ->
                ada.simulatePrincipalPolicy(
                    r -> r.policySourceArn(Lab.ARN + "user/ada").actionNames("s3:GetObject")))
        .isInstanceOf(IamException.class)
        .hasMessageContaining(
            "is not authorized to perform: iam:SimulatePrincipalPolicy on resource: arn:aws:iam::123456789012:user/ada");
    iam.putUserPolicy(
        r ->
            r.userName("ada")
                .policyName("self")
                .policyDocument(
                    Lab.allow("iam:SimulatePrincipalPolicy", Lab.ARN + "user/${aws:username}")));
    assertThat(
            ada.simulatePrincipalPolicy(
                    r -> r.policySourceArn(Lab.ARN + "user/ada").actionNames("s3:GetObject"))
                .evaluationResults())
        .hasSize(1);
  }
}
