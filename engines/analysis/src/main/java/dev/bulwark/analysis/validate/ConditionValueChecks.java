package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.validate.Draft.Condition;
import dev.bulwark.analysis.validate.Draft.Literal;
import dev.bulwark.policy.Dates;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Whether the values of conditions are such as their operators and keys can use. */
final class ConditionValueChecks implements PolicyValidator.Check {
  private static final Pattern DIGITS = Pattern.compile("\\d{1,19}");
  private static final Pattern VPC = Pattern.compile("vpc-([0-9A-Za-z]{8}|[0-9A-Za-z]{17})");
  private static final Pattern VPC_ENDPOINT =
      Pattern.compile("vpce-([0-9A-Za-z]{8}|[0-9A-Za-z]{17})");
  private static final Pattern KMS_KEY =
      Pattern.compile("arn:[^:]+:kms:[^:]+:\\d{12}:key/[A-Za-z0-9-]+");
  private static final Set<String> KMS_KEY_KEYS =
      Set.of("s3:x-amz-server-side-encryption-aws-kms-key-id");
  private static final int LONGEST_NUMBER = 64;

  private final Predicate<String> isRegion;

  ConditionValueChecks(Predicate<String> isRegion) {
    this.isRegion = isRegion;
  }

  @Override
  public void run(Draft policy, Findings findings) {
    for (var statement : policy.statements()) {
      for (var condition : statement.conditions()) {
        var operator = condition.operator();
        if (operator != null) {
          family(condition, operator, findings);
          key(condition, operator, findings);
        }
      }
    }
  }

  private static void family(Condition condition, Operator operator, Findings findings) {
    switch (operator.family()) {
      case BOOLEAN -> {
        if (condition.values().size() > 1) {
          findings.add(Issue.INVALID_CONDITION_MULTIPLE_BOOLEAN, condition.location());
        }
        each(condition, ConditionValueChecks::isBoolean, Issue.TYPE_MISMATCH_BOOLEAN, findings);
      }
      case NULL ->
          each(condition, ConditionValueChecks::isBoolean, Issue.TYPE_MISMATCH_BOOLEAN, findings);
      case NUMERIC -> {
        each(condition, ConditionValueChecks::isNumber, Issue.TYPE_MISMATCH_NUMBER, findings);
        redundantNumbers(condition, operator, findings);
      }
      case DATE -> dates(condition, findings);
      case BINARY ->
          each(condition, ConditionValueChecks::isBase64, Issue.TYPE_MISMATCH_STRING, findings);
      case STRING -> wildcards(condition, operator, findings);
      case ARN, IP_ADDRESS -> {}
    }
  }

  private static void each(
      Condition condition, Predicate<String> valid, Issue issue, Findings findings) {
    for (var value : condition.values()) {
      if (!value.hasVariable() && !valid.test(value.text())) {
        findings.add(issue, List.of(value.location()), "operator", condition.operatorText());
      }
    }
  }

  private static boolean isBoolean(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }

  private static boolean isNumber(String text) {
    try {
      return text.length() <= LONGEST_NUMBER && new BigDecimal(text).precision() > 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isBase64(String text) {
    try {
      Base64.getDecoder().decode(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void dates(Condition condition, Findings findings) {
    for (var value : condition.values()) {
      if (value.hasVariable()) {
        continue;
      }
      if (DIGITS.matcher(value.text()).matches()) {
        findings.add(Issue.INVALID_DATE_VALUE, List.of(value.location()), "date", value.text());
      } else if (Dates.parse(value.text()) == null) {
        findings.add(Issue.TYPE_MISMATCH_DATE, value.location());
      }
    }
  }

  /** Of several bounds one alone matters. */
  private static void redundantNumbers(Condition condition, Operator operator, Findings findings) {
    if (condition.values().size() < 2) {
      return;
    }
    var which =
        switch (operator.base()) {
          case NUMERIC_LESS_THAN, NUMERIC_LESS_THAN_EQUALS -> "greatest";
          case NUMERIC_GREATER_THAN, NUMERIC_GREATER_THAN_EQUALS -> "least";
          default -> "";
        };
    if (!which.isEmpty()) {
      findings.add(
          Issue.REDUNDANT_CONDITION_VALUE_NUM,
          List.of(condition.location()),
          "operator",
          condition.operatorText(),
          "greatest/least",
          which,
          "key",
          condition.key());
    }
  }

  private static void wildcards(Condition condition, Operator operator, Findings findings) {
    if (operator.takesWildcards()) {
      return;
    }
    for (var value : condition.values()) {
      var text = value.text().replaceAll("\\$\\{[*?$]}", "");
      if (text.indexOf('*') >= 0 || text.indexOf('?') >= 0) {
        findings.add(Issue.WILDCARD_WITHOUT_LIKE_OPERATOR, value.location());
      }
    }
  }

  private void key(Condition condition, Operator operator, Findings findings) {
    var family = operator.family();
    if (family != Operator.Family.STRING && family != Operator.Family.ARN) {
      return;
    }
    for (var value : condition.values()) {
      if (value.hasVariable() || value.hasWildcard()) {
        continue;
      }
      switch (condition.lowerKey()) {
        case "aws:requestedregion" -> region(value, findings);
        case "aws:sourcevpc" -> form(value, VPC, Issue.INVALID_VPC_FORMAT, condition, findings);
        case "aws:sourcevpce" ->
            form(value, VPC_ENDPOINT, Issue.INVALID_VPCE_FORMAT, condition, findings);
        default -> {
          if (KMS_KEY_KEYS.contains(condition.lowerKey())) {
            form(value, KMS_KEY, Issue.INVALID_KMS_KEY_VALUE, condition, findings);
          }
        }
      }
    }
  }

  private void region(Literal value, Findings findings) {
    if (!isRegion.test(value.text())) {
      findings.add(Issue.INVALID_REGION, List.of(value.location()), "region", value.text());
    }
  }

  private static void form(
      Literal value, Pattern form, Issue issue, Condition condition, Findings findings) {
    if (!form.matcher(value.text()).matches()) {
      findings.add(issue, List.of(value.location()), "key", condition.key());
    }
  }
}
