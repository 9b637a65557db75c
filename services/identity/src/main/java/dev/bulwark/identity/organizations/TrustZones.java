package dev.bulwark.identity.organizations;

import dev.bulwark.analysis.compare.ZoneOfTrust;
import java.util.Optional;
import java.util.stream.Collectors;

/** Organizations as Access Analyzer's zones of trust. */
public final class TrustZones {
  private final OrganizationTables tables;

  /** The organizations of these tables. */
  public TrustZones(OrganizationTables tables) {
    this.tables = tables;
  }

  /** The organization that an account manages; empty where it manages none. */
  public Optional<ZoneOfTrust> managedBy(String accountId) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = tables.organizationOf(tx, accountId);
              if (organization == null || !organization.managementAccountId().equals(accountId)) {
                return Optional.empty();
              }
              var accounts =
                  tables.membersOf(tx, organization.id()).stream()
                      .map(MemberRecord::accountId)
                      .collect(Collectors.toSet());
              return Optional.of(new ZoneOfTrust(accounts, organization.id()));
            });
  }
}
