package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.identity.iam.ConsolePasswords;
import dev.bulwark.identity.sts.Session.Subject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Sessions of those who signed in with a password: twelve hours, as in AWS's console. */
public final class ConsoleSessions {
  private static final Duration DURATION = Duration.ofHours(12);

  private final SessionTokens tokens;

  /** Sessions as these tokens. */
  public ConsoleSessions(SessionTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * Credentials of a user or a root user.
   *
   * @param withMfa whether there was a second factor
   */
  public Credentials issue(Principal principal, boolean withMfa, Instant time) {
    var now = time.truncatedTo(ChronoUnit.SECONDS);
    var plain = SessionContext.of(now).withIssuer(ConsolePasswords.ISSUER);
    var subject =
        principal instanceof Principal.AccountRoot
            ? new Subject.Root(principal.accountId())
            : new Subject.User(principal.accountId(), principal.userId());
    return tokens.issue(subject, withMfa ? plain.withMfa(now) : plain, DURATION);
  }
}
