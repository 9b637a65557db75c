package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import org.jspecify.annotations.Nullable;

/**
 * Whose credential it is: a user's, or the root user's, who has no name and the account's number as
 * its id.
 */
record Owner(@Nullable String userName, String userId) {
  /**
   * @param userName null for the root user, as {@link Callers#userName} tells
   */
  static Owner of(IamTables tables, ReadTx tx, Call call, @Nullable String userName) {
    if (userName == null) {
      return new Owner(null, call.accountId());
    }
    var user = tables.requireUser(tx, call.accountId(), userName);
    return new Owner(user.name(), user.id());
  }

  /**
   * The same where the operation demands a name: the root user, who has none, names the account,
   * and nobody else can.
   */
  static Owner named(IamTables tables, ReadTx tx, Call call, String userName) {
    var root =
        call.principal() instanceof Principal.AccountRoot && userName.equals(call.accountId());
    return root && !tables.users().contains(tx, IamTables.key(call.accountId(), userName))
        ? new Owner(null, call.accountId())
        : of(tables, tx, call, userName);
  }

  boolean isRoot() {
    return userName == null;
  }
}
