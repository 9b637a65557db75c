package dev.bulwark.identity.organizations;

import dev.bulwark.identity.account.Supervision;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import org.jspecify.annotations.Nullable;

/** Answers Account Management's questions about organizations. */
public final class AccountSupervision implements Supervision {
  private static final String SERVICE = "account.amazonaws.com";

  private final OrganizationTables tables;

  /** The organizations of these tables. */
  public AccountSupervision(OrganizationTables tables) {
    this.tables = tables;
  }

  @Override
  public @Nullable String arnPrefix(String callerAccount, String accountId) {
    var organization = common(callerAccount, accountId);
    return organization == null
        ? null
        : "arn:aws:account::%s:account/%s/"
            .formatted(organization.managementAccountId(), organization.id());
  }

  @Override
  public Standing standing(String callerAccount, String accountId) {
    var own = common(callerAccount, callerAccount);
    if (own == null) {
      return Standing.NO_ADMINISTRATOR;
    }
    var management = callerAccount.equals(own.managementAccountId());
    if (!management && tables.delegations().get(Key.of(own.id(), callerAccount, SERVICE)) == null) {
      return Standing.NO_ADMINISTRATOR;
    }
    if (!own.allFeatures() || tables.serviceAccess().get(Key.of(own.id(), SERVICE)) == null) {
      return Standing.NOT_TRUSTED;
    }
    if (management && callerAccount.equals(accountId)) {
      return Standing.MANAGEMENT_BY_ITSELF;
    }
    var common = common(callerAccount, accountId);
    return common == null || accountId.equals(common.managementAccountId())
        ? Standing.NOT_MANAGED
        : Standing.MANAGES;
  }

  @Override
  public boolean hasMembers(ReadTx tx, String accountId) {
    var organization = tables.organizationOf(tx, accountId);
    return organization != null
        && organization.managementAccountId().equals(accountId)
        && tables.membersOf(tx, organization.id()).size() > 1;
  }

  private @Nullable OrganizationRecord common(String callerAccount, String accountId) {
    var ours = tables.members().get(callerAccount);
    var theirs = tables.members().get(accountId);
    return ours != null && theirs != null && ours.organizationId().equals(theirs.organizationId())
        ? tables.organizations().get(ours.organizationId())
        : null;
  }
}
