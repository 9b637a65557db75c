package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.GetAccountPasswordPolicyResponse;
import dev.bulwark.api.iam.PasswordPolicy;
import dev.bulwark.api.iam.UpdateAccountPasswordPolicyRequest;
import dev.bulwark.identity.iam.AccountRecord.PasswordRules;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What an account asks of its users' passwords.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html">Account
 *     password policies</a>
 */
final class PasswordPolicies {
  private static final int DEFAULT_MINIMUM = 8;
  private static final int LEAST_MINIMUM = 6;
  private static final int DEFAULT_KINDS = 3;
  private static final String SYMBOLS = "!@#$%^&*()_+-=[]{}|'";

  private final IamTables tables;

  PasswordPolicies(IamTables tables) {
    this.tables = tables;
  }

  GetAccountPasswordPolicyResponse get(Unit input, Call call) {
    var rules = rules(call.accountId());
    if (rules == null) {
      throw IamErrors.noPasswordPolicy(call.accountId());
    }
    return new GetAccountPasswordPolicyResponse(
        PasswordPolicy.builder()
            .minimumPasswordLength(rules.minimumLength())
            .requireSymbols(rules.symbols())
            .requireNumbers(rules.numbers())
            .requireUppercaseCharacters(rules.uppercase())
            .requireLowercaseCharacters(rules.lowercase())
            .allowUsersToChangePassword(rules.usersMayChange())
            .expirePasswords(rules.maxAge() != null)
            .maxPasswordAge(rules.maxAge())
            .passwordReusePrevention(rules.reusePrevention())
            .hardExpiry(rules.hardExpiry())
            .build());
  }

  /** What the request leaves out goes back to its default. */
  Unit update(UpdateAccountPasswordPolicyRequest input, Call call) {
    var rules =
        new PasswordRules(
            input.minimumPasswordLength() == null ? LEAST_MINIMUM : input.minimumPasswordLength(),
            Boolean.TRUE.equals(input.requireSymbols()),
            Boolean.TRUE.equals(input.requireNumbers()),
            Boolean.TRUE.equals(input.requireUppercaseCharacters()),
            Boolean.TRUE.equals(input.requireLowercaseCharacters()),
            Boolean.TRUE.equals(input.allowUsersToChangePassword()),
            input.maxPasswordAge(),
            input.passwordReusePrevention(),
            input.hardExpiry());
    return call.write(
        tx -> {
          var account = Accounts.record(tables, tx, call.accountId());
          tables.accounts().put(tx, account.accountId(), account.withPasswordRules(rules));
          return Unit.UNIT;
        });
  }

  Unit delete(Unit input, Call call) {
    return call.write(
        tx -> {
          var account = Accounts.record(tables, tx, call.accountId());
          if (account.passwordRules() == null) {
            throw IamErrors.noPasswordPolicy(call.accountId());
          }
          tables.accounts().put(tx, account.accountId(), account.withPasswordRules(null));
          return Unit.UNIT;
        });
  }

  /** The account's password policy; null where it has none of its own. */
  @Nullable PasswordRules rules(String accountId) {
    var account = tables.accounts().get(accountId);
    return account == null ? null : account.passwordRules();
  }

  /**
   * Checks a new password.
   *
   * @throws dev.bulwark.schema.ApiException PasswordPolicyViolation
   */
  void check(String accountId, String password) {
    judge(rules(accountId), password);
  }

  /** Checks a password of a root user, for whom an account's password policy does not count. */
  static void checkOfRoot(String password) {
    judge(null, password);
  }

  private static void judge(@Nullable PasswordRules rules, String password) {
    int minimum = rules == null ? DEFAULT_MINIMUM : rules.minimumLength();
    if (password.length() < minimum) {
      throw IamErrors.passwordViolation("Password should have a minimum length of " + minimum);
    }
    var missing = new ArrayList<String>();
    require(
        password,
        rules == null || rules.uppercase(),
        c -> c >= 'A' && c <= 'Z',
        "uppercase letter",
        missing);
    require(
        password,
        rules == null || rules.lowercase(),
        c -> c >= 'a' && c <= 'z',
        "lowercase letter",
        missing);
    require(
        password, rules == null || rules.numbers(), c -> c >= '0' && c <= '9', "number", missing);
    require(
        password,
        rules == null || rules.symbols(),
        c -> SYMBOLS.indexOf(c) >= 0,
        "symbol",
        missing);
    var list = String.join(", ", missing);
    if (rules != null && !missing.isEmpty()) {
      throw IamErrors.passwordViolation(list);
    }
    int kindsMissing = DEFAULT_KINDS - (4 - missing.size());
    if (rules == null && kindsMissing > 0) {
      throw IamErrors.passwordViolation(
          "Password should meet " + kindsMissing + " more of the following requirements: " + list);
    }
  }

  private static void require(
      String password, boolean asked, IntPredicate kind, String name, List<String> missing) {
    if (asked && password.chars().noneMatch(kind)) {
      missing.add("Password should have at least one " + name);
    }
  }

  /**
   * Makes sure that a new password is none of those that the account does not want to see again.
   *
   * @param earlier hashes, newest first
   */
  void checkReuse(String accountId, String password, List<String> earlier) {
    var rules = rules(accountId);
    var prevented = rules == null ? null : rules.reusePrevention();
    if (prevented != null
        && earlier.stream().limit(prevented).anyMatch(hash -> Passwords.matches(password, hash))) {
      throw IamErrors.passwordViolation(
          "Policy constraint violation with password reuse prevention during password change.");
    }
  }
}
