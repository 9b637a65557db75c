package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.OrganizationsApi;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.identity.iam.CompiledPolicies;
import dev.bulwark.identity.iam.ProvisionedRoles;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;

/**
 * AWS Organizations: the table of its operations.
 *
 * @see <a href="https://docs.aws.amazon.com/organizations/latest/APIReference/">Organizations API
 *     reference</a>
 */
public final class OrganizationsService implements Service {
  private final ServiceTable table;

  /** The service over its tables. */
  public OrganizationsService(
      OrganizationTables tables,
      AccountDirectory accounts,
      ProvisionedRoles roles,
      CompiledPolicies compiled) {
    var standings = new Standings(tables);
    var tree = new OrganizationTree(tables);
    var at = new OrganizationTargets(tables, standings, compiled);
    var joining = new Joining(tables, roles);
    var handshakes = new HandshakeViews(tables, accounts);
    var policies = new OrganizationPolicies(tables, standings);
    var lines = ServiceTable.of(OrganizationsApi.MODEL);
    new StructureOperations(
            at,
            new Organizations(tables, standings, accounts, joining),
            new Roots(tables, standings, tree, joining),
            new Units(tables, standings, tree, joining),
            new OrganizationTags(tables, standings))
        .addTo(lines);
    new MemberOperations(
            at,
            new Members(tables, standings, tree, accounts, joining),
            new Creations(tables, standings, accounts, joining, roles),
            new Invitations(tables, standings, accounts, handshakes),
            new Handshakes(tables, standings, handshakes, joining))
        .addTo(lines);
    new PolicyOperations(
            at,
            policies,
            new PolicyAttachments(tables, standings, tree, policies, accounts),
            new EffectivePolicies(tables, standings, tree),
            new ResourcePolicies(tables, standings))
        .addTo(lines);
    new DelegationOperations(
            at,
            new Administrators(tables, standings, tree, accounts),
            new ServiceAccess(tables, standings))
        .addTo(lines);
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}
