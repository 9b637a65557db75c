package dev.bulwark.identity.organizations;

import dev.bulwark.analysis.compare.ZoneOfTrust;
import dev.bulwark.state.Key;
import java.util.Optional;
import java.util.stream.Collectors;

/** Organizations as Access Analyzer's zones of trust. */
public final class TrustZones {
  private static final String SERVICE = "access-analyzer.amazonaws.com";

  private final OrganizationTables tables;

  /** The organizations of these tables. */
  public TrustZones(OrganizationTables tables) {
    this.tables = tables;
  }

  /**
   * The organization that an account manages, or is the delegated administrator of for Access
   * Analyzer; empty where there is none.
   */
  public Optional<ZoneOfTrust> managedBy(String accountId) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = tables.organizationOf(tx, accountId);
              if (organization == null
                  || (!organization.managementAccountId().equals(accountId)
                      && !tables
                          .delegations()
                          .contains(tx, Key.of(organization.id(), accountId, SERVICE)))) {
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
