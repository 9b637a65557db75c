package dev.bulwark.analysis.compare;

import dev.bulwark.policy.Policy;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares what policies allow, for all requests there could be. An answer without reasons is a
 * proof; one with reasons can be too careful: conditions on different keys are not combined, what
 * several statements allow together is seen only part by part, and wildcards are taken as patterns
 * of any text.
 */
public final class PolicyComparison {
  private PolicyComparison() {}

  /**
   * The statements of {@code updated} that may allow what {@code existing} does not.
   *
   * @throws TooComplexException where the policies are too large to compare
   */
  public static List<Reason> newAccess(Policy updated, Policy existing) {
    var budget = new Budget();
    var updatedSpace = new PolicySpace(updated, budget);
    var existingSpace = new PolicySpace(existing, budget);
    boolean sameLanguage =
        updated.version().equals(existing.version()) && updated.kind() == existing.kind();
    List<Reason> reasons = new ArrayList<>();
    for (var allow : updatedSpace.allows()) {
      boolean covered =
          (sameLanguage || !allow.grant().hasVariables())
              && isCovered(allow.grant(), updatedSpace, existingSpace, budget);
      if (!covered) {
        reasons.add(Reason.of(allow.statement()));
      }
    }
    return reasons;
  }

  private static boolean isCovered(
      Grant grant, PolicySpace updated, PolicySpace existing, Budget budget) {
    return existing.allows(grant, updated)
        || grant.parts(budget).stream()
            .allMatch(
                part ->
                    updated.remaining(part).stream()
                        .allMatch(left -> existing.allows(left, updated)));
  }

  /**
   * The statements of a policy that may allow one of the actions on one of the resources.
   *
   * @param actions patterns; any action where there are none
   * @param resources patterns; any resource where there are none
   * @throws TooComplexException where the policy is too large to look at
   */
  public static List<Reason> granting(Policy policy, List<String> actions, List<String> resources) {
    var budget = new Budget();
    var space = new PolicySpace(policy, budget);
    var wantedActions =
        actions.isEmpty()
            ? TermSet.ALL
            : new TermSet(false, actions.stream().map(Term::action).toList());
    var wantedResources =
        resources.isEmpty()
            ? TermSet.ALL
            : new TermSet(false, resources.stream().map(r -> Term.resource(r, false)).toList());
    List<Reason> reasons = new ArrayList<>();
    for (var allow : space.allows()) {
      if (mayAllow(allow.grant(), wantedActions, wantedResources, space, budget)) {
        reasons.add(Reason.of(allow.statement()));
      }
    }
    return reasons;
  }

  private static boolean mayAllow(
      Grant grant, TermSet actions, TermSet resources, PolicySpace space, Budget budget) {
    if (!grant.actions().meets(actions, budget) || !grant.resources().meets(resources, budget)) {
      return false;
    }
    for (var part : grant.parts(budget)) {
      for (var action : actions.parts()) {
        for (var resource : resources.parts()) {
          if (part.actions().meets(action, budget)
              && part.resources().meets(resource, budget)
              && !isDenied(part, action, resource, space, budget)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether the denies take away what a part and the wanted access have in common. */
  private static boolean isDenied(
      Grant part, TermSet action, TermSet resource, PolicySpace space, Budget budget) {
    var wanted = new Grant(action, resource, part.principals(), part.conditions());
    return space.denies().stream().anyMatch(deny -> deny.deniesAllOfBoth(wanted, part, budget))
        || space.remaining(part).stream()
            .allMatch(
                left ->
                    !left.actions().meets(action, budget)
                        || !left.resources().meets(resource, budget));
  }
}
