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

  /** What an account is to one that it names, which may be itself. */
  enum Standing {
    /**
     * The management account or a delegated administrator of {@code account.amazonaws.com}, in an
     * organization with all features that trusts this service.
     */
    MANAGES,
    /** The management account names itself. */
    MANAGEMENT_BY_ITSELF,
    /** A member that is no delegated administrator, or an account without an organization. */
    NO_ADMINISTRATOR,
    /** The management account, but the organization does not trust this service. */
    NOT_TRUSTED,
    /** The named account is another organization's or none's, or its management account. */
    NOT_MANAGED
  }

  /** What one account is to another. */
  Standing standing(String callerAccount, String accountId);

  /** Whether an account is the management account of others. */
  boolean hasMembers(ReadTx tx, String accountId);
}
