package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** What the simulator says of a user's next request is what happens to it. */
class SimulationAgreementTest {
  private static final int ROUNDS = 150;

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();
  private final Random random = new Random(20261125);

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void simulatorAndEnforcementAgree() {
    var ada = lab.user("ada");
    iam.createGroup(r -> r.groupName("team"));
    iam.addUserToGroup(r -> r.groupName("team").userName("ada"));
    iam.tagUser(r -> r.userName("ada").tags(t -> t.key("team").value("red")));
    iam.createPolicy(r -> r.policyName("limit").policyDocument(policy()));
    int allowed = 0;
    for (var round = 0; round < ROUNDS; round++) {
      iam.putUserPolicy(r -> r.userName("ada").policyName("own").policyDocument(policy()));
      iam.putGroupPolicy(r -> r.groupName("team").policyName("shared").policyDocument(policy()));
      if (random.nextInt(4) == 0) {
        bound();
      }
      var target = pick("ada", "bob");
      var action = pick("iam:GetUser", "iam:ListUserTags", "iam:ListUserPolicies");
      var simulated = simulate(action, target);
      var real = isAllowed(ada, action, target);
      assertThat(simulated == PolicyEvaluationDecisionType.ALLOWED)
          .as("%s on %s in round %d", action, target, round)
          .isEqualTo(real);
      allowed += real ? 1 : 0;
    }
    assertThat(allowed).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  private void bound() {
    if (random.nextBoolean()) {
      iam.putUserPermissionsBoundary(
          r -> r.userName("ada").permissionsBoundary(Lab.ARN + "policy/limit"));
    } else {
      iam.putUserPermissionsBoundary(
          r -> r.userName("ada").permissionsBoundary("arn:aws:iam::aws:policy/IAMReadOnlyAccess"));
    }
  }

  private PolicyEvaluationDecisionType simulate(String action, String target) {
    return iam.simulatePrincipalPolicy(
            r ->
                r.policySourceArn(Lab.ARN + "user/ada")
                    .actionNames(action)
                    .resourceArns(Lab.ARN + "user/" + target)
                    .contextEntries(
                        c ->
                            c.contextKeyName("aws:SourceIp")
                                .contextKeyType("ip")
                                .contextKeyValues("203.0.113.7"),
                        c ->
                            c.contextKeyName("aws:RequestedRegion")
                                .contextKeyType("string")
                                .contextKeyValues("us-east-1")))
        .evaluationResults()
        .getFirst()
        .evalDecision();
  }

  /** Whoever is refused learns nothing more; a user that is missing is told only to who may see. */
  private static boolean isAllowed(IamClient client, String action, String target) {
    try {
      switch (action) {
        case "iam:GetUser" -> client.getUser(r -> r.userName(target));
        case "iam:ListUserTags" -> client.listUserTags(r -> r.userName(target));
        default -> client.listUserPolicies(r -> r.userName(target));
      }
      return true;
    } catch (IamException e) {
      return !e.awsErrorDetails().errorCode().equals("AccessDenied");
    }
  }

  private String policy() {
    return "{\"Version\":\"2012-10-17\",\"Statement\":["
        + random
            .ints(1 + random.nextInt(3), 0, 4)
            .mapToObj(kind -> statement(kind == 0 ? "Deny" : "Allow"))
            .collect(Collectors.joining(","))
        + "]}";
  }

  private String statement(String effect) {
    return "{\"Effect\":\"%s\",\"%s\":\"%s\",\"%s\":\"%s\"%s}"
        .formatted(
            effect,
            pick("Action", "Action", "Action", "NotAction"),
            pick("iam:*", "iam:Get*", "iam:ListUser*", "iam:GetUser", "s3:*"),
            pick("Resource", "Resource", "Resource", "NotResource"),
            pick("*", Lab.ARN + "user/*", Lab.ARN + "user/ada", Lab.ARN + "user/${aws:username}"),
            pick("", "", "", ",\"Condition\":" + condition()));
  }

  private String condition() {
    return pick(
        "{\"StringEquals\":{\"aws:PrincipalTag/team\":\"red\"}}",
        "{\"StringNotEquals\":{\"aws:PrincipalTag/Team\":[\"red\",\"blue\"]}}",
        "{\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}}",
        "{\"NotIpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"}}",
        "{\"Null\":{\"aws:MultiFactorAuthPresent\":\"true\"}}",
        "{\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"true\"}}",
        "{\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:user/a*\"}}",
        "{\"StringEquals\":{\"aws:RequestedRegion\":\"us-east-1\"}}");
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
