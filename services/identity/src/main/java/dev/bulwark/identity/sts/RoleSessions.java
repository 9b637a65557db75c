package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.AssumeRoleResponse;
import dev.bulwark.api.sts.AssumedRoleUser;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.RoleRecord;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.StoreCache;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions of roles: AssumeRole. */
final class RoleSessions {
  private static final System.Logger LOG = System.getLogger(RoleSessions.class.getName());
  private static final int MOST_ROLES = 10_000;
  private static final int DEFAULT_DURATION = 3600;
  private static final int CHAINED_DURATION = 3600;

  /** Trusts nobody: no role has such an id. */
  private static final Policy NOBODY =
      parse(
          """
          {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Principal": {"AWS": "AROAAAAAAAAAAAAAAAAAA"}, "Action": "sts:AssumeRole"}}""");

  /** A role with its trust policy, compiled. */
  private record Trusting(RoleRecord role, Policy trust) {}

  private final SessionTokens tokens;
  private final IamPolicies policies;
  private final StoreCache<Trusting> roles;

  RoleSessions(SessionTokens tokens, IamTables tables, IamPolicies policies) {
    this.tokens = tokens;
    this.policies = policies;
    this.roles =
        tables.roles().cached(MOST_ROLES, role -> new Trusting(role, parse(role.trustPolicy())));
  }

  private static Policy parse(String document) {
    try {
      return Policy.parse(document, PolicyKind.TRUST);
    } catch (PolicyException e) {
      LOG.log(System.Logger.Level.ERROR, "A stored trust policy cannot be compiled", e);
      return NOBODY;
    }
  }

  /**
   * What assuming that role takes: the role's trust policy has to allow, and where it does not name
   * the caller itself, or is of another account, the caller's own policies too. A role that does
   * not exist is one that trusts nobody, so that the answer does not tell which roles there are.
   */
  List<Permission> permissions(AssumeRoleRequest in, Call call) {
    var caller = call.principal();
    if (caller instanceof Principal.AccountRoot) {
      throw StsErrors.rootMayNotAssumeRoles();
    }
    var arn = roleArn(in.roleArn());
    call.concerns("AWS::IAM::Role", in.roleArn());
    if (caller instanceof Principal.FederatedUser) {
      throw StsErrors.notAuthorized(caller.arn(), "sts:AssumeRole", in.roleArn());
    }
    if (in.serialNumber() != null || in.tokenCode() != null) {
      throw StsErrors.mfaFailed();
    }
    var session = caller.session();
    var sourceIdentity = sourceIdentity(in, session);
    var tags = SessionTags.of(in.tags(), in.transitiveTagKeys(), session);
    var found = find(in.roleArn(), arn);
    var resource =
        Resource.of(in.roleArn())
            .ownedBy(arn.account())
            .withDecisivePolicy(found == null ? NOBODY : found.trust());
    if (found != null) {
      resource = resource.withTags(found.role().tags());
    }
    var keys = keys(in, sourceIdentity, tags, found);
    var permissions = new ArrayList<Permission>(3);
    permissions.add(new Permission("sts:AssumeRole", resource, keys));
    if (tags.any()) {
      permissions.add(new Permission("sts:TagSession", resource, keys));
    }
    if (sourceIdentity != null) {
      permissions.add(new Permission("sts:SetSourceIdentity", resource, keys));
    }
    return permissions;
  }

  private static Context keys(
      AssumeRoleRequest in,
      @Nullable String sourceIdentity,
      SessionTags tags,
      @Nullable Trusting found) {
    var keys =
        Context.builder()
            .put("sts:RoleSessionName", in.roleSessionName())
            .put("sts:ExternalId", in.externalId())
            .put("sts:SourceIdentity", sourceIdentity);
    tags.describe(keys);
    if (found != null) {
      found.role().tags().forEach((key, value) -> keys.put("iam:ResourceTag/" + key, value));
    }
    return keys.build();
  }

  AssumeRoleResponse assume(AssumeRoleRequest in, Call call) {
    var caller = call.principal();
    var found = find(in.roleArn(), roleArn(in.roleArn()));
    if (found == null) {
      // Authorization found it, so it was deleted in between.
      throw StsErrors.notAuthorized(caller.arn(), "sts:AssumeRole", in.roleArn());
    }
    var role = found.role();
    if (in.providedContexts() != null && !in.providedContexts().isEmpty()) {
      throw StsErrors.providedContexts();
    }
    var callersSession = caller.session();
    var duration = duration(in, callersSession != null, role);
    var tags = SessionTags.of(in.tags(), in.transitiveTagKeys(), callersSession);
    var sourceIdentity = sourceIdentity(in, callersSession);
    var limits =
        SessionPolicies.of(
            in.policy(),
            in.policyArns(),
            arn -> policies.managedPolicyExists(role.accountId(), arn));
    var packedSize = limits.packedSize(tags.all());
    var context =
        SessionContext.of(call.time().truncatedTo(ChronoUnit.SECONDS))
            .withIssuer(caller.arn())
            .withSourceIdentity(sourceIdentity)
            .withTags(tags.all(), tags.transitive())
            .withPolicies(limits.inline(), limits.managed());
    var subject = new Subject.Role(role.accountId(), role.id(), in.roleSessionName());
    var credentials = tokens.issue(subject, context, duration);
    var principal =
        Principal.AssumedRole.of(
            role.accountId(), role.name(), role.path(), role.id(), in.roleSessionName(), context);
    return new AssumeRoleResponse(
        credentials,
        new AssumedRoleUser(principal.userId(), principal.arn()),
        packedSize,
        sourceIdentity);
  }

  private static Duration duration(AssumeRoleRequest in, boolean chained, RoleRecord role) {
    var asked = in.durationSeconds();
    if (asked == null) {
      return Duration.ofSeconds(DEFAULT_DURATION);
    }
    if (chained && asked > CHAINED_DURATION) {
      throw StsErrors.beyondChainingLimit();
    }
    if (asked > role.maxSessionDuration()) {
      throw StsErrors.beyondMaxSessionDuration();
    }
    return Duration.ofSeconds(asked);
  }

  /** Once set, a source identity stays for the whole chain. */
  private static @Nullable String sourceIdentity(
      AssumeRoleRequest in, @Nullable SessionContext session) {
    var set = session == null ? null : session.sourceIdentity();
    if (set == null) {
      return in.sourceIdentity();
    }
    if (in.sourceIdentity() != null && !in.sourceIdentity().equals(set)) {
      throw StsErrors.sourceIdentityIsSet();
    }
    return set;
  }

  private static Arn roleArn(String text) {
    var arn = Arn.tryParse(text).orElseThrow(() -> StsErrors.invalidArn(text));
    if (!arn.partition().equals("aws")
        || !arn.service().equals("iam")
        || !arn.region().isEmpty()
        || !AccountId.isValid(arn.account())) {
      throw StsErrors.invalidRequestArn();
    }
    return arn;
  }

  private @Nullable Trusting find(String text, Arn arn) {
    if (!arn.resourceType().equals("role") || arn.resourceName().isEmpty()) {
      return null;
    }
    var found = roles.get(IamTables.key(arn.account(), arn.resourceName()));
    return found != null && found.role().arn().equals(text) ? found : null;
  }
}
