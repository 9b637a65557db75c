package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.User;
import dev.bulwark.state.ReadTx;
import java.time.Instant;

/** The root users of accounts, as responses show them. */
final class RootUsers {
  private final CredentialTables tables;
  private final RootAccounts accounts;

  RootUsers(CredentialTables tables, RootAccounts accounts) {
    this.tables = tables;
    this.accounts = accounts;
  }

  Instant created(String accountId) {
    return accounts.created(accountId);
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
