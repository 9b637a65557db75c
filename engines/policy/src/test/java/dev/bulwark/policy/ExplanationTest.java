package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.ACCOUNT;
import static dev.bulwark.policy.Policies.FEDERATED;
import static dev.bulwark.policy.Policies.USER;
import static dev.bulwark.policy.Policies.allow;
import static dev.bulwark.policy.Policies.allowTo;
import static dev.bulwark.policy.Policies.bundle;
import static dev.bulwark.policy.Policies.deny;
import static dev.bulwark.policy.Policies.identity;
import static dev.bulwark.policy.Policies.request;
import static dev.bulwark.policy.Policies.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.bulwark.policy.Decision.Outcome;
import dev.bulwark.policy.Explanation.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  @Test
  void tellsEachLayerAndItsMatchingStatements() {
    var policies =
        PolicySet.builder()
            .serviceControl(
                List.of(
                    bundle(PolicyType.SERVICE_CONTROL, allow("*", "*")),
                    bundle(PolicyType.SERVICE_CONTROL, allow("s3:*", "*"))))
            .identity(identity(allow("ec2:*", "*"), allow("s3:Get*", "*"), allow("*", "*")))
            .permissionsBoundary(
                bundle(PolicyType.PERMISSIONS_BOUNDARY, allow("*", "*"), deny("s3:GetObject", "*")))
            .resource(resource(allowTo("{'AWS':'444455556666'}", "*")))
            .build();
    var explanation =
        PolicyEvaluator.explain(
            request(USER, "s3:GetObject", "*", ACCOUNT, Context.EMPTY), policies);
    assertThat(explanation.decision().outcome()).isEqualTo(Outcome.EXPLICIT_DENY);
    assertThat(explanation.decision().decidedBy()).isEqualTo(PolicyType.PERMISSIONS_BOUNDARY);
    assertThat(explanation.steps())
        .extracting(Step::type, Step::level, Step::outcome, step -> step.matched().size())
        .containsExactly(
            tuple(PolicyType.SERVICE_CONTROL, 0, Outcome.ALLOW, 1),
            tuple(PolicyType.SERVICE_CONTROL, 1, Outcome.ALLOW, 1),
            tuple(PolicyType.RESOURCE_BASED, 0, Outcome.IMPLICIT_DENY, 0),
            tuple(PolicyType.IDENTITY_BASED, 0, Outcome.ALLOW, 2),
            tuple(PolicyType.PERMISSIONS_BOUNDARY, 0, Outcome.EXPLICIT_DENY, 2));
    assertThat(explanation.steps().get(3).matched())
        .extracting(match -> match.statement().index())
        .containsExactly(1, 2);
  }

  @Test
  void showsTheSessionPolicyThatAFederatedUserLacks() {
    var explanation =
        PolicyEvaluator.explain(
            request(FEDERATED, "s3:GetObject", "*"),
            PolicySet.builder().identity(identity(allow("*", "*"))).build());
    assertThat(explanation.steps().getLast())
        .isEqualTo(new Step(PolicyType.SESSION, 0, Outcome.IMPLICIT_DENY, List.of(), List.of()));
  }

  @Test
  void namesTheConditionKeysThatTheRequestLacks() {
    var policies =
        PolicySet.builder()
            .identity(
                identity(
                    "{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::${aws:PrincipalTag/Home}/*'}",
                    "{'Effect':'Allow','Action':'s3:Get*','Resource':'*','Condition':"
                        + "{'Bool':{'aws:MultiFactorAuthPresent':'true'},'StringEquals':{'s3:Prefix':'${aws:username}','aws:SourceIp':'x'}}}",
                    "{'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::other/*','Condition':"
                        + "{'Null':{'aws:SourceVpc':'true'}}}",
                    "{'Effect':'Allow','Action':'ec2:*','Resource':'*','Condition':"
                        + "{'StringEquals':{'ec2:Region':'eu-west-1'}}}"))
            .permissionsBoundary(
                bundle(
                    PolicyType.PERMISSIONS_BOUNDARY,
                    "{'Effect':'Allow','Action':'*','Resource':'*','Condition':"
                        + "{'Bool':{'aws:MultiFactorAuthPresent':'true'},'StringLike':{'aws:TagKeys':'*'}}}"))
            .build();
    var context = Context.builder().put("aws:SourceIp", "192.0.2.1").build();
    var explanation =
        PolicyEvaluator.explain(
            request(USER, "s3:GetObject", "arn:aws:s3:::b/k", ACCOUNT, context), policies);
    assertThat(explanation.steps())
        .extracting(Step::type, Step::missing)
        .containsExactly(
            tuple(
                PolicyType.IDENTITY_BASED,
                List.of(
                    "aws:PrincipalTag/Home",
                    "aws:MultiFactorAuthPresent",
                    "s3:Prefix",
                    "aws:username")),
            tuple(
                PolicyType.PERMISSIONS_BOUNDARY,
                List.of("aws:MultiFactorAuthPresent", "aws:TagKeys")));
    assertThat(explanation.missing())
        .containsExactly(
            "aws:PrincipalTag/Home",
            "aws:MultiFactorAuthPresent",
            "s3:Prefix",
            "aws:username",
            "aws:TagKeys");
  }
}
