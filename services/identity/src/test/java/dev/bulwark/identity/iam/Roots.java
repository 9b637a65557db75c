package dev.bulwark.identity.iam;

import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Accounts that all came to be at one time, with addresses in memory. */
public final class Roots implements RootAccounts {
  private final Instant created;
  private final Map<String, String> byEmail = new ConcurrentHashMap<>();

  public Roots(Instant created) {
    this.created = created;
  }

  @Override
  public Instant created(String accountId) {
    return created;
  }

  @Override
  public @Nullable String byEmail(ReadTx tx, String email) {
    return byEmail.get(email.toLowerCase(Locale.ROOT));
  }

  @Override
  public void changeEmail(WriteTx tx, String accountId, String email) {
    byEmail.values().remove(accountId);
    byEmail.put(email.toLowerCase(Locale.ROOT), accountId);
  }
}
