package dev.bulwark.identity.iam;

import org.jspecify.annotations.Nullable;

/** What an account has once: its alias and its password policy. */
public record AccountRecord(
    String accountId, @Nullable String alias, @Nullable PasswordRules passwordRules) {

  /**
   * The account's password policy.
   *
   * @param maxAge in days; null where passwords do not expire
   * @param reusePrevention how many earlier passwords may not come again
   * @param hardExpiry whether a user cannot change an expired password
   */
  public record PasswordRules(
      int minimumLength,
      boolean symbols,
      boolean numbers,
      boolean uppercase,
      boolean lowercase,
      boolean usersMayChange,
      @Nullable Integer maxAge,
      @Nullable Integer reusePrevention,
      @Nullable Boolean hardExpiry) {}

  AccountRecord withAlias(@Nullable String newAlias) {
    return new AccountRecord(accountId, newAlias, passwordRules);
  }

  AccountRecord withPasswordRules(@Nullable PasswordRules rules) {
    return new AccountRecord(accountId, alias, rules);
  }
}
