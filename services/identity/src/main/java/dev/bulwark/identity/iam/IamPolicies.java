package dev.bulwark.identity.iam;

import dev.bulwark.access.PolicySource;
import dev.bulwark.access.Principal;
import dev.bulwark.access.PrincipalPolicies;
import dev.bulwark.access.SessionContext;
import dev.bulwark.base.Arn;
import dev.bulwark.identity.iam.IamInventory.OwnPolicy;
import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policies of users, roles and their sessions. Answers from memory, and rightly from the moment
 * on in which a change was answered: any change of users, groups, roles or policies makes the next
 * question of each principal a look into the store, but no document is compiled a second time.
 */
public final class IamPolicies implements PolicySource {
  private static final int MOST_PRINCIPALS = 50_000;
  private static final int MOST_SESSION_POLICIES = 10_000;

  private final IamTables tables;
  private final PolicyCatalog catalog;
  private final CompiledPolicies compiled = new CompiledPolicies();
  private final StoreCache<PrincipalPolicies> principals;
  private final StoreCache<PolicyBundle> sessions;

  /** The policies that these tables hold, and AWS's own. */
  public IamPolicies(IamTables tables, AwsManagedPolicies awsPolicies) {
    this.tables = tables;
    this.catalog = new PolicyCatalog(tables, awsPolicies);
    this.principals =
        tables
            .store()
            .cache(
                MOST_PRINCIPALS,
                this::load,
                tables.users(),
                tables.groups(),
                tables.roles(),
                tables.policies());
    this.sessions =
        tables.store().cache(MOST_SESSION_POLICIES, this::loadSession, tables.policies());
  }

  @Override
  public PrincipalPolicies find(Principal principal) {
    return switch (principal) {
      case Principal.AccountRoot root ->
          root.assumed()
              ? withSession(PrincipalPolicies.NONE, session(root.accountId(), root.session()))
              : PrincipalPolicies.NONE;
      case Principal.ServicePrincipal service -> PrincipalPolicies.NONE;
      case Principal.FederatedIdentity identity -> PrincipalPolicies.NONE;
      case Principal.Anonymous anonymous -> PrincipalPolicies.NONE;
      case Principal.IamUser user -> own(user.accountId(), EntityKind.USER, user.userId());
      case Principal.AssumedRole role ->
          withSession(
              own(role.accountId(), EntityKind.ROLE, role.roleId()),
              session(role.accountId(), role.session()));
      case Principal.FederatedUser user -> {
        var session = session(user.accountId(), user.session());
        // Without a session policy GetFederationToken gives credentials that allow nothing by
        // themselves.
        yield withSession(find(user.issuer()), session == null ? PolicyBundle.EMPTY : session);
      }
    };
  }

  @Override
  public Map<String, String> roleTags(String roleArn) {
    return Arn.tryParse(roleArn)
        .map(arn -> IamTables.key(arn.account(), roleArn.substring(roleArn.lastIndexOf('/') + 1)))
        .map(tables.roles()::get)
        .filter(role -> role.arn().equals(roleArn))
        .map(RoleRecord::tags)
        .orElse(Map.of());
  }

  /** Whether an account can use a managed policy of that ARN: one of its own, or AWS's. */
  public boolean managedPolicyExists(String accountId, String policyArn) {
    return tables.store().read(tx -> catalog.exists(tx, accountId, policyArn));
  }

  /** The identity policies of a user, with those of its groups, or of a role. */
  PolicyBundle ofEntity(String accountId, String uniqueId) {
    var kind = uniqueId.startsWith("AROA") ? EntityKind.ROLE : EntityKind.USER;
    return own(accountId, kind, uniqueId).identity();
  }

  /** The policies that a user or role has by itself. */
  List<OwnPolicy> ownPolicies(ReadTx tx, String uniqueId) {
    return uniqueId.startsWith("AROA")
        ? tables.roleById(tx, uniqueId).map(role -> ownPolicies(tx, role)).orElse(List.of())
        : tables.userById(tx, uniqueId).map(user -> ownPolicies(tx, user)).orElse(List.of());
  }

  private List<OwnPolicy> ownPolicies(ReadTx tx, Entity entity) {
    var own = new ArrayList<OwnPolicy>();
    entity
        .inlinePolicies()
        .forEach(inline -> own.add(new OwnPolicy(inline.name(), inline.document(), null)));
    for (var arn : entity.attachedPolicies()) {
      var policy = catalog.find(tx, entity.accountId(), arn);
      if (policy != null) {
        own.add(new OwnPolicy(arn, policy.defaultVersion().document(), policy.updated()));
      }
    }
    return own;
  }

  private PrincipalPolicies own(String accountId, EntityKind kind, String id) {
    var found = principals.get(Key.of(kind.name(), accountId, id));
    return found == null ? PrincipalPolicies.NONE : found;
  }

  private static PrincipalPolicies withSession(
      PrincipalPolicies policies, @Nullable PolicyBundle session) {
    return session == null
        ? policies
        : new PrincipalPolicies(
            policies.identity(),
            policies.boundary(),
            session,
            policies.serviceControl(),
            policies.tags());
  }

  private @Nullable PolicyBundle session(String accountId, @Nullable SessionContext session) {
    if (session == null) {
      return null;
    }
    var inline = session.policy();
    if (inline == null && session.policyArns().isEmpty()) {
      return null;
    }
    return sessions.get(
        Key.of(accountId, String.join("\n", session.policyArns()), inline == null ? "" : inline));
  }

  private PolicyBundle loadSession(ReadTx tx, String key) {
    var parts = Key.split(key, 3);
    var attached = new ArrayList<AttachedPolicy>();
    for (var arn : parts.get(1).split("\n")) {
      if (!arn.isEmpty()) {
        addManaged(tx, attached, parts.get(0), arn, PolicyType.SESSION);
      }
    }
    if (!parts.get(2).isEmpty()) {
      add(attached, "session policy", parts.get(2), PolicyKind.SESSION, PolicyType.SESSION);
    }
    return compiled.bundle(attached);
  }

  private @Nullable PrincipalPolicies load(ReadTx tx, String key) {
    var parts = Key.split(key, 3);
    var accountId = parts.get(1);
    return switch (EntityKind.valueOf(parts.get(0))) {
      case USER ->
          tables
              .userById(tx, parts.get(2))
              .filter(user -> user.accountId().equals(accountId))
              .map(user -> ofUser(tx, user))
              .orElse(null);
      case ROLE ->
          tables
              .roleById(tx, parts.get(2))
              .filter(role -> role.accountId().equals(accountId))
              .map(role -> ofRole(tx, role))
              .orElse(null);
      case GROUP -> null;
    };
  }

  private PrincipalPolicies ofUser(ReadTx tx, UserRecord user) {
    var attached = new ArrayList<AttachedPolicy>();
    addAll(tx, attached, user);
    for (var groupId : user.groupIds()) {
      tables.groupById(tx, groupId).ifPresent(group -> addAll(tx, attached, group));
    }
    return policies(tx, attached, user, user.boundary(), user.tags());
  }

  private PrincipalPolicies ofRole(ReadTx tx, RoleRecord role) {
    var attached = new ArrayList<AttachedPolicy>();
    addAll(tx, attached, role);
    return policies(tx, attached, role, role.boundary(), role.tags());
  }

  private PrincipalPolicies policies(
      ReadTx tx,
      List<AttachedPolicy> attached,
      Entity entity,
      @Nullable String boundaryArn,
      Map<String, String> tags) {
    return new PrincipalPolicies(
        compiled.bundle(attached),
        boundaryArn == null ? null : boundary(tx, entity.accountId(), boundaryArn),
        null,
        List.of(),
        tags);
  }

  /** A boundary that cannot be found or read allows nothing. */
  private PolicyBundle boundary(ReadTx tx, String accountId, String arn) {
    var attached = new ArrayList<AttachedPolicy>(1);
    addManaged(tx, attached, accountId, arn, PolicyType.PERMISSIONS_BOUNDARY);
    return compiled.bundle(attached);
  }

  private void addAll(ReadTx tx, List<AttachedPolicy> attached, Entity entity) {
    for (var inline : entity.inlinePolicies()) {
      add(
          attached,
          inline.name(),
          inline.document(),
          PolicyKind.IDENTITY,
          PolicyType.IDENTITY_BASED);
    }
    for (var arn : entity.attachedPolicies()) {
      addManaged(tx, attached, entity.accountId(), arn, PolicyType.IDENTITY_BASED);
    }
  }

  private void addManaged(
      ReadTx tx, List<AttachedPolicy> attached, String accountId, String arn, PolicyType type) {
    if (catalog.awsPolicies().contains(arn)) {
      attached.add(compiled.compileAws(arn, catalog.awsPolicies()::document).attachedAs(arn, type));
      return;
    }
    var policy = catalog.customer(tx, accountId, arn);
    if (policy != null) {
      add(attached, arn, policy.defaultVersion().document(), PolicyKind.IDENTITY, type);
    }
  }

  private void add(
      List<AttachedPolicy> attached,
      String name,
      String document,
      PolicyKind kind,
      PolicyType type) {
    attached.add(compiled.compile(document, kind).attachedAs(name, type));
  }
}
