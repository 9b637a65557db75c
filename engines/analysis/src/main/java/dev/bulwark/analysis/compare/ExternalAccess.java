package dev.bulwark.analysis.compare;

import dev.bulwark.analysis.compare.PolicySpace.Allow;
import dev.bulwark.policy.Condition;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.Principals.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whom a resource's policy lets in from outside a zone of trust, and whether that is everybody. A
 * deny that covers a grant under one condition counts as the contrary condition of the grant; other
 * denies under conditions do not count. AWS services are not outside.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html">Access
 *     Analyzer findings</a>
 */
public final class ExternalAccess {
  private ExternalAccess() {}

  /**
   * The statements that let everybody in.
   *
   * @throws TooComplexException where the policy is too large to look at
   */
  public static List<Reason> publicStatements(Policy policy) {
    var budget = new Budget();
    var space = new PolicySpace(policy, budget);
    List<Reason> reasons = new ArrayList<>();
    for (var allow : space.allows()) {
      boolean open =
          allow.grant().principals().parts().stream()
              .filter(ExternalAccess::isEveryone)
              .flatMap(principal -> space.remaining(to(principal, allow)).stream())
              .anyMatch(left -> !Narrowing.isFixed(left.conditions()));
      if (open) {
        reasons.add(Reason.of(allow.statement()));
      }
    }
    return reasons;
  }

  /**
   * The grants to those outside.
   *
   * @throws TooComplexException where the policy is too large to look at
   */
  public static List<ExternalGrant> grants(Policy policy, ZoneOfTrust zone) {
    var budget = new Budget();
    var space = new PolicySpace(policy, budget);
    List<ExternalGrant> grants = new ArrayList<>();
    for (var allow : space.allows()) {
      for (var principal : allow.grant().principals().parts()) {
        if (isTrusted(principal, zone)) {
          continue;
        }
        for (var left : space.remaining(to(principal, allow))) {
          if (!Narrowing.isTrusted(left.conditions(), zone)) {
            grants.add(grant(principal, allow, left.conditions()));
          }
        }
      }
    }
    return grants;
  }

  private static Grant to(PrincipalSet principal, Allow allow) {
    return new Grant(
        allow.grant().actions(), allow.grant().resources(), principal, allow.grant().conditions());
  }

  private static boolean isEveryone(PrincipalSet principal) {
    return principal.negated()
        || (principal.values() != null
            && principal.values().stream().anyMatch(Principal.Everyone.class::isInstance));
  }

  private static boolean isTrusted(PrincipalSet principal, ZoneOfTrust zone) {
    return !isEveryone(principal)
        && Objects.requireNonNullElse(principal.values(), List.<Principal>of()).stream()
            .allMatch(value -> isTrusted(value, zone));
  }

  private static boolean isTrusted(Principal principal, ZoneOfTrust zone) {
    return switch (principal) {
      case Principal.Account(var id) -> zone.trustsAccount(id);
      case Principal.Arn(var arn) -> zone.trustsAccount(Narrowing.account(arn));
      // An id that stands for nobody any more lets nobody in.
      case Principal.UniqueId id -> true;
      case Principal.Service service -> true;
      case Principal.Everyone everyone -> false;
      case Principal.Federated federated -> false;
      case Principal.CanonicalUser user -> false;
    };
  }

  private static ExternalGrant grant(
      PrincipalSet principal, Allow allow, List<Condition> conditions) {
    boolean everyone = isEveryone(principal);
    var values = principal.values();
    var name = everyone || values == null ? Map.of("AWS", "*") : describe(values.getFirst());
    Map<String, String> condition = new HashMap<>();
    for (var one : conditions) {
      condition.merge(one.key(), String.join(",", one.values()), (a, b) -> a + "," + b);
    }
    return new ExternalGrant(
        name,
        allow.statement().notAction() ? List.of("*") : allow.statement().actions(),
        condition,
        everyone && !Narrowing.isFixed(conditions),
        allow.statement().index());
  }

  private static Map<String, String> describe(Principal principal) {
    return switch (principal) {
      case Principal.Account(var id) -> Map.of("AWS", id);
      case Principal.Arn(var arn) -> Map.of("AWS", arn);
      case Principal.UniqueId(var id) -> Map.of("AWS", id);
      case Principal.Service(var service) -> Map.of("Service", service);
      case Principal.Everyone everyone -> Map.of("AWS", "*");
      case Principal.Federated(var provider) -> Map.of("Federated", provider);
      case Principal.CanonicalUser(var id) -> Map.of("CanonicalUser", id);
    };
  }
}
