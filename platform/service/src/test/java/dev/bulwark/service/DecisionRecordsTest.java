package dev.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.access.AuthorizationTarget;
import dev.bulwark.access.DecisionLog;
import dev.bulwark.access.DecisionLog.Decided;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Decision;
import dev.bulwark.policy.Decision.Outcome;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicySource;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionRecordsTest {
  private static final String OWNER = "111122223333";
  private static final String OTHER = "444455556666";
  private static final String KEY = "arn:aws:kms:us-east-1:" + OWNER + ":key/1";

  private static final PolicySource SOURCE =
      new PolicySource("arn:aws:iam::" + OWNER + ":policy/p", PolicyType.IDENTITY_BASED);

  @Test
  void theSameActionIsToldAgainAsItWasDecidedThen() throws Exception {
    var first = decided(statement("one"), SOURCE, "identity=0000000000000001");
    var second = decided(statement("two"), SOURCE, "identity=0000000000000002");

    assertThat(text(first, OWNER)).contains("\"sid\":\"one\"", "=0000000000000001");
    assertThat(text(second, OWNER)).contains("\"sid\":\"two\"", "=0000000000000002");
    assertThat(text(first, OWNER)).contains("\"sid\":\"one\"", "=0000000000000001");
  }

  @Test
  void whatAResourceSaysIsToldToItsOwnerAlone() throws Exception {
    var laid = new PolicySource("key policy", PolicyType.RESOURCE_BASED);
    var decided = decided(statement("mine"), laid, "resource=0000000000000001");

    assertThat(text(decided, OWNER)).contains("\"sid\":\"mine\"");
    assertThat(text(decided, OTHER)).doesNotContain("mine").doesNotContain("key policy");
    assertThat(text(decided, OWNER)).contains("\"sid\":\"mine\"");
  }

  private static Statement statement(String sid) throws Exception {
    var json =
        """
        {"Version": "2012-10-17", "Statement": [
          {"Sid": "%s", "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"}]}
        """
            .formatted(sid);
    return Policy.parse(json, PolicyKind.IDENTITY).statements().getFirst();
  }

  private static Decided decided(Statement statement, PolicySource source, String policies) {
    var target =
        new AuthorizationTarget(
            "kms:Encrypt", KEY, OWNER, null, false, Map.of(), Context.EMPTY, List.of());
    var decision = new Decision(Outcome.ALLOW, "kms:Encrypt", source.type(), source, statement);
    return new Decided(target, decision, policies, Map.of(), null, List.of());
  }

  private static String text(Decided decided, String recipient) {
    var log = new DecisionLog();
    log.decided().add(decided);
    return new String(DecisionRecords.encode(log, recipient), StandardCharsets.UTF_8);
  }
}
