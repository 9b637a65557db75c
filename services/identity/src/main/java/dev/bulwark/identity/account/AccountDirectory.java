package dev.bulwark.identity.account;

import dev.bulwark.base.AccountId;
import dev.bulwark.state.Index;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.Collection;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts there are. The installation's first account is always there, also when everything
 * else was forgotten. Answers whether an account may be used from memory, and rightly from the
 * moment on in which a change was answered.
 */
public final class AccountDirectory {
  private static final int MOST_ACCOUNTS = 50_000;
  private static final String BY_EMAIL = "email";

  private final Store store;
  private final Table<AccountRecord> accounts;
  private final AccountRecord first;
  private final StoreCache<AccountRecord> cache;

  /**
   * The accounts of a store.
   *
   * @param firstAccount the account that the installation came with
   * @param created since when that is there, where the store does not know
   */
  public AccountDirectory(Store store, String firstAccount, Instant created) {
    this.store = store;
    accounts =
        store.table(
            TableSpec.json(
                "account_directory",
                AccountRecord.class,
                Index.of(BY_EMAIL, AccountRecord::emailKey)));
    first =
        AccountRecord.of(
            firstAccount, "Bulwark", "root+" + firstAccount + "@bulwark.internal", created);
    cache = accounts.cached(MOST_ACCOUNTS);
    if (accounts.get(firstAccount) == null) {
      store.run(tx -> accounts.put(tx, firstAccount, first));
    }
  }

  /** The store that holds them. */
  public Store store() {
    return store;
  }

  /** The account that the installation came with. */
  public String firstAccount() {
    return first.id();
  }

  /** Whether there is such an account, be it closed. */
  public boolean exists(String accountId) {
    return accountId.equals(first.id()) || cache.get(accountId) != null;
  }

  /** Whether an account was closed, so that its credentials do not work. */
  public boolean closed(String accountId) {
    var found = cache.get(accountId);
    return found != null && !found.open();
  }

  /** An account, or null. */
  public @Nullable AccountRecord find(ReadTx tx, String accountId) {
    var found = accounts.get(tx, accountId);
    return found == null && accountId.equals(first.id()) ? first : found;
  }

  /** An account that is known to be there. */
  public AccountRecord require(ReadTx tx, String accountId) {
    var found = find(tx, accountId);
    if (found == null) {
      throw new IllegalStateException("There is no account " + accountId);
    }
    return found;
  }

  /** When an account came to be. */
  public Instant created(String accountId) {
    var found = cache.get(accountId);
    return found == null ? first.created() : found.created();
  }

  /** The account whose root user has that address, or null. */
  public @Nullable AccountRecord byEmail(ReadTx tx, String email) {
    var found = accounts.firstByIndex(tx, BY_EMAIL, AccountRecord.emailKey(email));
    return found == null ? null : found.value();
  }

  /** A number that no account has. */
  public String newId(ReadTx tx) {
    var id = AccountId.random().value();
    return find(tx, id) == null ? id : newId(tx);
  }

  /** Adds an account. */
  public void add(WriteTx tx, AccountRecord account) {
    accounts.insert(tx, account.id(), account);
  }

  /** Changes an account, and returns what became of it. */
  public AccountRecord change(WriteTx tx, String accountId, UnaryOperator<AccountRecord> change) {
    var changed = change.apply(require(tx, accountId));
    accounts.put(tx, accountId, changed);
    return changed;
  }

  /** Gives the root user of an account another address. */
  public void changeEmail(WriteTx tx, String accountId, String email) {
    change(tx, accountId, account -> account.withEmail(email));
  }

  /** Opens closed accounts again: what AWS Support does, and here who runs the installation. */
  public void reopen(Collection<String> accountIds) {
    for (var id : accountIds) {
      if (closed(id)) {
        store.run(tx -> change(tx, id, account -> account.withClosed(null)));
      }
    }
  }
}
