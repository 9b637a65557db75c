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

  UserSessions(SessionTokens tokens) {
    this.tokens = tokens;
  }

  GetSessionTokenResponse create(GetSessionTokenRequest in, Call call) {
    var caller = call.principal();
    if (caller.session() != null) {
      throw StsErrors.sessionCredentials("GetSessionToken");
    }
    if (in.serialNumber() != null || in.tokenCode() != null) {
      throw StsErrors.mfaFailed();
    }
    var context =
        SessionContext.of(call.time().truncatedTo(ChronoUnit.SECONDS)).withIssuer(caller.arn());
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
