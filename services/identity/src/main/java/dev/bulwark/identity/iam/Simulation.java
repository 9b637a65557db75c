package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.EvaluationResult;
import dev.bulwark.api.iam.OrganizationsDecisionDetail;
import dev.bulwark.api.iam.PermissionsBoundaryDecisionDetail;
import dev.bulwark.api.iam.ResourceSpecificResult;
import dev.bulwark.api.iam.Statement;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.Decision.Outcome;
import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Explanation;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicySet;
import dev.bulwark.policy.PolicySource;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Requester;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A simulation whose policies are compiled: decides with the engine that decides real requests. */
final class Simulation {
  private static final String ALL = "*";

  /**
   * What is decided with.
   *
   * @param serviceControl the SCPs by level; null where the principal's account is in no
   *     organization
   * @param owner of resources whose ARN names no account; null for the requester's
   */
  record Setting(
      Requester requester,
      List<SimulatedPolicy> identity,
      @Nullable SimulatedPolicy boundary,
      @Nullable List<PolicyBundle> serviceControl,
      @Nullable SimulatedPolicy resourcePolicy,
      @Nullable String owner,
      SimulationContext context) {}

  /** One action on one resource. */
  private record Evaluated(
      String resource,
      Outcome outcome,
      List<Statement> matched,
      List<String> missing,
      boolean organizations,
      @Nullable Boolean boundary,
      boolean crossAccount,
      Map<String, String> details) {}

  private final Setting setting;
  private final Map<String, SimulatedPolicy> byId;
  private final PolicyBundle identity;
  private final @Nullable PolicyBundle boundary;
  private final @Nullable PolicyBundle resource;

  Simulation(Setting setting) {
    this.setting = setting;
    var all = new ArrayList<>(setting.identity());
    if (setting.boundary() != null) {
      all.add(setting.boundary());
    }
    if (setting.resourcePolicy() != null) {
      all.add(setting.resourcePolicy());
    }
    // Two groups may hold the same managed policy: then either stands for both.
    this.byId =
        all.stream().collect(Collectors.toMap(Simulation::key, p -> p, (first, second) -> first));
    this.identity = bundle(setting.identity());
    this.boundary = setting.boundary() == null ? null : bundle(List.of(setting.boundary()));
    this.resource =
        setting.resourcePolicy() == null ? null : bundle(List.of(setting.resourcePolicy()));
  }

  private static String key(SimulatedPolicy policy) {
    return policy.type() + " " + policy.id();
  }

  private static PolicyBundle bundle(List<SimulatedPolicy> policies) {
    return PolicyBundle.of(
        policies.stream()
            .map(p -> new AttachedPolicy(new PolicySource(p.id(), p.type()), p.policy()))
            .toList());
  }

  /**
   * One action on all the resources. AWS gives one result an action, whose decision is the most
   * restrictive of those on its resources, with the statements that matched on any of them. Where
   * resources are named, what context lacks is told with them.
   *
   * @param resources empty where the request names none
   */
  EvaluationResult evaluate(String action, List<String> resources) {
    var named = !resources.isEmpty() && !resources.equals(List.of(ALL));
    var each = new ArrayList<Evaluated>();
    for (var arn : named ? resources : List.of(ALL)) {
      each.add(evaluate(action, arn));
    }
    var worst =
        each.stream().map(Evaluated::outcome).max(Simulation::compare).orElse(Outcome.ALLOW);
    var first = each.stream().filter(one -> one.outcome() == worst).findFirst().orElseThrow();
    return EvaluationResult.builder()
        .evalActionName(action)
        .evalResourceName(each.size() == 1 ? first.resource() : ALL)
        .evalDecision(decision(worst))
        .matchedStatements(
            List.copyOf(
                each.stream()
                    .flatMap(one -> one.matched().stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new))))
        .missingContextValues(named ? List.of() : first.missing())
        .organizationsDecisionDetail(
            setting.serviceControl() == null
                ? null
                : new OrganizationsDecisionDetail(each.stream().allMatch(Evaluated::organizations)))
        .permissionsBoundaryDecisionDetail(boundaryDetail(each))
        .evalDecisionDetails(first.crossAccount() ? first.details() : named ? Map.of() : null)
        .resourceSpecificResults(named ? each.stream().map(Simulation::specific).toList() : null)
        .build();
  }

  private static int compare(Outcome one, Outcome other) {
    return Integer.compare(severity(one), severity(other));
  }

  private static int severity(Outcome outcome) {
    return switch (outcome) {
      case ALLOW -> 0;
      case IMPLICIT_DENY -> 1;
      case EXPLICIT_DENY -> 2;
    };
  }

  private static String decision(Outcome outcome) {
    return switch (outcome) {
      case ALLOW -> "allowed";
      case IMPLICIT_DENY -> "implicitDeny";
      case EXPLICIT_DENY -> "explicitDeny";
    };
  }

  private @Nullable PermissionsBoundaryDecisionDetail boundaryDetail(List<Evaluated> each) {
    return boundary == null
        ? null
        : new PermissionsBoundaryDecisionDetail(
            each.stream().allMatch(one -> Boolean.TRUE.equals(one.boundary())));
  }

  private static ResourceSpecificResult specific(Evaluated one) {
    return ResourceSpecificResult.builder()
        .evalResourceName(one.resource())
        .evalResourceDecision(decision(one.outcome()))
        .matchedStatements(one.matched().isEmpty() ? null : one.matched())
        .missingContextValues(one.missing().isEmpty() ? null : one.missing())
        .evalDecisionDetails(one.crossAccount() ? one.details() : null)
        .permissionsBoundaryDecisionDetail(
            one.boundary() == null ? null : new PermissionsBoundaryDecisionDetail(one.boundary()))
        .build();
  }

  private Evaluated evaluate(String action, String arn) {
    var owner = owner(arn);
    var scps = setting.serviceControl();
    var explanation =
        PolicyEvaluator.explain(
            new AuthorizationRequest(
                setting.requester(), action, arn, owner, setting.context().context()),
            PolicySet.builder()
                .identity(identity)
                .permissionsBoundary(boundary)
                .serviceControl(scps == null ? List.of() : scps)
                .resource(resource)
                .resourcePolicyMustAllow(resource != null && mustAllow(action))
                .build());
    return new Evaluated(
        arn,
        explanation.decision().outcome(),
        matched(explanation),
        explanation.missing(),
        allows(explanation, PolicyType.SERVICE_CONTROL),
        boundary == null ? null : allows(explanation, PolicyType.PERMISSIONS_BOUNDARY),
        owner != null && !owner.equals(setting.requester().accountId()),
        details(explanation));
  }

  /** Trust policies and key policies have to allow by themselves. */
  private boolean mustAllow(String action) {
    var policy = setting.resourcePolicy();
    return (policy != null && policy.type() == PolicyType.ROLE_TRUST) || action.startsWith("kms:");
  }

  private @Nullable String owner(String arn) {
    var account = Arn.tryParse(arn).map(Arn::account).orElse("");
    return AccountId.isValid(account) ? account : setting.owner();
  }

  /**
   * The statements that decided in the policies of a type: those that deny where some do, else
   * those that allow. AWS shows them for each type by itself, and of a boundary what it denies.
   */
  private List<Statement> matched(Explanation explanation) {
    var statements = new LinkedHashSet<Statement>();
    for (var step : explanation.steps()) {
      var effect = step.outcome() == Outcome.EXPLICIT_DENY ? Effect.DENY : Effect.ALLOW;
      if (step.type() == PolicyType.SERVICE_CONTROL
          || (step.type() == PolicyType.PERMISSIONS_BOUNDARY && effect == Effect.ALLOW)) {
        continue;
      }
      for (var match : step.matched()) {
        var policy = byId.get(step.type() + " " + match.source().name());
        if (match.statement().effect() == effect && policy != null) {
          statements.add(policy.shown(match.statement()));
        }
      }
    }
    return List.copyOf(statements);
  }

  private static boolean allows(Explanation explanation, PolicyType type) {
    return explanation.steps().stream()
        .filter(step -> step.type() == type)
        .allMatch(step -> step.outcome() == Outcome.ALLOW);
  }

  /** What each side says, for access across accounts. */
  private static Map<String, String> details(Explanation explanation) {
    return Map.of(
        "IAM Policy", side(explanation, PolicyType.IDENTITY_BASED),
        "Resource Policy", side(explanation, PolicyType.RESOURCE_BASED));
  }

  private static String side(Explanation explanation, PolicyType type) {
    return decision(
        explanation.steps().stream()
            .filter(
                step ->
                    step.type() == type
                        || (type == PolicyType.RESOURCE_BASED
                            && step.type() == PolicyType.ROLE_TRUST))
            .map(Explanation.Step::outcome)
            .findFirst()
            .orElse(Outcome.IMPLICIT_DENY));
  }
}
