package dev.bulwark.identity;

import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.identity.iam.RootAccounts;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The root users of a directory's accounts: each has one e-mail address, wherever it is asked. */
record DirectoryRoots(AccountDirectory accounts) implements RootAccounts {
  @Override
  public Instant created(String accountId) {
    return accounts.created(accountId);
  }

  @Override
  public @Nullable String byEmail(ReadTx tx, String email) {
    var found = accounts.byEmail(tx, email);
    return found == null ? null : found.id();
  }

  @Override
  public void changeEmail(WriteTx tx, String accountId, String email) {
    accounts.changeEmail(tx, accountId, email);
  }
}
