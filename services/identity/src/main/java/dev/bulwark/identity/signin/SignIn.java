package dev.bulwark.identity.signin;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.iam.ConsolePasswords;
import dev.bulwark.identity.iam.ConsolePasswords.Outcome;
import dev.bulwark.identity.iam.ConsolePasswords.Result;
import dev.bulwark.identity.sts.ConsoleSessions;
import dev.bulwark.state.Store;
import dev.bulwark.wire.HttpRequest;
import java.time.Clock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Signs people in with passwords: temporary credentials for those who know theirs, and an event of
 * each attempt.
 */
public final class SignIn {
  private static final System.Logger LOG = System.getLogger(SignIn.class.getName());

  private final ConsolePasswords passwords;
  private final ConsoleSessions sessions;
  private final Predicate<String> closed;
  private final Store store;
  private final EventStreams events;
  private final SignInEvents records;
  private final Clock clock;

  /**
   * All parts.
   *
   * @param closed whether an account was closed: nobody signs in to it
   * @param events where attempts are recorded
   */
  public SignIn(
      ConsolePasswords passwords,
      ConsoleSessions sessions,
      Predicate<String> closed,
      Store store,
      EventStreams events,
      Clock clock) {
    this.passwords = passwords;
    this.sessions = sessions;
    this.closed = closed;
    this.store = store;
    this.events = events;
    this.records = new SignInEvents();
    this.clock = clock;
  }

  /**
   * Judges a user.
   *
   * @param account number or alias
   * @param code of a second factor
   * @param changing whether the user is about to change the password
   */
  public Outcome user(
      HttpRequest http,
      String account,
      String userName,
      String password,
      @Nullable String code,
      boolean changing) {
    var outcome =
        unlessClosed(
            passwords.user(
                account,
                userName,
                password,
                code,
                changing,
                http.remoteAddress(),
                clock.instant()));
    recordFailure(http, outcome);
    return outcome;
  }

  /** Judges a root user. */
  public Outcome root(HttpRequest http, String email, String password, @Nullable String code) {
    var outcome =
        unlessClosed(passwords.root(email, password, code, http.remoteAddress(), clock.instant()));
    recordFailure(http, outcome);
    return outcome;
  }

  /** Of a closed account all passwords are wrong, and nothing tells whether they were right. */
  private Outcome unlessClosed(Outcome outcome) {
    var account = outcome.accountId();
    return account == null || outcome.result() == Result.TOO_MANY_ATTEMPTS || !closed.test(account)
        ? outcome
        : new Outcome(Result.WRONG, account, outcome.principal(), outcome.withCode());
  }

  private void recordFailure(HttpRequest http, Outcome outcome) {
    if (outcome.accountId() != null
        && (outcome.result() == Result.WRONG || outcome.result() == Result.EXPIRED)) {
      events.appendLater(
          records.failed(
              http, outcome.accountId(), outcome.principal(), outcome.withCode(), clock.instant()));
    }
  }

  /** Credentials of a principal that was judged, and may go on. */
  public Credentials session(Principal principal, boolean withMfa) {
    return sessions.issue(principal, withMfa, clock.instant());
  }

  /** Lets somebody in who was judged: the session, its event, and when the password was used. */
  public Credentials complete(HttpRequest http, Principal principal, boolean withMfa) {
    var now = clock.instant();
    var event = events.prepare(records.succeeded(http, principal, withMfa, now));
    store.run(
        tx -> {
          passwords.signedIn(tx, principal, now);
          events.append(tx, event);
        });
    if (principal instanceof Principal.AccountRoot) {
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              "The root user of account %s signed in from %s"
                  .formatted(principal.accountId(), http.remoteAddress()));
    }
    return session(principal, withMfa);
  }

  /** Gives the root user of an account another e-mail address and password. */
  public void setRoot(HttpRequest http, String accountId, String email, String password) {
    var now = clock.instant();
    passwords.setRoot(accountId, email, password, now);
    events.appendLater(records.ofRoot(http, "PasswordUpdated", accountId, now));
    LOG.log(
        System.Logger.Level.WARNING,
        () ->
            "The password of the root user of account %s was set from %s"
                .formatted(accountId, http.remoteAddress()));
  }
}
