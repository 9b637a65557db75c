package dev.bulwark.analysis.compare;

import dev.bulwark.policy.Condition;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a statement, or a part of one, is about: the requests whose action, resource, principal and
 * conditions all are.
 */
record Grant(
    TermSet actions, TermSet resources, PrincipalSet principals, List<Condition> conditions) {

  static Grant of(Statement statement, Policy policy) {
    boolean variables = policy.version().equals("2012-10-17");
    return new Grant(
        new TermSet(statement.notAction(), statement.actions().stream().map(Term::action).toList()),
        statement.resources().isEmpty()
            ? TermSet.ALL
            : new TermSet(
                statement.notResource(),
                statement.resources().stream().map(r -> Term.resource(r, variables)).toList()),
        PrincipalSet.of(statement.principals(), policy.kind()),
        statement.conditions());
  }

  /** The parts to look at one by one. */
  List<Grant> parts(Budget budget) {
    List<Grant> parts = new ArrayList<>();
    for (var action : actions.parts()) {
      for (var resource : resources.parts()) {
        for (var principal : principals.parts()) {
          budget.spend(64);
          parts.add(new Grant(action, resource, principal, conditions));
        }
      }
    }
    return parts;
  }

  /** As an Allow: whether it allows all that {@code other} would. */
  boolean allowsAllOf(Grant other, Budget budget) {
    return principals.grantsAllOf(other.principals)
        && ConditionLogic.imply(other.conditions, conditions, budget)
        && actions.contains(other.actions, budget)
        && resources.contains(other.resources, budget);
  }

  /** As a Deny: whether it denies all that {@code other} would allow. */
  boolean deniesAllOf(Grant other, Budget budget) {
    return deniesWhatOthersName(other, budget)
        && ConditionLogic.imply(other.conditions, conditions, budget);
  }

  /** The same, conditions left aside. */
  boolean deniesWhatOthersName(Grant other, Budget budget) {
    return principals.deniesAllOf(other.principals)
        && actions.contains(other.actions, budget)
        && resources.contains(other.resources, budget);
  }

  /** As a Deny: whether it denies whatever both {@code deny} and {@code allow} are about. */
  boolean deniesAllOfBoth(Grant deny, Grant allow, Budget budget) {
    List<Condition> facts = new ArrayList<>(deny.conditions);
    facts.addAll(allow.conditions);
    return (principals.deniesAllOf(deny.principals) || principals.deniesAllOf(allow.principals))
        && (actions.contains(deny.actions, budget) || actions.contains(allow.actions, budget))
        && (resources.contains(deny.resources, budget)
            || resources.contains(allow.resources, budget))
        && ConditionLogic.imply(facts, conditions, budget);
  }

  /** Whether some request may be in both; true where in doubt. */
  boolean meets(Grant other, Budget budget) {
    return principals.meets(other.principals)
        && actions.meets(other.actions, budget)
        && resources.meets(other.resources, budget)
        && !ConditionLogic.exclude(other.conditions, conditions, budget);
  }

  /** Whether what it means depends on the version of the policy's language. */
  boolean hasVariables() {
    return resources.terms().stream().anyMatch(term -> term.text().contains("${"))
        || conditions.stream()
            .flatMap(condition -> condition.values().stream())
            .anyMatch(value -> value.contains("${"));
  }

  Grant withActions(TermSet narrower) {
    return new Grant(narrower, resources, principals, conditions);
  }

  Grant withCondition(Condition further) {
    List<Condition> more = new ArrayList<>(conditions);
    more.add(further);
    return new Grant(actions, resources, principals, List.copyOf(more));
  }
}
