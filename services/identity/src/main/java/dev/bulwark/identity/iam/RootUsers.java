package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.User;
import dev.bulwark.state.ReadTx;
import java.time.Instant;
import java.util.function.Function;

/** The root users of accounts, as responses show them. */
final class RootUsers {
  private final CredentialTables tables;
  private final Function<String, Instant> accountCreated;

  /**
   * @param accountCreated when an account came to be: the age of its root user
   */
  RootUsers(CredentialTables tables, Function<String, Instant> accountCreated) {
    this.tables = tables;
    this.accountCreated = accountCreated;
  }

  Instant created(String accountId) {
    return accountCreated.apply(accountId);
  }

  User view(ReadTx tx, String accountId) {
    var record = tables.rootUsers().get(tx, accountId);
    return User.builder()
        .userId(accountId)
        .arn(arn(accountId))
        .createDate(created(accountId))
        .passwordLastUsed(record == null ? null : record.passwordLastUsed())
        .build();
  }

  static String arn(String accountId) {
    return "arn:aws:iam::" + accountId + ":root";
  }
}
