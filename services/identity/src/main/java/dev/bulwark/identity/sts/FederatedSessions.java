package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.FederatedUser;
import dev.bulwark.api.sts.GetFederationTokenRequest;
import dev.bulwark.api.sts.GetFederationTokenResponse;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Sessions of federated users: GetFederationToken. */
final class FederatedSessions {
  private static final int DEFAULT_DURATION = 43_200;
  private static final int LONGEST_OF_ROOT = 3600;

  private final SessionTokens tokens;
  private final IamPolicies policies;

  FederatedSessions(SessionTokens tokens, IamPolicies policies) {
    this.tokens = tokens;
    this.policies = policies;
  }

  List<Permission> permissions(GetFederationTokenRequest in, Call call) {
    requireLongTerm(call);
    var tags = SessionTags.of(in.tags(), null, null);
    var keys = Context.builder();
    tags.describe(keys);
    var resource = Resource.of(arn(call.accountId(), in.name()));
    var federate = new Permission("sts:GetFederationToken", resource, keys.build());
    return tags.any()
        ? List.of(federate, new Permission("sts:TagSession", resource, keys.build()))
        : List.of(federate);
  }

  GetFederationTokenResponse create(GetFederationTokenRequest in, Call call) {
    var caller = call.principal();
    var accountId = caller.accountId();
    var tags = SessionTags.of(in.tags(), null, null);
    var limits =
        SessionPolicies.of(
            in.policy(), in.policyArns(), arn -> policies.managedPolicyExists(accountId, arn));
    var packedSize = limits.packedSize(tags.all());
    var context =
        SessionContext.of(call.time().truncatedTo(ChronoUnit.SECONDS))
            .withIssuer(caller.arn())
            .withTags(tags.all(), tags.transitive())
            .withPolicies(limits.inline(), limits.managed());
    var asked = in.durationSeconds() == null ? DEFAULT_DURATION : in.durationSeconds();
    var byUser = caller instanceof Principal.IamUser;
    var credentials =
        tokens.issue(
            new Subject.Federated(accountId, in.name(), byUser ? caller.userId() : ""),
            context,
            Duration.ofSeconds(byUser ? asked : Math.min(asked, LONGEST_OF_ROOT)));
    return new GetFederationTokenResponse(
        credentials,
        new FederatedUser(accountId + ":" + in.name(), arn(accountId, in.name())),
        packedSize);
  }

  private static void requireLongTerm(Call call) {
    var caller = call.principal();
    if (caller.session() != null
        || !(caller instanceof Principal.IamUser || caller instanceof Principal.AccountRoot)) {
      throw StsErrors.sessionCredentials("GetFederationToken");
    }
  }

  private static String arn(String accountId, String name) {
    return "arn:aws:sts::" + accountId + ":federated-user/" + name;
  }
}
