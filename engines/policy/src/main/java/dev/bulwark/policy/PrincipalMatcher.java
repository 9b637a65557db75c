package dev.bulwark.policy;

import dev.bulwark.policy.Principals.Principal;
import dev.bulwark.policy.Requester.AccountRoot;
import dev.bulwark.policy.Requester.Anonymous;
import dev.bulwark.policy.Requester.FederatedUser;
import dev.bulwark.policy.Requester.IamUser;
import dev.bulwark.policy.Requester.RoleSession;
import dev.bulwark.policy.Requester.ServicePrincipal;
import dev.bulwark.policy.Requester.WebIdentity;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Principal element, compiled.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html">Principal</a>
 */
final class PrincipalMatcher {
  /** For policies without principals, which are about whoever they are attached to. */
  private static final PrincipalMatcher ABSENT =
      new PrincipalMatcher(Effect.ALLOW, false, true, false, Set.of(), Set.of());

  private static final String CANONICAL_USER_KEY =
      Context.CANONICAL_USER_ID.toLowerCase(Locale.ROOT);

  private final Effect effect;
  private final boolean negated;
  private final boolean everyone;

  /**
   * Whether everyone leaves out those who cannot be trusted by a star: services and web identities.
   */
  private final boolean iamOnly;

  /** Accounts. */
  private final Set<String> accounts;

  /** ARNs, unique ids, services, providers and canonical users; their forms do not overlap. */
  private final Set<String> names;

  /** Whether unique ids of role sessions are among the names. */
  private final boolean sessionIds;

  private PrincipalMatcher(
      Effect effect,
      boolean negated,
      boolean everyone,
      boolean iamOnly,
      Set<String> accounts,
      Set<String> names) {
    this.effect = effect;
    this.negated = negated;
    this.everyone = everyone;
    this.iamOnly = iamOnly;
    this.accounts = accounts;
    this.names = names;
    this.sessionIds =
        names.stream().anyMatch(name -> name.startsWith("AROA") && name.indexOf(':') > 0);
  }

  static PrincipalMatcher of(@Nullable Principals principals, Effect effect, PolicyKind kind) {
    if (principals == null) {
      return ABSENT;
    }
    boolean everyone = false;
    Set<String> accounts = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (var principal : principals.values()) {
      switch (principal) {
        case Principal.Everyone() -> everyone = true;
        case Principal.Account(var id) -> accounts.add(id);
        case Principal.Arn(var arn) -> names.add(arn);
        case Principal.UniqueId(var id) -> names.add(id);
        case Principal.Service(var name) -> names.add(name);
        case Principal.Federated(var provider) -> names.add(provider);
        case Principal.CanonicalUser(var id) -> names.add(id);
      }
    }
    boolean iamOnly = kind == PolicyKind.TRUST && effect == Effect.ALLOW;
    return new PrincipalMatcher(
        effect, principals.negated(), everyone, iamOnly, Set.copyOf(accounts), Set.copyOf(names));
  }

  Reach reach(Query query) {
    if (this == ABSENT) {
      return Reach.DIRECT;
    }
    var request = query.request();
    var requester = request.requester();
    if (negated) {
      return !alwaysOut(query) && isWhollyListed(requester, request.context())
          ? Reach.NONE
          : Reach.DIRECT;
    }
    if (everyone && !(iamOnly && isOutsideIam(requester))) {
      return Reach.DIRECT;
    }
    var reach =
        switch (requester) {
          case AccountRoot root -> Reach.NONE;
          case IamUser user ->
              names.contains(user.arn()) || names.contains(user.userId())
                  ? Reach.DIRECT
                  : Reach.NONE;
          case RoleSession session ->
              listsSession(session)
                  ? Reach.DIRECT
                  : names.contains(session.roleArn()) || names.contains(session.roleId())
                      ? Reach.ISSUER
                      : Reach.NONE;
          case FederatedUser user ->
              names.contains(user.arn())
                  ? Reach.DIRECT
                  : listsIssuer(user) ? Reach.ISSUER : Reach.NONE;
          case WebIdentity identity ->
              names.contains(identity.provider()) ? Reach.DIRECT : Reach.NONE;
          case ServicePrincipal service ->
              names.contains(service.name()) ? Reach.DIRECT : Reach.NONE;
          case Anonymous() -> Reach.NONE;
        };
    return reach == Reach.NONE && listsAccount(requester, request.context())
        ? Reach.ACCOUNT
        : reach;
  }

  /**
   * A Deny with NotPrincipal always covers IAM principals with a permissions boundary, whatever it
   * lists.
   */
  private boolean alwaysOut(Query query) {
    return query.bounded() && effect == Effect.DENY;
  }

  /**
   * Whether NotPrincipal leaves the requester out. AWS compares every principal that a requester
   * is: a role session is left out only where its account, its role and the session are all listed.
   */
  private boolean isWhollyListed(Requester requester, Context context) {
    if (everyone) {
      return true;
    }
    return switch (requester) {
      case AccountRoot root -> listsAccount(root, context);
      case IamUser user ->
          listsAccount(user, context)
              && (names.contains(user.arn()) || names.contains(user.userId()));
      case RoleSession session ->
          listsAccount(session, context)
              && (names.contains(session.roleArn()) || names.contains(session.roleId()))
              && listsSession(session);
      case FederatedUser user -> listsAccount(user, context) && names.contains(user.arn());
      case WebIdentity identity -> names.contains(identity.provider());
      case ServicePrincipal service -> names.contains(service.name());
      case Anonymous() -> false;
    };
  }

  private boolean listsSession(RoleSession session) {
    return names.contains(session.sessionArn())
        || (sessionIds && names.contains(session.sessionId()));
  }

  private boolean listsIssuer(FederatedUser user) {
    return (user.issuerArn() != null && names.contains(user.issuerArn()))
        || (user.issuerId() != null && names.contains(user.issuerId()));
  }

  private boolean listsAccount(Requester requester, Context context) {
    if (!accounts.isEmpty() && accounts.contains(requester.accountId())) {
      return true;
    }
    if (names.isEmpty() || requester.accountId().isEmpty()) {
      return false;
    }
    var canonical = context.lookup(CANONICAL_USER_KEY);
    return canonical != null && canonical.values().stream().anyMatch(names::contains);
  }

  private static boolean isOutsideIam(Requester requester) {
    return switch (requester) {
      case AccountRoot root -> false;
      case IamUser user -> false;
      case RoleSession session -> false;
      case FederatedUser user -> false;
      case WebIdentity identity -> true;
      case ServicePrincipal service -> true;
      case Anonymous() -> true;
    };
  }
}
