package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Condition operators, and keys that stand in one block more than once. */
final class OperatorChecks implements PolicyValidator.Check {

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      operators(statement, findings);
      duplicates(statement, findings);
      statement.conditions().forEach(condition -> empty(condition, findings));
    }
  }

  private static void operators(Statement statement, Findings findings) {
    Set<String> seen = new HashSet<>();
    for (var condition : statement.conditions()) {
      if (!seen.add(condition.operatorText())) {
        continue;
      }
      var operator = condition.operator();
      if (operator == null) {
        findings.add(
            Issue.INVALID_CONDITION_OPERATOR,
            List.of(condition.operatorLocation()),
            "operator",
            condition.operatorText());
      } else if (operator.family() == Operator.Family.NULL) {
        if (operator.ifExists()) {
          findings.add(Issue.NULL_WITH_IF_EXISTS, condition.operatorLocation());
        }
        if (!operator.qualifier().isEmpty()) {
          findings.add(Issue.NULL_WITH_QUALIFIER, condition.operatorLocation());
        }
      }
    }
  }

  private static void duplicates(Statement statement, Findings findings) {
    Map<String, Condition> first = new HashMap<>();
    for (var condition : statement.conditions()) {
      var before =
          first.putIfAbsent(condition.operatorText() + " " + condition.lowerKey(), condition);
      if (before != null) {
        findings.add(
            Issue.DUPLICATE_KEYS_WITH_DIFFERENT_CASE,
            List.of(before.keyLocation(), condition.keyLocation()),
            "key",
            condition.key());
      }
    }
  }

  private static void empty(Condition condition, Findings findings) {
    var operator = condition.operator();
    if (operator == null || !condition.values().isEmpty()) {
      return;
    }
    Issue issue;
    if (operator.isForAllValues()) {
      issue = Issue.EMPTY_ARRAY_CONDITION_FORALLVALUES;
    } else if (operator.isForAnyValue()) {
      issue = Issue.EMPTY_ARRAY_CONDITION_FORANYVALUE;
    } else if (operator.ifExists()) {
      issue = Issue.EMPTY_ARRAY_CONDITION_IFEXISTS;
    } else {
      issue = Issue.EMPTY_ARRAY_CONDITION;
    }
    findings.add(issue, List.of(condition.location()), "key", condition.key());
  }
}
