package dev.bulwark.identity.organizations;

import dev.bulwark.identity.organizations.OrganizationTables.Since;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreCache;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** In which organization an account is, for services that act in all accounts of one. */
public final class Memberships {
  private static final int MOST_KEPT = 10_000;

  /**
   * An account's organization.
   *
   * @param trusted the services that may act in its accounts, as {@code cloudtrail.amazonaws.com}
   */
  public record Membership(
      String organizationId,
      String managementAccountId,
      boolean allFeatures,
      Set<String> trusted) {}

  private final OrganizationTables tables;
  private final StoreCache<Membership> cache;

  /** The organizations of these tables. */
  public Memberships(OrganizationTables tables) {
    this.tables = tables;
    this.cache =
        tables
            .store()
            .cache(
                MOST_KEPT,
                this::load,
                tables.organizations(),
                tables.members(),
                tables.serviceAccess());
  }

  /** The organization of an account, from memory; empty outside of one. */
  public Optional<Membership> of(String accountId) {
    return Optional.ofNullable(cache.get(accountId));
  }

  private @Nullable Membership load(ReadTx tx, String accountId) {
    var organization = tables.organizationOf(tx, accountId);
    if (organization == null) {
      return null;
    }
    var trusted =
        OrganizationTables.all(tx, tables.serviceAccess(), Key.prefix(organization.id())).stream()
            .map(Since::service)
            .collect(Collectors.toUnmodifiableSet());
    return new Membership(
        organization.id(), organization.managementAccountId(), organization.allFeatures(), trusted);
  }
}
