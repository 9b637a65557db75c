package dev.bulwark.access;

import dev.bulwark.base.Region;
import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Decision;
import dev.bulwark.policy.Explanation;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicySet;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Requester;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.ServiceInfo;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an authenticated request may do what it asks for. Thread-safe; one for the whole
 * installation.
 */
public final class Authorizer {
  private final PolicySource policies;
  private final Clock clock;
  private final String defaultRegion;
  private final @Nullable AuthorizationMessages messages;

  /**
   * An authorizer.
   *
   * @param defaultRegion {@code aws:RequestedRegion} of unsigned requests
   */
  public Authorizer(PolicySource policies, Clock clock, String defaultRegion) {
    this(policies, clock, defaultRegion, null);
  }

  /**
   * An authorizer whose denials carry the whole story, encoded, where services of AWS do that.
   *
   * @param messages null for denials without
   */
  public Authorizer(
      PolicySource policies,
      Clock clock,
      String defaultRegion,
      @Nullable AuthorizationMessages messages) {
    this.policies = policies;
    this.clock = clock;
    this.defaultRegion = defaultRegion;
    this.messages = messages;
  }

  /**
   * Lets the request pass, or not.
   *
   * @throws ApiException AWS's AccessDenied, in the service's form
   */
  public void authorize(
      Authentication authentication, ServiceInfo service, AuthorizationTarget target) {
    authorize(authentication, service, target, null);
  }

  /**
   * Lets the request pass, or not, and notes why.
   *
   * @param log null where nobody will ask
   * @throws ApiException AWS's AccessDenied, in the service's form
   */
  public void authorize(
      Authentication authentication,
      ServiceInfo service,
      AuthorizationTarget target,
      @Nullable DecisionLog log) {
    var question = question(authentication, service, target);
    var decision = PolicyEvaluator.evaluate(question.request(), question.policies());
    if (log != null) {
      log.add(target, question.request(), question.policies(), question.observed(), decision);
    }
    if (!decision.allowed()) {
      throw DenialMessages.of(
          authentication.principal(),
          service,
          target,
          decision,
          isWithin(authentication.principal(), target.resourceAccount()),
          () -> messages == null ? null : messages.encode(question.facts(), decision));
    }
  }

  /** The same, with the target in its parts. */
  public void authorize(
      Authentication authentication,
      ServiceInfo service,
      String action,
      String resourceArn,
      @Nullable String resourceAccount,
      @Nullable Policy resourcePolicy,
      boolean resourcePolicyMustAllow,
      Map<String, String> resourceTags,
      Context keys) {
    authorize(
        authentication,
        service,
        new AuthorizationTarget(
            action,
            resourceArn,
            resourceAccount,
            resourcePolicy,
            resourcePolicyMustAllow,
            resourceTags,
            keys));
  }

  /** The decision, with what it rests on. */
  public Decision decide(
      Authentication authentication, ServiceInfo service, AuthorizationTarget target) {
    var question = question(authentication, service, target);
    return PolicyEvaluator.evaluate(question.request(), question.policies());
  }

  /** The decision, with every step of it. */
  public Explanation explain(
      Authentication authentication, ServiceInfo service, AuthorizationTarget target) {
    var question = question(authentication, service, target);
    return PolicyEvaluator.explain(question.request(), question.policies());
  }

  /** What the engine is asked, and what is known of the request. */
  private record Question(
      AuthorizationRequest request,
      PolicySet policies,
      RequestFacts facts,
      DecisionLog.Observed observed) {}

  private Question question(
      Authentication authentication, ServiceInfo service, AuthorizationTarget target) {
    var principal = authentication.principal();
    var found =
        principal instanceof Principal.Anonymous
            ? PrincipalPolicies.NONE
            : policies.find(principal);
    var facts =
        new RequestFacts(
            authentication,
            target,
            found.tags(),
            region(authentication, service),
            clock.instant(),
            policies);
    var observed = new DecisionLog.Observed(facts);
    var resourcePolicy = target.resourcePolicy();
    var set =
        PolicySet.builder()
            .identity(found.identity())
            .permissionsBoundary(found.boundary())
            .session(found.session())
            .serviceControl(found.serviceControl())
            .resourceControl(resourceControl(principal, target))
            .grants(target.grants())
            .resource(
                resourcePolicy == null
                    ? null
                    : resourcePolicy.alone(resourcePolicyType(target.action())))
            .resourcePolicyMustAllow(target.resourcePolicyMustAllow())
            .build();
    return new Question(
        new AuthorizationRequest(
            requester(principal),
            target.action(),
            target.resourceArn(),
            target.resourceAccount(),
            Context.of(observed)),
        set,
        facts,
        observed);
  }

  /** RCPs bind whoever asks, anonymous callers and those of other accounts included. */
  private List<PolicyBundle> resourceControl(Principal principal, AuthorizationTarget target) {
    var owner = target.resourceAccount();
    if (owner == null && !(principal instanceof Principal.Anonymous)) {
      owner = principal.accountId();
    }
    var found = owner == null ? List.<PolicyBundle>of() : policies.resourceControl(owner);
    return found.isEmpty() || ResourceControl.covers(target.action()) ? found : List.of();
  }

  /** Whether caller and resource are of one account or of one organization. */
  private boolean isWithin(Principal principal, @Nullable String owner) {
    if (principal instanceof Principal.Anonymous) {
      return false;
    }
    if (owner == null || owner.equals(principal.accountId())) {
      return true;
    }
    var theirs = policies.place(owner);
    var ours = policies.place(principal.accountId());
    return theirs != null && ours != null && theirs.organizationId().equals(ours.organizationId());
  }

  /**
   * Services with one endpoint are asked in us-east-1, wherever clients sign for; STS has endpoints
   * in all Regions, too.
   */
  private String region(Authentication authentication, ServiceInfo service) {
    if (service.globalService() && !service.id().equals("sts")) {
      return Region.US_EAST_1.name();
    }
    var signed = authentication.region();
    return signed == null ? defaultRegion : signed;
  }

  /** Policies of resources of STS are trust policies. */
  private static PolicyType resourcePolicyType(String action) {
    return action.startsWith("sts:") ? PolicyType.ROLE_TRUST : PolicyType.RESOURCE_BASED;
  }

  /** The principal as the policy engine knows it. */
  public static Requester requester(Principal principal) {
    return switch (principal) {
      case Principal.AccountRoot root -> new Requester.AccountRoot(root.accountId());
      case Principal.IamUser user ->
          new Requester.IamUser(user.accountId(), user.arn(), user.userId());
      case Principal.AssumedRole role ->
          new Requester.RoleSession(
              role.accountId(),
              role.roleArn(),
              role.arn(),
              role.roleId(),
              role.rolePath().startsWith("/aws-service-role/"));
      case Principal.FederatedUser federated -> {
        var issuer = federated.issuer() instanceof Principal.IamUser user ? user : null;
        yield new Requester.FederatedUser(
            federated.accountId(),
            federated.arn(),
            issuer == null ? null : issuer.arn(),
            issuer == null ? null : issuer.userId());
      }
      case Principal.ServicePrincipal service -> new Requester.ServicePrincipal(service.service());
      case Principal.FederatedIdentity identity -> new Requester.WebIdentity(identity.provider());
      case Principal.Anonymous anonymous -> new Requester.Anonymous();
    };
  }
}
