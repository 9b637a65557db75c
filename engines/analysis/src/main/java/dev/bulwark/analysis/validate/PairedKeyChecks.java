package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.List;
import java.util.Set;

/** Condition keys that do little alone, that callers choose, or that few services know. */
final class PairedKeyChecks implements PolicyValidator.Check {
  private static final Set<String> UNTRUSTWORTHY = Set.of("aws:referer", "aws:useragent");
  private static final Set<String> OF_ENDPOINTS =
      Set.of("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths");

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        check(statement, condition, findings);
      }
    }
  }

  private static void check(Statement statement, Condition condition, Findings findings) {
    var key = condition.lowerKey();
    if (UNTRUSTWORTHY.contains(key)) {
      findings.add(
          Issue.UNTRUSTWORTHY_CONDITION_KEY,
          List.of(condition.keyLocation()),
          "key",
          condition.key());
    }
    if (OF_ENDPOINTS.contains(key) && coversAllServices(statement)) {
      findings.add(
          Issue.USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES,
          List.of(condition.keyLocation()),
          "key",
          condition.key());
    }
    if (key.equals("aws:vpcsourceip")
        && !statement.hasCondition("aws:sourcevpc")
        && !statement.hasCondition("aws:sourcevpce")) {
      findings.add(
          Issue.MISSING_PAIRED_CONDITION_KEYS,
          List.of(condition.keyLocation()),
          "conditionKeyName",
          condition.key(),
          "recommendedKeys",
          "aws:SourceVpc");
    }
    if (key.equals("dynamodb:attributes")
        && statement.isAllow()
        && statement.conditions().stream().noneMatch(PairedKeyChecks::selectsAttributes)) {
      findings.add(Issue.DYNAMODB_ATTRIBUTES_WITHOUT_SELECT, condition.keyLocation());
    }
    var operator = condition.operator();
    if (key.equals("s3:prefix")
        && operator != null
        && operator.family() == Operator.Family.STRING
        && statement.isDeny() != operator.base().negated()) {
      findings.add(Issue.S3_PREFIX_IN_NEGATIVE_CONTEXT, condition.keyLocation());
    }
  }

  private static boolean coversAllServices(Statement statement) {
    var action = statement.action();
    return action != null
        && (action.isNegated()
            || action.values().stream().anyMatch(value -> value.text().equals("*")));
  }

  private static boolean selectsAttributes(Condition condition) {
    return condition.isAbout("dynamodb:select")
        && condition.values().stream().anyMatch(v -> v.text().equals("SPECIFIC_ATTRIBUTES"));
  }
}
