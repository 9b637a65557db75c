package dev.bulwark.identity.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.base.Ids;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.account.Outbox;
import dev.bulwark.identity.iam.ConsolePasswords;
import dev.bulwark.wire.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Another password for a root user who has lost it, or whose password was allowed by a session of
 * AssumeRoot: whoever reads the account's mail gets a code, and chooses one. A root user without a
 * password gets none so. Codes are kept in memory: who restarts the program asks again.
 */
public final class RootRecovery {
  private static final System.Logger LOG = System.getLogger(RootRecovery.class.getName());
  private static final Duration VALID = Duration.ofMinutes(15);
  private static final Duration BETWEEN_MAILS = Duration.ofMinutes(1);
  private static final int MOST_CODES = 10_000;

  /** So long that nobody guesses it. */
  private static final int CODE_LENGTH = 24;

  private record Sent(String code, Instant at) {}

  private final ConsolePasswords passwords;
  private final Outbox outbox;
  private final Predicate<String> closed;
  private final EventStreams events;
  private final SignInEvents records = new SignInEvents();
  private final Clock clock;
  private final Cache<String, Sent> sent =
      Caffeine.newBuilder().maximumSize(MOST_CODES).executor(Runnable::run).build();

  /**
   * All parts.
   *
   * @param outbox where mails go
   * @param closed whether an account was closed
   */
  public RootRecovery(
      ConsolePasswords passwords,
      Outbox outbox,
      Predicate<String> closed,
      EventStreams events,
      Clock clock) {
    this.passwords = passwords;
    this.outbox = outbox;
    this.closed = closed;
    this.events = events;
    this.clock = clock;
  }

  private Optional<String> account(String email) {
    return passwords.rootOf(email).filter(account -> !closed.test(account));
  }

  /** Sends a code to that address, if it is a root user's. Nothing tells the caller whether. */
  public void begin(HttpRequest http, String email) {
    var now = clock.instant();
    account(email)
        .filter(account -> mayBeSent(account, now))
        .ifPresent(
            account -> {
              var code = Ids.base36(CODE_LENGTH);
              sent.put(account, new Sent(code, now));
              events.appendLater(records.ofRoot(http, "PasswordRecoveryRequested", account, now));
              Thread.ofVirtual().name("mail").start(() -> mail(email, account, code, now));
            });
  }

  private boolean mayBeSent(String account, Instant now) {
    var before = sent.getIfPresent(account);
    return before == null || !now.isBefore(before.at().plus(BETWEEN_MAILS));
  }

  private void mail(String email, String account, String code, Instant now) {
    try {
      outbox.send(
          email,
          "Reset your password",
          "The code to set another password for the root user of account %s is %s. It is valid for %d minutes."
              .formatted(account, code, VALID.toMinutes()),
          now);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "A mail could not be written", e);
    }
  }

  /**
   * Sets another password.
   *
   * @return whether the code was right
   * @throws dev.bulwark.schema.ApiException PasswordPolicyViolation
   */
  public boolean complete(HttpRequest http, String email, String code, String password) {
    var now = clock.instant();
    var account = account(email).orElse(null);
    var right = account == null ? null : sent.getIfPresent(account);
    if (account == null
        || right == null
        || !now.isBefore(right.at().plus(VALID))
        || !MessageDigest.isEqual(bytes(right.code()), bytes(code))) {
      return false;
    }
    if (!passwords.resetRoot(account, password, now)) {
      return false;
    }
    sent.invalidate(account);
    events.appendLater(records.ofRoot(http, "PasswordRecoveryCompleted", account, now));
    LOG.log(
        System.Logger.Level.WARNING,
        () ->
            "The password of the root user of account %s was set from %s by a code of its mail"
                .formatted(account, http.remoteAddress()));
    return true;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
