package dev.bulwark.identity.iam;

import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What IAM asks the directory of accounts about their root users. */
public interface RootAccounts {
  /** When an account came to be: the age of its root user. */
  Instant created(String accountId);

  /** The account whose root user has that e-mail address, or null. */
  @Nullable String byEmail(ReadTx tx, String email);

  /** Gives the root user of an account another e-mail address, which nobody else has. */
  void changeEmail(WriteTx tx, String accountId, String email);
}
