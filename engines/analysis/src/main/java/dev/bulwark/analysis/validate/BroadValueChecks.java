package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.pattern.WildcardPattern;
import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.policy.ConditionOperator;
import java.util.List;
import java.util.Set;

/**
 * Wildcards and variables in condition values that let through more than a condition is for.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sensitive">Sensitive
 *     condition keys</a>
 */
final class BroadValueChecks implements PolicyValidator.Check {
  private static final Set<String> SENSITIVE =
      Set.of(
          "aws:principalaccount",
          "aws:principalorgid",
          "aws:resourceaccount",
          "aws:resourceorgid",
          "aws:sourceaccount",
          "aws:sourceorgid",
          "aws:sourcevpc",
          "aws:sourcevpce",
          "aws:vpceaccount",
          "aws:vpceorgid");
  private static final Set<String> PREFIXED =
      Set.of(
          "aws:principalorgpaths",
          "aws:resourceorgpaths",
          "aws:sourceorgpaths",
          "aws:vpceorgpaths");
  private static final String USER_ID = "aws:userid";
  private static final int PREFIX = 6;

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        var operator = condition.operator();
        if (operator == null) {
          continue;
        }
        if (operator.takesWildcards()) {
          wildcards(condition, findings);
          matchesAll(condition, operator, findings);
        }
        if (policy.hasVariables()) {
          variables(condition, findings);
        }
      }
    }
  }

  private static void wildcards(Condition condition, Findings findings) {
    for (var value : condition.values()) {
      int at = firstWildcard(value.text());
      if (at >= 0) {
        report(condition, value, at, Issue.WILDCARD_USAGE_TOO_PERMISSIVE, findings);
      }
    }
  }

  private static int firstWildcard(String text) {
    int star = text.indexOf('*');
    int one = text.indexOf('?');
    return star < 0 || (one >= 0 && one < star) ? one : star;
  }

  private static void variables(Condition condition, Findings findings) {
    for (var value : condition.values()) {
      int at = value.text().indexOf("${");
      // A variable in a key that describes the same thing, as in aws:ResourceAccount compared with
      // the principal's account, is what such conditions are for.
      if (at >= 0 && !value.text().regionMatches(true, at, "${aws:", 0, "${aws:".length())) {
        report(condition, value, at, Issue.VARIABLE_USAGE_TOO_PERMISSIVE, findings);
      }
    }
  }

  private static void report(
      Condition condition, Literal value, int at, Issue issue, Findings findings) {
    var key = condition.lowerKey();
    if (SENSITIVE.contains(key)) {
      findings.addVariant(issue, ".SENSITIVE", List.of(value.location()), "key", condition.key());
    } else if (PREFIXED.contains(key) && at < PREFIX) {
      findings.add(issue, List.of(value.location()), "key", condition.key());
    } else if (key.equals(USER_ID) && !isFittingUserId(value.text(), at)) {
      findings.addVariant(issue, ".USERID", List.of(value.location()));
    }
  }

  /** On the right of the colon, or all that is on its left. */
  private static boolean isFittingUserId(String text, int at) {
    int colon = text.startsWith("${") ? text.indexOf(':', text.indexOf('}')) : text.indexOf(':');
    return colon >= 0 && (at > colon || text.substring(0, colon).matches("\\*|\\?|\\$\\{[^}]*}"));
  }

  /** A lone star matches whatever is there: what is left of the condition is whether it is. */
  private static void matchesAll(Condition condition, Operator operator, Findings findings) {
    if (condition.values().stream().noneMatch(v -> WildcardPattern.of(v.text()).isAll())) {
      return;
    }
    boolean negated =
        operator.base() == ConditionOperator.STRING_NOT_LIKE
            || operator.base() == ConditionOperator.ARN_NOT_LIKE
            || operator.base() == ConditionOperator.ARN_NOT_EQUALS;
    Issue issue;
    if (!negated) {
      issue =
          operator.ifExists() || operator.isForAllValues()
              ? Issue.REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION
              : Issue.EQUIVALENT_TO_NULL_FALSE;
    } else {
      issue =
          operator.isForAnyValue()
              ? Issue.REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION
              : Issue.EQUIVALENT_TO_NULL_TRUE;
    }
    findings.add(
        issue,
        List.of(condition.location()),
        "key",
        condition.key(),
        "operator",
        condition.operatorText(),
        "recommendedKey",
        condition.key());
  }
}
