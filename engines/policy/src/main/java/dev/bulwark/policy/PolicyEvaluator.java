package dev.bulwark.policy;

import dev.bulwark.policy.Decision.Outcome;
import dev.bulwark.policy.Explanation.Step;
import dev.bulwark.policy.Requester.AccountRoot;
import dev.bulwark.policy.Requester.Anonymous;
import dev.bulwark.policy.Requester.FederatedUser;
import dev.bulwark.policy.Requester.IamUser;
import dev.bulwark.policy.Requester.RoleSession;
import dev.bulwark.policy.Requester.ServicePrincipal;
import dev.bulwark.policy.Requester.WebIdentity;
import dev.bulwark.policy.StatementIndex.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * AWS's evaluation logic. Pure functions.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">Policy
 *     evaluation logic</a>
 */
public final class PolicyEvaluator {
  private final AuthorizationRequest request;
  private final PolicySet policies;
  private final Query query;
  private final Requester requester;
  private final boolean bySlr;
  private final boolean hasAccount;

  private PolicyEvaluator(AuthorizationRequest request, PolicySet policies) {
    this.request = request;
    this.policies = policies;
    this.requester = request.requester();
    this.query = Query.of(request, boundary() != null);
    this.bySlr = requester instanceof RoleSession session && session.serviceLinked();
    this.hasAccount =
        switch (requester) {
          case AccountRoot root -> true;
          case IamUser user -> true;
          case RoleSession session -> true;
          case FederatedUser user -> true;
          case WebIdentity identity -> false;
          case ServicePrincipal service -> false;
          case Anonymous() -> false;
        };
  }

  /** Decides a request. */
  public static Decision evaluate(AuthorizationRequest request, PolicySet policies) {
    return new PolicyEvaluator(request, policies).decide();
  }

  /**
   * Decides a request as {@link #evaluate} does, and tells what every layer of policies says about
   * it.
   */
  public static Explanation explain(AuthorizationRequest request, PolicySet policies) {
    var evaluator = new PolicyEvaluator(request, policies);
    return new Explanation(evaluator.decide(), evaluator.steps());
  }

  /**
   * Of each layer that does not allow a request the statements that come near to it, the nearest
   * first.
   *
   * @param most of a layer
   */
  public static List<NearMiss> nearMisses(
      AuthorizationRequest request, PolicySet policies, int most) {
    var evaluator = new PolicyEvaluator(request, policies);
    List<NearMiss> found = new ArrayList<>();
    for (var layer : evaluator.layers()) {
      if (layer.bundle().allowing(evaluator.query) == null) {
        layer.bundle().nearMisses(layer.type(), layer.level(), evaluator.query).stream()
            .sorted(Comparator.comparingInt(NearMiss::distance))
            .limit(most)
            .forEach(found::add);
      }
    }
    return List.copyOf(found);
  }

  private Decision decide() {
    var denying = explicitDeny();
    if (denying != null) {
      return decided(Outcome.EXPLICIT_DENY, denying);
    }
    for (var level : resourceControl()) {
      if (level.allowing(query) == null) {
        return implicitDeny(PolicyType.RESOURCE_CONTROL);
      }
    }
    for (var level : serviceControl()) {
      if (level.allowing(query) == null) {
        return implicitDeny(PolicyType.SERVICE_CONTROL);
      }
    }
    if (policies.vpcEndpoint != null && policies.vpcEndpoint.allowing(query) == null) {
      return implicitDeny(PolicyType.VPC_ENDPOINT);
    }
    var granted = granted();
    if (granted != null) {
      return granted;
    }
    if (!hasAccount) {
      var granting = grantOfResource(Reach.ACCOUNT);
      return granting == null ? implicitDeny(resourceType()) : decided(Outcome.ALLOW, granting);
    }
    return isSameAccount() ? withinAccount() : acrossAccounts();
  }

  private @Nullable Entry explicitDeny() {
    for (var level : resourceControl()) {
      var entry = level.denying(query);
      if (entry != null) {
        return entry;
      }
    }
    for (var level : serviceControl()) {
      var entry = level.denying(query);
      if (entry != null) {
        return entry;
      }
    }
    var entry = denying(policies.vpcEndpoint);
    if (entry == null) {
      entry = denying(policies.resource);
    }
    if (entry == null && hasAccount) {
      entry = denying(identity());
      if (entry == null) {
        entry = denying(boundary());
      }
      if (entry == null) {
        entry = denying(policies.session);
      }
    }
    return entry;
  }

  private @Nullable Entry denying(@Nullable PolicyBundle bundle) {
    return bundle == null ? null : bundle.denying(query);
  }

  /**
   * What a grant settles by itself: one to the requester, or to the role or user that its session
   * comes from; in the latter case a boundary and session policies limit it, as they limit a
   * resource's policy that names that role.
   */
  private @Nullable Decision granted() {
    boolean limited = false;
    for (var grant : policies.grants) {
      var reach = grant.reach(query);
      if (reach.compareTo(Reach.ISSUER) >= 0) {
        boolean binding = reach == Reach.ISSUER && implicitLimit() != null;
        if (!binding && speaksForRequester(grant)) {
          return new Decision(
              Outcome.ALLOW,
              request.action(),
              resourceType(),
              new PolicySource(grant.name(), resourceType()),
              null);
        }
        limited |= binding;
      }
    }
    var limit = limited && grantOfResource(Reach.DIRECT) == null ? implicitLimit() : null;
    return limit == null ? null : implicitDeny(limit);
  }

  /** Whether a grant stands for what the requester's own account would have to allow. */
  private boolean speaksForRequester(Grant grant) {
    return !hasAccount || isSameAccount() || grant.issuer().equals(requester.accountId());
  }

  /**
   * The policy of the resource can grant by itself, and the more directly the fewer implicit denies
   * limit it.
   */
  private Decision withinAccount() {
    var direct = grantOfResource(Reach.DIRECT);
    if (direct != null) {
      return decided(Outcome.ALLOW, direct);
    }
    var granting = grantOfResource(Reach.ISSUER);
    if (granting == null
        && policies.resourcePolicyMustAllow
        && grantOfResource(Reach.ACCOUNT) == null
        && !isGranted()) {
      return implicitDeny(resourceType());
    }
    if (granting == null && !hasFullIdentity()) {
      granting = policies.identity.allowing(query);
      if (granting == null) {
        return implicitDeny(PolicyType.IDENTITY_BASED);
      }
    }
    var limit = implicitLimit();
    return limit == null ? allow(granting) : implicitDeny(limit);
  }

  /** Both sides must allow. */
  private Decision acrossAccounts() {
    Entry granting = null;
    if (!hasFullIdentity()) {
      granting = policies.identity.allowing(query);
      if (granting == null) {
        return implicitDeny(PolicyType.IDENTITY_BASED);
      }
    }
    var limit = implicitLimit();
    if (limit != null) {
      return implicitDeny(limit);
    }
    var shared = grantOfResource(Reach.ACCOUNT);
    return shared == null && !isGranted()
        ? implicitDeny(resourceType())
        : allow(granting == null ? shared : granting);
  }

  /**
   * Whether a grant stands for what the resource's policy would have to allow: also one to the
   * account as a whole, which leaves the rest to its policies.
   */
  private boolean isGranted() {
    for (var grant : policies.grants) {
      if (grant.reach(query) != Reach.NONE) {
        return true;
      }
    }
    return false;
  }

  /** The first of boundary and session policies that does not allow. */
  private @Nullable PolicyType implicitLimit() {
    var boundary = boundary();
    if (boundary != null && boundary.allowing(query) == null) {
      return PolicyType.PERMISSIONS_BOUNDARY;
    }
    var session = policies.session;
    boolean limited =
        session == null ? requester instanceof FederatedUser : session.allowing(query) == null;
    return limited ? PolicyType.SESSION : null;
  }

  private @Nullable Entry grantOfResource(Reach least) {
    return policies.resource == null ? null : policies.resource.allowing(query, least);
  }

  /**
   * The root user, and a federated session that it asked for, are not limited by identity-based
   * policies.
   */
  private boolean hasFullIdentity() {
    return requester instanceof AccountRoot
        || (requester instanceof FederatedUser user && user.issuerArn() == null);
  }

  private boolean isSameAccount() {
    var owner = request.resourceAccount();
    return owner == null || owner.equals(requester.accountId());
  }

  /**
   * SCPs bind every principal of a member account, its root user included, but no service-linked
   * role.
   */
  private List<PolicyBundle> serviceControl() {
    return hasAccount && !bySlr ? policies.serviceControl : List.of();
  }

  private List<PolicyBundle> resourceControl() {
    return bySlr ? List.of() : policies.resourceControl;
  }

  private PolicyBundle identity() {
    return requester instanceof AccountRoot ? PolicyBundle.EMPTY : policies.identity;
  }

  private @Nullable PolicyBundle boundary() {
    return requester instanceof AccountRoot ? null : policies.boundary;
  }

  private PolicyType resourceType() {
    var bundle = policies.resource;
    return bundle == null || bundle.policies().isEmpty()
        ? PolicyType.RESOURCE_BASED
        : bundle.policies().getFirst().source().type();
  }

  private Decision allow(@Nullable Entry entry) {
    return entry == null
        ? new Decision(Outcome.ALLOW, request.action(), null, null, null)
        : decided(Outcome.ALLOW, entry);
  }

  private Decision decided(Outcome outcome, Entry entry) {
    return new Decision(
        outcome, request.action(), entry.source().type(), entry.source(), entry.statement().source);
  }

  private Decision implicitDeny(PolicyType type) {
    return new Decision(Outcome.IMPLICIT_DENY, request.action(), type, null, null);
  }

  private List<Step> steps() {
    return layers().stream()
        .map(layer -> step(layer.type(), layer.level(), layer.bundle()))
        .toList();
  }

  /** Policies of one type and level that bear on the request. */
  private record Layer(PolicyType type, int level, PolicyBundle bundle) {}

  private List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    addLevels(layers, PolicyType.RESOURCE_CONTROL, resourceControl());
    addLevels(layers, PolicyType.SERVICE_CONTROL, serviceControl());
    add(layers, PolicyType.VPC_ENDPOINT, policies.vpcEndpoint);
    add(layers, resourceType(), policies.resource);
    if (hasAccount) {
      if (!hasFullIdentity()) {
        add(layers, PolicyType.IDENTITY_BASED, identity());
      }
      add(layers, PolicyType.PERMISSIONS_BOUNDARY, boundary());
      boolean mustHaveSession = requester instanceof FederatedUser && policies.session == null;
      add(layers, PolicyType.SESSION, mustHaveSession ? PolicyBundle.EMPTY : policies.session);
    }
    return layers;
  }

  private static void addLevels(List<Layer> layers, PolicyType type, List<PolicyBundle> levels) {
    for (int level = 0; level < levels.size(); level++) {
      layers.add(new Layer(type, level, levels.get(level)));
    }
  }

  private static void add(List<Layer> layers, PolicyType type, @Nullable PolicyBundle bundle) {
    if (bundle != null) {
      layers.add(new Layer(type, 0, bundle));
    }
  }

  private Step step(PolicyType type, int level, PolicyBundle bundle) {
    var matches = bundle.matches(query);
    var outcome = Outcome.IMPLICIT_DENY;
    for (var match : matches) {
      if (match.statement().effect() == Effect.DENY) {
        outcome = Outcome.EXPLICIT_DENY;
        break;
      }
      outcome = Outcome.ALLOW;
    }
    return new Step(type, level, outcome, List.copyOf(matches), bundle.missingKeys(query));
  }
}
