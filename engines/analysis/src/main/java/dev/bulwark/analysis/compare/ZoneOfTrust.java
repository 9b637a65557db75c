package dev.bulwark.analysis.compare;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose access is no news: an account, or all accounts of an organization.
 *
 * @param organizationId {@code o-…}; null where the zone is an account
 */
public record ZoneOfTrust(Set<String> accounts, @Nullable String organizationId) {
  public ZoneOfTrust {
    accounts = Set.copyOf(accounts);
  }

  boolean trustsAccount(String accountId) {
    return accounts.contains(accountId);
  }
}
