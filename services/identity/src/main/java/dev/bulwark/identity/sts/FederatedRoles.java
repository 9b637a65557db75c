package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.AssumedRoleUser;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.api.sts.PolicyDescriptorType;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of roles for those whom an identity provider vouches for. Their requests carry no
 * signature: the handler finds out who calls, and then demands what the role's trust policy has to
 * allow.
 */
final class FederatedRoles {
  private static final int DEFAULT_DURATION = 3600;

  private final SessionTokens tokens;
  private final TrustedRoles roles;
  private final IamPolicies policies;

  FederatedRoles(SessionTokens tokens, TrustedRoles roles, IamPolicies policies) {
    this.tokens = tokens;
    this.roles = roles;
    this.policies = policies;
  }

  /** What both operations ask for. */
  record Wish(
      String roleArn,
      @Nullable Integer durationSeconds,
      @Nullable String policy,
      @Nullable List<PolicyDescriptorType> policyArns) {}

  /** What both operations answer. */
  record Issued(Credentials credentials, AssumedRoleUser user, @Nullable Integer packedSize) {}

  Issued assume(Wish wish, FederatedIdentity identity, Call call) {
    var account = TrustedRoles.arn(wish.roleArn()).account();
    call.identify(identity.principal());
    call.inAccount(account);
    call.concerns("AWS::IAM::Role", wish.roleArn());
    var found = roles.find(wish.roleArn());
    requirePermissions(wish, identity, found, call);
    if (found == null) {
      throw StsErrors.notAuthorized(identity.action());
    }
    var role = found.role();
    var limits =
        SessionPolicies.of(
            wish.policy(),
            wish.policyArns(),
            arn -> policies.managedPolicyExists(role.accountId(), arn));
    var packedSize = limits.packedSize(identity.tags().all());
    var now = call.time().truncatedTo(ChronoUnit.SECONDS);
    var context =
        SessionContext.of(now)
            .withIssuer(identity.principal().provider())
            .withProvider(identity.principal().provider(), identity.sessionKeys())
            .withSourceIdentity(identity.sourceIdentity())
            .withTags(identity.tags().all(), identity.tags().transitive())
            .withPolicies(limits.inline(), limits.managed());
    var duration = duration(wish, role.maxSessionDuration());
    if (identity.until() != null) {
      var left = Duration.between(now, identity.until());
      duration = left.compareTo(duration) < 0 ? left : duration;
    }
    var credentials =
        tokens.issue(
            new Subject.Role(role.accountId(), role.id(), identity.sessionName()),
            context,
            duration);
    var principal =
        Principal.AssumedRole.of(
            role.accountId(), role.name(), role.path(), role.id(), identity.sessionName(), context);
    return new Issued(
        credentials, new AssumedRoleUser(principal.userId(), principal.arn()), packedSize);
  }

  private static void requirePermissions(
      Wish wish, FederatedIdentity identity, TrustedRoles.@Nullable Trusting found, Call call) {
    var keys =
        Context.builder()
            .put("sts:RoleSessionName", identity.sessionName())
            .put("sts:SourceIdentity", identity.sourceIdentity());
    identity.keys().forEach((key, values) -> put(keys, key, values));
    identity.tags().describe(keys);
    TrustedRoles.describe(keys, found);
    var resource = TrustedRoles.resource(wish.roleArn(), found);
    var context = keys.build();
    call.require(new Permission(identity.action(), resource, context));
    if (identity.tags().any()) {
      call.require(new Permission("sts:TagSession", resource, context));
    }
    if (identity.sourceIdentity() != null) {
      call.require(new Permission("sts:SetSourceIdentity", resource, context));
    }
  }

  private static void put(Context.Builder keys, String key, List<String> values) {
    if (values.size() == 1) {
      keys.put(key, values.getFirst());
    } else {
      keys.putAll(key, values);
    }
  }

  private static Duration duration(Wish wish, int most) {
    var asked = wish.durationSeconds();
    if (asked != null && asked > most) {
      throw StsErrors.beyondMaxSessionDuration();
    }
    return Duration.ofSeconds(asked == null ? DEFAULT_DURATION : asked);
  }
}
