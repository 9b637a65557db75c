package dev.bulwark.analysis.compare;

import dev.bulwark.analysis.pattern.WildcardPattern;
import dev.bulwark.policy.Condition;
import dev.bulwark.policy.Condition.Quantifier;
import dev.bulwark.policy.ConditionOperator;
import dev.bulwark.policy.Dates;
import dev.bulwark.policy.IpRange;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * What follows from conditions. Sound, not complete: what it says follows does; of two conditions
 * on different keys, or with operators of different types, it says nothing.
 */
final class ConditionLogic {
  /** The global keys that requests can have several values of. */
  private static final Set<String> OF_SEVERAL_VALUES =
      Set.of(
          "aws:calledvia",
          "aws:principalorgpaths",
          "aws:principalservicenameslist",
          "aws:resourceorgpaths",
          "aws:sourceorgpaths",
          "aws:tagkeys");

  private ConditionLogic() {}

  /** Whether each of {@code claims} follows from one of {@code facts}. */
  static boolean imply(List<Condition> facts, List<Condition> claims, Budget budget) {
    return claims.stream()
        .allMatch(claim -> facts.stream().anyMatch(fact -> implies(fact, claim, budget)));
  }

  /** Whether they cannot all hold: one of {@code others} is the contrary of what follows. */
  static boolean exclude(List<Condition> facts, List<Condition> others, Budget budget) {
    return others.stream()
        .map(ConditionLogic::negation)
        .flatMap(Optional::stream)
        .anyMatch(claim -> facts.stream().anyMatch(fact -> implies(fact, claim, budget)));
  }

  /** Where a key can have several values neither a condition nor its negation holds. */
  private static boolean isOfSeveralValues(String key) {
    return OF_SEVERAL_VALUES.contains(key.toLowerCase(Locale.ROOT));
  }

  /** The condition that holds just where this one does not, if there is one. */
  static Optional<Condition> negation(Condition condition) {
    if (condition.quantifier() != Quantifier.NONE || isOfSeveralValues(condition.key())) {
      return Optional.empty();
    }
    var operator = condition.operator();
    // What a tag holds may be neither true nor false.
    if (operator == ConditionOperator.BOOL
        && condition.values().size() == 1
        && condition.key().indexOf('/') < 0) {
      var value = condition.values().getFirst();
      boolean truth = value.equalsIgnoreCase("true");
      if (!truth && !value.equalsIgnoreCase("false")) {
        return Optional.empty();
      }
      return Optional.of(
          new Condition(
              Quantifier.NONE,
              operator,
              !condition.ifExists(),
              condition.key(),
              List.of(Boolean.toString(!truth))));
    }
    if (operator == ConditionOperator.NULL && condition.values().size() == 1) {
      boolean missing = condition.values().getFirst().equalsIgnoreCase("true");
      return Optional.of(
          new Condition(
              Quantifier.NONE,
              operator,
              false,
              condition.key(),
              List.of(Boolean.toString(!missing))));
    }
    // A negated operator holds without the key as it is; with IfExists it means the same.
    boolean ifExists = condition.ifExists() && !operator.negated();
    return ifExists
        ? Optional.empty()
        : opposite(operator)
            .map(
                other ->
                    new Condition(
                        Quantifier.NONE, other, false, condition.key(), condition.values()));
  }

  private static Optional<ConditionOperator> opposite(ConditionOperator operator) {
    return Optional.ofNullable(
        switch (operator) {
          case STRING_EQUALS -> ConditionOperator.STRING_NOT_EQUALS;
          case STRING_NOT_EQUALS -> ConditionOperator.STRING_EQUALS;
          case STRING_EQUALS_IGNORE_CASE -> ConditionOperator.STRING_NOT_EQUALS_IGNORE_CASE;
          case STRING_NOT_EQUALS_IGNORE_CASE -> ConditionOperator.STRING_EQUALS_IGNORE_CASE;
          case STRING_LIKE -> ConditionOperator.STRING_NOT_LIKE;
          case STRING_NOT_LIKE -> ConditionOperator.STRING_LIKE;
          case ARN_EQUALS, ARN_LIKE -> ConditionOperator.ARN_NOT_LIKE;
          case ARN_NOT_EQUALS, ARN_NOT_LIKE -> ConditionOperator.ARN_LIKE;
          case IP_ADDRESS -> ConditionOperator.NOT_IP_ADDRESS;
          case NOT_IP_ADDRESS -> ConditionOperator.IP_ADDRESS;
          default -> null;
        });
  }

  /** Whether a request for which {@code fact} holds is one for which {@code claim} does. */
  static boolean implies(Condition fact, Condition claim, Budget budget) {
    budget.spend(1);
    if (!fact.key().equalsIgnoreCase(claim.key())) {
      return false;
    }
    if (fact.equals(claim)) {
      return true;
    }
    var wanted = claim.operator();
    var given = fact.operator();
    if (wanted == ConditionOperator.NULL) {
      return given == wanted
          ? claim.values().equals(fact.values())
          : demandsKey(fact)
              && claim.values().stream().allMatch(value -> value.equalsIgnoreCase("false"));
    }
    if (fact.quantifier() != claim.quantifier()) {
      return false;
    }
    if (fact.ifExists() && !claim.ifExists() && !given.negated()) {
      return false;
    }
    var relation = relation(given, wanted, budget);
    if (relation.isEmpty()) {
      return false;
    }
    return wanted.negated()
        ? every(claim.values(), fact.values(), relation.get())
        : every(fact.values(), claim.values(), relation.get());
  }

  private static boolean demandsKey(Condition condition) {
    return !condition.operator().negated()
        && !condition.ifExists()
        && condition.quantifier() != Quantifier.FOR_ALL_VALUES;
  }

  private static boolean every(
      List<String> narrow, List<String> wide, BiPredicate<String, String> within) {
    return narrow.stream().allMatch(n -> wide.stream().anyMatch(w -> within.test(n, w)));
  }

  /**
   * When a value of the one operator is within a value of the other; none where the operators have
   * nothing to do with each other.
   */
  private static Optional<BiPredicate<String, String>> relation(
      ConditionOperator given, ConditionOperator wanted, Budget budget) {
    if (given == wanted || (isArn(given) && isArn(wanted) && given.negated() == wanted.negated())) {
      return Optional.of(same(given, budget));
    }
    if (given == ConditionOperator.STRING_EQUALS && wanted == ConditionOperator.STRING_LIKE) {
      return Optional.of((value, pattern) -> like(WildcardPattern.literal(value), pattern, budget));
    }
    if (given == ConditionOperator.STRING_EQUALS
        && wanted == ConditionOperator.STRING_EQUALS_IGNORE_CASE) {
      return Optional.of((a, b) -> !varies(a) && !varies(b) && a.equalsIgnoreCase(b));
    }
    return Optional.empty();
  }

  private static boolean isArn(ConditionOperator operator) {
    return switch (operator) {
      case ARN_EQUALS, ARN_LIKE, ARN_NOT_EQUALS, ARN_NOT_LIKE -> true;
      default -> false;
    };
  }

  private static BiPredicate<String, String> same(ConditionOperator operator, Budget budget) {
    return switch (operator) {
      case STRING_EQUALS, STRING_NOT_EQUALS, BINARY_EQUALS -> String::equals;
      case STRING_EQUALS_IGNORE_CASE, STRING_NOT_EQUALS_IGNORE_CASE, BOOL, NULL ->
          String::equalsIgnoreCase;
      case STRING_LIKE, STRING_NOT_LIKE ->
          (a, b) -> a.equals(b) || (!varies(a) && like(WildcardPattern.of(a), b, budget));
      case ARN_EQUALS, ARN_LIKE, ARN_NOT_EQUALS, ARN_NOT_LIKE ->
          (a, b) -> a.equals(b) || isArnWithin(a, b, budget);
      case IP_ADDRESS, NOT_IP_ADDRESS -> ConditionLogic::isRangeWithin;
      case NUMERIC_LESS_THAN, NUMERIC_LESS_THAN_EQUALS -> (a, b) -> number(a, b, -1);
      case NUMERIC_GREATER_THAN, NUMERIC_GREATER_THAN_EQUALS -> (a, b) -> number(a, b, 1);
      case NUMERIC_EQUALS, NUMERIC_NOT_EQUALS -> (a, b) -> number(a, b, 0);
      case DATE_LESS_THAN, DATE_LESS_THAN_EQUALS -> (a, b) -> date(a, b, -1);
      case DATE_GREATER_THAN, DATE_GREATER_THAN_EQUALS -> (a, b) -> date(a, b, 1);
      case DATE_EQUALS, DATE_NOT_EQUALS -> (a, b) -> date(a, b, 0);
    };
  }

  private static boolean varies(String text) {
    return text.contains("${");
  }

  private static boolean like(WildcardPattern narrow, String pattern, Budget budget) {
    budget.spend(pattern.length());
    return !varies(pattern)
        && !varies(narrow.toString())
        && WildcardPattern.of(pattern).contains(narrow);
  }

  /** Part by part, as these operators compare. */
  private static boolean isArnWithin(String narrow, String wide, Budget budget) {
    budget.spend(narrow.length() + wide.length());
    var a = narrow.split(":", 6);
    var b = wide.split(":", 6);
    if (varies(narrow) || varies(wide) || a.length != 6 || b.length != 6) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (!WildcardPattern.of(b[i]).contains(WildcardPattern.of(a[i]))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isRangeWithin(String narrow, String wide) {
    var a = IpRange.parse(narrow);
    var b = IpRange.parse(wide);
    return a != null && b != null && b.prefix() <= a.prefix() && b.contains(a);
  }

  private static boolean number(String a, String b, int direction) {
    try {
      return a.length() <= 64
          && b.length() <= 64
          && isOnSide(new BigDecimal(a).compareTo(new BigDecimal(b)), direction);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean date(String a, String b, int direction) {
    var first = Dates.parse(a);
    var second = Dates.parse(b);
    return first != null && second != null && isOnSide(first.compareTo(second), direction);
  }

  private static boolean isOnSide(int comparison, int direction) {
    return comparison == 0 || Integer.signum(comparison) == direction;
  }
}
