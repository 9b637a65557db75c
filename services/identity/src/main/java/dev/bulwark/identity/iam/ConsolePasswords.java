package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.base.AccountId;
import dev.bulwark.identity.iam.CredentialTables.RootUserRecord;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges the passwords and second factors with which people sign in. An unknown name costs as much
 * time as a wrong password, and guessing is slowed down.
 */
public final class ConsolePasswords {
  /** The issuer of sessions that begin so: IAM serves them with and without a second factor. */
  public static final String ISSUER = SessionContext.CONSOLE;

  /** What became of an attempt. */
  public enum Result {
    SIGNED_IN,
    /** All is right, and the password is to be changed first. */
    MAY_CHANGE,
    /** The password is right and has to be changed; nothing else was judged. */
    MUST_CHANGE,
    /** The password has expired, and only an administrator can set another. */
    EXPIRED,
    /** The password is right, and a code of the second factor is missing. */
    NEEDS_CODE,
    /** The account, the name, the password or the code is wrong. */
    WRONG,
    TOO_MANY_ATTEMPTS
  }

  /**
   * What became of an attempt, and whose it was.
   *
   * @param accountId null where the account is unknown
   * @param principal null where the user is unknown
   * @param withCode whether a code of a second factor was judged
   */
  public record Outcome(
      Result result, @Nullable String accountId, @Nullable Principal principal, boolean withCode) {}

  private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,255}");

  private final IamTables iam;
  private final CredentialTables tables;
  private final Passwords passwords;
  private final MfaCodes mfa;
  private final RootAccounts accounts;
  private final Attempts ofName = new Attempts(5, Duration.ofSeconds(5), Duration.ofMinutes(15));
  private final Attempts ofAddress =
      new Attempts(50, Duration.ofSeconds(5), Duration.ofMinutes(15));

  /** The hash that passwords of unknown users are compared with. */
  private final String nobodys;

  ConsolePasswords(
      IamTables iam,
      CredentialTables tables,
      Passwords passwords,
      MfaCodes mfa,
      RootAccounts accounts) {
    this.iam = iam;
    this.tables = tables;
    this.passwords = passwords;
    this.mfa = mfa;
    this.accounts = accounts;
    this.nobodys = passwords.nobodys();
  }

  /**
   * Judges a user's.
   *
   * @param account its number or alias
   * @param code of a second factor
   * @param changing whether the user is about to change the password
   * @param address from where
   */
  public Outcome user(
      String account,
      String userName,
      String password,
      @Nullable String code,
      boolean changing,
      String address,
      Instant now) {
    var accountId = accountId(account);
    var name =
        "user "
            + (accountId == null ? account : accountId)
            + " "
            + userName.toLowerCase(Locale.ROOT);
    if (!begin(name, address, now)) {
      return new Outcome(Result.TOO_MANY_ATTEMPTS, accountId, null, false);
    }
    var user = accountId == null ? null : iam.users().get(IamTables.key(accountId, userName));
    var profile = user == null ? null : iam.loginProfiles().get(user.id());
    var right = Passwords.matches(password, profile == null ? nobodys : profile.password());
    if (user == null || profile == null || !right) {
      return new Outcome(Result.WRONG, accountId, user == null ? null : user.principal(), false);
    }
    var outcome = judge(user, profile, code, changing, now);
    if (outcome.result() != Result.WRONG) {
      succeeded(name, address);
      renew(profile, password);
    }
    return outcome;
  }

  private Outcome judge(
      UserRecord user,
      LoginProfileRecord profile,
      @Nullable String code,
      boolean changing,
      Instant now) {
    var account = iam.accounts().get(profile.accountId());
    var rules = account == null ? null : account.passwordRules();
    var maxAge = rules == null ? null : rules.maxAge();
    var expired = maxAge != null && now.isAfter(profile.changed().plus(Duration.ofDays(maxAge)));
    if (expired && rules != null && Boolean.TRUE.equals(rules.hardExpiry())) {
      return outcome(Result.EXPIRED, user.principal(), false);
    }
    var change = expired || profile.resetRequired();
    if (change && !changing) {
      return outcome(Result.MUST_CHANGE, user.principal(), false);
    }
    return judgeCode(user.principal(), code, change ? Result.MAY_CHANGE : Result.SIGNED_IN, now);
  }

  private Outcome judgeCode(
      Principal principal, @Nullable String code, Result otherwise, Instant now) {
    var id = principal.userId();
    if (tables.store().read(tx -> mfa.devicesOf(tx, id).isEmpty())) {
      return outcome(otherwise, principal, false);
    }
    if (code == null) {
      return outcome(Result.NEEDS_CODE, principal, false);
    }
    return outcome(mfa.takeOfAny(id, code, now) ? otherwise : Result.WRONG, principal, true);
  }

  private static Outcome outcome(Result result, Principal principal, boolean withCode) {
    return new Outcome(result, principal.accountId(), principal, withCode);
  }

  /** Judges a root user's. */
  public Outcome root(
      String email, String password, @Nullable String code, String address, Instant now) {
    var name = "root " + email.toLowerCase(Locale.ROOT);
    if (!begin(name, address, now)) {
      return new Outcome(Result.TOO_MANY_ATTEMPTS, null, null, false);
    }
    var root = tables.store().read(tx -> rootUser(tx, email)).orElse(null);
    var right = Passwords.matches(password, root == null ? nobodys : root.password());
    if (root == null) {
      return new Outcome(Result.WRONG, null, null, false);
    }
    var principal = new Principal.AccountRoot(root.accountId());
    if (!right) {
      return outcome(Result.WRONG, principal, false);
    }
    var outcome = judgeCode(principal, code, Result.SIGNED_IN, now);
    if (outcome.result() != Result.WRONG) {
      succeeded(name, address);
    }
    return outcome;
  }

  private Optional<RootUserRecord> rootUser(ReadTx tx, String email) {
    return Optional.ofNullable(accounts.byEmail(tx, email))
        .flatMap(id -> Optional.ofNullable(tables.rootUsers().get(tx, id)));
  }

  private boolean begin(String name, String address, Instant now) {
    return ofAddress.begin(address, now) && ofName.begin(name, now);
  }

  /** Who knows one password may still be guessing at others from the same address. */
  private void succeeded(String name, String address) {
    ofName.succeeded(name);
    ofAddress.excused(address);
  }

  /** The number of an account that has users; attempts on others are recorded nowhere. */
  private @Nullable String accountId(String account) {
    if (AccountId.isValid(account)) {
      var users = Scan.prefix(Key.prefix(account)).limit(1);
      return tables.store().read(tx -> iam.users().keys(tx, users).isEmpty()) ? null : account;
    }
    var alias = iam.aliases().get(account);
    return alias == null ? null : alias.accountId();
  }

  /** Hashes a password again that an earlier version hashed. */
  private void renew(LoginProfileRecord profile, String password) {
    if (!passwords.isOutdated(profile.password())) {
      return;
    }
    var renewed = profile.withHash(passwords.hash(password));
    tables
        .store()
        .run(
            tx -> {
              if (profile.equals(iam.loginProfiles().get(tx, profile.userId()))) {
                iam.loginProfiles().put(tx, profile.userId(), renewed);
              }
            });
  }

  /** Notes that somebody has signed in. */
  public void signedIn(WriteTx tx, Principal principal, Instant time) {
    var second = time.truncatedTo(ChronoUnit.SECONDS);
    if (principal instanceof Principal.AccountRoot) {
      tables
          .rootUsers()
          .update(tx, principal.accountId(), root -> root.signedIn(root.password(), second));
    } else {
      iam.userById(tx, principal.userId()).ifPresent(user -> iam.put(tx, user.signedIn(second)));
    }
  }

  /**
   * Gives a root user another e-mail address and password; there are none to begin with.
   *
   * @throws dev.bulwark.schema.ApiException PasswordPolicyViolation, InvalidInput or
   *     EntityAlreadyExists
   */
  public void setRoot(String accountId, String email, String password, Instant now) {
    if (!EMAIL.matcher(email).matches()) {
      throw CredentialErrors.invalidEmail();
    }
    PasswordPolicies.checkOfRoot(password);
    var record =
        new RootUserRecord(
            accountId, passwords.hash(password), now.truncatedTo(ChronoUnit.SECONDS), null);
    tables
        .store()
        .run(
            tx -> {
              var holder = accounts.byEmail(tx, email);
              if (holder != null && !holder.equals(accountId)) {
                throw CredentialErrors.emailTaken();
              }
              accounts.changeEmail(tx, accountId, email);
              var before = tables.rootUsers().get(tx, accountId);
              tables
                  .rootUsers()
                  .put(
                      tx,
                      accountId,
                      before == null || before.passwordLastUsed() == null
                          ? record
                          : record.signedIn(record.password(), before.passwordLastUsed()));
            });
  }
}
