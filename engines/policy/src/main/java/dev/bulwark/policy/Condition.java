package dev.bulwark.policy;

import java.util.List;

/**
 * One line of a Condition block, as written.
 *
 * @param quantifier how several values in the request are treated
 * @param key the condition key as written
 * @param values the values that the policy compares with
 */
public record Condition(
    Quantifier quantifier,
    ConditionOperator operator,
    boolean ifExists,
    String key,
    List<String> values) {

  /** The prefix of the operator. */
  public enum Quantifier {
    NONE,
    FOR_ALL_VALUES,
    FOR_ANY_VALUE
  }
}
