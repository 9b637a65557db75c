package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.GetSessionTokenRequest;
import dev.bulwark.api.sts.GetSessionTokenResponse;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.service.Call;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** Sessions of users and of the root: GetSessionToken. */
final class UserSessions {
  private static final int DEFAULT_DURATION = 43_200;
  private static final int LONGEST_OF_ROOT = 3600;

  private final SessionTokens tokens;

  private final TokenCodes codes;

  UserSessions(SessionTokens tokens, TokenCodes codes) {
    this.tokens = tokens;
    this.codes = codes;
  }

  GetSessionTokenResponse create(GetSessionTokenRequest in, Call call) {
    var caller = call.principal();
    if (caller.session() != null) {
      throw StsErrors.sessionCredentials("GetSessionToken");
    }
    var now = call.time().truncatedTo(ChronoUnit.SECONDS);
    var plain = SessionContext.of(now).withIssuer(caller.arn());
    var context = codes.take(call, in.serialNumber(), in.tokenCode()) ? plain.withMfa(now) : plain;
    var asked = in.durationSeconds() == null ? DEFAULT_DURATION : in.durationSeconds();
    return new GetSessionTokenResponse(
        switch (caller) {
          case Principal.AccountRoot root ->
              tokens.issue(
                  new Subject.Root(root.accountId()),
                  context,
                  Duration.ofSeconds(Math.min(asked, LONGEST_OF_ROOT)));
          case Principal.IamUser user ->
              tokens.issue(
                  new Subject.User(user.accountId(), user.userId()),
                  context,
                  Duration.ofSeconds(asked));
          default -> throw StsErrors.sessionCredentials("GetSessionToken");
        });
  }
}
