package dev.bulwark.identity.account;

import dev.bulwark.state.ReadTx;
import org.jspecify.annotations.Nullable;

/** What Account Management needs to know of organizations. */
public interface Supervision {

  /**
   * The organization that both accounts belong to, as ARNs of accounts in it begin: {@code
   * arn:aws:account::MANAGEMENT:account/o-…/}; null where there is none.
   */
  @Nullable String arnPrefix(String callerAccount, String accountId);

  /**
   * Whether one account may manage another: the management account or a delegated administrator of
   * {@code account.amazonaws.com}, in an organization with all features that trusts this service.
   */
  boolean mayManage(String callerAccount, String accountId);

  /** Whether an account is the management account of others. */
  boolean hasMembers(ReadTx tx, String accountId);
}
