package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.AssumeRoleResponse;
import dev.bulwark.api.sts.AssumedRoleUser;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.iam.RoleRecord;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sessions of roles: AssumeRole. */
final class RoleSessions {
  private static final int DEFAULT_DURATION = 3600;
  private static final int CHAINED_DURATION = 3600;

  private final SessionTokens tokens;
  private final IamPolicies policies;
  private final TrustedRoles roles;
  private final TokenCodes codes;

  RoleSessions(SessionTokens tokens, TrustedRoles roles, IamPolicies policies, TokenCodes codes) {
    this.tokens = tokens;
    this.policies = policies;
    this.roles = roles;
    this.codes = codes;
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
    TrustedRoles.arn(in.roleArn());
    call.concerns("AWS::IAM::Role", in.roleArn());
    if (caller instanceof Principal.FederatedUser) {
      throw StsErrors.notAuthorized(caller.arn(), "sts:AssumeRole", in.roleArn());
    }
    var withMfa = codes.take(call, in.serialNumber(), in.tokenCode());
    var session = caller.session();
    var sourceIdentity = sourceIdentity(in, session);
    var tags = SessionTags.of(in.tags(), in.transitiveTagKeys(), session);
    var found = roles.find(in.roleArn());
    var resource = TrustedRoles.resource(in.roleArn(), found);
    var keys = keys(in, sourceIdentity, tags, found, withMfa);
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
      TrustedRoles.@Nullable Trusting found,
      boolean withMfa) {
    var keys =
        Context.builder()
            .put("sts:RoleSessionName", in.roleSessionName())
            .put("sts:ExternalId", in.externalId())
            .put("sts:SourceIdentity", sourceIdentity);
    tags.describe(keys);
    TrustedRoles.describe(keys, found);
    if (withMfa) {
      keys.put("aws:MultiFactorAuthPresent", "true").put("aws:MultiFactorAuthAge", "0");
    }
    return keys.build();
  }

  AssumeRoleResponse assume(AssumeRoleRequest in, Call call) {
    var caller = call.principal();
    var found = roles.find(in.roleArn());
    if (found == null) {
      // Authorization found it, so it was deleted in between.
      throw StsErrors.notAuthorized(caller.arn(), "sts:AssumeRole", in.roleArn());
    }
    var role = found.role();
    if (in.providedContexts() != null && !in.providedContexts().isEmpty()) {
      throw StsErrors.providedContexts();
    }
    var callersSession = caller.session();
    var duration = duration(in, caller, role);
    var tags = SessionTags.of(in.tags(), in.transitiveTagKeys(), callersSession);
    var sourceIdentity = sourceIdentity(in, callersSession);
    var limits =
        SessionPolicies.of(
            in.policy(),
            in.policyArns(),
            arn -> policies.managedPolicyExists(role.accountId(), arn));
    var packedSize = limits.packedSize(tags.all());
    var now = call.time().truncatedTo(ChronoUnit.SECONDS);
    var plain = SessionContext.of(now);
    // Authorization took the code: who comes here with one has given the right one.
    var context =
        (in.tokenCode() == null ? plain : plain.withMfa(now))
            .withIssuer(caller.arn())
            .withSourceIdentity(sourceIdentity)
            .withTags(tags.all(), tags.transitive())
            .withPolicies(limits.inline(), limits.managed());
    var subject = new Subject.Role(role.accountId(), role.id(), in.roleSessionName());
    var credentials = tokens.issue(subject, context, duration);
    call.sharedWith(role.accountId());
    var principal =
        Principal.AssumedRole.of(
            role.accountId(), role.name(), role.path(), role.id(), in.roleSessionName(), context);
    return new AssumeRoleResponse(
        credentials,
        new AssumedRoleUser(principal.userId(), principal.arn()),
        packedSize,
        sourceIdentity);
  }

  private static Duration duration(AssumeRoleRequest in, Principal caller, RoleRecord role) {
    var asked = in.durationSeconds();
    if (asked == null) {
      return Duration.ofSeconds(DEFAULT_DURATION);
    }
    if (caller instanceof Principal.AssumedRole && asked > CHAINED_DURATION) {
      throw StsErrors.beyondChainingLimit();
    }
    // A role's longest session binds no service of AWS.
    if (asked > role.maxSessionDuration() && !(caller instanceof Principal.ServicePrincipal)) {
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
}
