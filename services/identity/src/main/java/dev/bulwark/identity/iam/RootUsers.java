package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.User;
import dev.bulwark.state.ReadTx;
import java.time.Instant;

/** The root users of accounts, as responses show them. */
final class RootUsers {
  private final CredentialTables tables;
  private final Instant accountCreated;

  /**
   * @param accountCreated what is told as the root user's age
   */
  RootUsers(CredentialTables tables, Instant accountCreated) {
    this.tables = tables;
    this.accountCreated = accountCreated;
  }

  Instant created() {
    return accountCreated;
  }

  User view(ReadTx tx, String accountId) {
    var record = tables.rootUsers().get(tx, accountId);
    return User.builder()
        .userId(accountId)
        .arn(arn(accountId))
        .createDate(accountCreated)
        .passwordLastUsed(record == null ? null : record.passwordLastUsed())
        .build();
  }

  static String arn(String accountId) {
    return "arn:aws:iam::" + accountId + ":root";
  }
}
