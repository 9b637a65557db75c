package dev.bulwark.identity.organizations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** The simulator and enforcement agree in an account under service control policies, too. */
class SimulatedControlsTest {
  private static final int ROUNDS = 80;
  private static final String OF_ADA =
      ",\"Condition\":{\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:user/ada\"}}";

  /** Whoever simulates is of the same account, and may go on. */
  private static final String OTHERS =
      "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\""
          + OF_ADA.replace("ArnLike", "ArnNotLike")
          + "}";

  private final World world = World.withOrganization();
  private final Random random = new Random(20261126);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void simulatorAndEnforcementAgreeUnderServiceControlPolicies() {
    var member = world.account("app");
    var unit = world.unit("unit", world.rootId());
    world.organizations.moveAccount(
        r -> r.accountId(member).sourceParentId(world.rootId()).destinationParentId(unit));
    var ofUnit = world.scp("unit", OTHERS);
    var ofAccount = world.scp("account", OTHERS);
    world.attach(ofUnit, unit);
    world.attach(ofAccount, member);
    var all = "p-FullAWSAccess";
    world.organizations.detachPolicy(r -> r.policyId(all).targetId(unit));
    world.organizations.detachPolicy(r -> r.policyId(all).targetId(member));
    var admin = world.iam(world.administrator(member));
    var ada = world.iam(World.user(admin, "ada", World.ALLOW_ALL));
    int allowed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      var own = World.document(statement("") + "," + statement(""));
      admin.putUserPolicy(r -> r.userName("ada").policyName("p").policyDocument(own));
      change(ofUnit, statement(OF_ADA) + "," + statement(OF_ADA) + "," + OTHERS);
      change(ofAccount, statement(OF_ADA) + "," + statement(OF_ADA) + "," + OTHERS);
      var action = pick("iam:GetUser", "iam:ListUserTags", "iam:ListUserPolicies");
      boolean real = isAllowed(ada, action);
      assertThat(simulate(admin, member, action) == PolicyEvaluationDecisionType.ALLOWED)
          .as("%s in round %d", action, round)
          .isEqualTo(real);
      allowed += real ? 1 : 0;
    }
    assertThat(allowed).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  private static PolicyEvaluationDecisionType simulate(
      IamClient admin, String member, String action) {
    var arn = "arn:aws:iam::" + member + ":user/ada";
    return admin
        .simulatePrincipalPolicy(r -> r.policySourceArn(arn).actionNames(action).resourceArns(arn))
        .evaluationResults()
        .getFirst()
        .evalDecision();
  }

  private void change(String policy, String statements) {
    world.organizations.updatePolicy(r -> r.policyId(policy).content(World.document(statements)));
  }

  private static boolean isAllowed(IamClient client, String action) {
    try {
      switch (action) {
        case "iam:GetUser" -> client.getUser(r -> r.userName("ada"));
        case "iam:ListUserTags" -> client.listUserTags(r -> r.userName("ada"));
        default -> client.listUserPolicies(r -> r.userName("ada"));
      }
      return true;
    } catch (IamException e) {
      return !e.awsErrorDetails().errorCode().equals("AccessDenied");
    }
  }

  private String statement(String condition) {
    return "{\"Effect\":\"%s\",\"Action\":\"%s\",\"Resource\":\"*\"%s}"
        .formatted(
            random.nextInt(6) == 0 ? "Deny" : "Allow",
            pick("iam:*", "iam:Get*", "iam:ListUser*", "iam:GetUser", "s3:*", "*"),
            condition);
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
