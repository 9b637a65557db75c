package dev.bulwark.analysis.compare;

import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a policy allows: its Allow statements, less what its Deny statements take away. */
final class PolicySpace {

  /** An Allow statement. */
  record Allow(Statement statement, Grant grant) {}

  private final List<Allow> allows = new ArrayList<>();
  private final List<Grant> denies = new ArrayList<>();
  private final Budget budget;

  PolicySpace(Policy policy, Budget budget) {
    this.budget = budget;
    for (var statement : policy.statements()) {
      var grant = Grant.of(statement, policy);
      if (statement.effect() == Effect.ALLOW) {
        allows.add(new Allow(statement, grant));
      } else {
        denies.add(grant);
      }
    }
  }

  List<Allow> allows() {
    return allows;
  }

  List<Grant> denies() {
    return denies;
  }

  /**
   * What is left of a part of an Allow statement after the Deny statements, at least as wide as it
   * is: where a deny covers it under one condition, the contrary of that becomes a condition of it.
   */
  List<Grant> remaining(Grant part) {
    List<Grant> left = List.of(part);
    for (var deny : denies) {
      List<Grant> next = new ArrayList<>();
      for (var grant : left) {
        next.addAll(without(grant, deny));
      }
      left = next;
    }
    return left;
  }

  private List<Grant> without(Grant grant, Grant deny) {
    if (deny.deniesAllOf(grant, budget)) {
      return List.of();
    }
    if (deny.conditions().size() == 1 && deny.deniesWhatOthersName(grant, budget)) {
      var contrary = ConditionLogic.negation(deny.conditions().getFirst());
      return List.of(contrary.map(grant::withCondition).orElse(grant));
    }
    // A Deny with NotAction leaves what it lists.
    boolean elseCovered =
        deny.actions().complement()
            && deny.conditions().isEmpty()
            && !grant.actions().complement()
            && grant.actions().terms().size() == 1
            && deny.principals().deniesAllOf(grant.principals())
            && deny.resources().contains(grant.resources(), budget);
    if (!elseCovered) {
      return List.of(grant);
    }
    var whole = grant.actions().terms().getFirst();
    List<Grant> left = new ArrayList<>();
    for (var term : deny.actions().terms()) {
      if (whole.contains(term, budget)) {
        left.add(grant.withActions(TermSet.of(term)));
      } else if (whole.meets(term, budget)) {
        return List.of(grant);
      }
    }
    return left;
  }

  /** Whether this allows all of a part of another policy's Allow statement. */
  boolean allows(Grant part, PolicySpace other) {
    return allows.stream().anyMatch(allow -> allow.grant().allowsAllOf(part, budget))
        && denies.stream()
            .allMatch(
                deny ->
                    !deny.meets(part, budget)
                        || other.denies.stream()
                            .anyMatch(theirs -> theirs.deniesAllOfBoth(deny, part, budget)));
  }
}
