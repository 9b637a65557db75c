package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.DelegatedAdministrator;
import dev.bulwark.api.organizations.DelegatedService;
import dev.bulwark.api.organizations.DeregisterDelegatedAdministratorRequest;
import dev.bulwark.api.organizations.ListDelegatedAdministratorsRequest;
import dev.bulwark.api.organizations.ListDelegatedAdministratorsResponse;
import dev.bulwark.api.organizations.ListDelegatedServicesForAccountRequest;
import dev.bulwark.api.organizations.ListDelegatedServicesForAccountResponse;
import dev.bulwark.api.organizations.RegisterDelegatedAdministratorRequest;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.identity.organizations.OrganizationTables.Since;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.List;
import java.util.TreeMap;

/** Member accounts that administer a service for the whole organization. */
final class Administrators {
  private final OrganizationTables tables;
  private final Standings standings;
  private final OrganizationTree tree;
  private final AccountDirectory accounts;

  Administrators(
      OrganizationTables tables,
      Standings standings,
      OrganizationTree tree,
      AccountDirectory accounts) {
    this.tables = tables;
    this.standings = standings;
    this.tree = tree;
    this.accounts = accounts;
  }

  Unit register(RegisterDelegatedAdministratorRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          requireMember(tx, organization, in.accountId());
          if (in.accountId().equals(organization.managementAccountId())) {
            throw OrganizationErrors.registersManagement();
          }
          if (!accounts.require(tx, in.accountId()).open()) {
            throw OrganizationErrors.registersSuspended();
          }
          ServiceAccess.requireService(in.servicePrincipal());
          if (!tables
              .serviceAccess()
              .contains(tx, Key.of(organization.id(), in.servicePrincipal()))) {
            throw OrganizationErrors.serviceAccessNotEnabled();
          }
          var key = Key.of(organization.id(), in.accountId(), in.servicePrincipal());
          if (tables.delegations().contains(tx, key)) {
            throw OrganizationErrors.alreadyRegistered();
          }
          tables
              .delegations()
              .insert(
                  tx,
                  key,
                  new Since(organization.id(), in.accountId(), in.servicePrincipal(), call.time()));
          return Unit.UNIT;
        });
  }

  Unit deregister(DeregisterDelegatedAdministratorRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          requireMember(tx, organization, in.accountId());
          ServiceAccess.requireService(in.servicePrincipal());
          if (!tables
              .delegations()
              .delete(tx, Key.of(organization.id(), in.accountId(), in.servicePrincipal()))) {
            throw OrganizationErrors.notRegistered();
          }
          return Unit.UNIT;
        });
  }

  ListDelegatedAdministratorsResponse list(ListDelegatedAdministratorsRequest in, Call call) {
    var service = in.servicePrincipal();
    if (service != null) {
      ServiceAccess.requireService(service);
    }
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              // An account stands there once, since its first registration.
              var first = new TreeMap<String, Since>();
              OrganizationTables.all(tx, tables.delegations(), Key.prefix(organization.id()))
                  .stream()
                  .filter(found -> service == null || service.equals(found.service()))
                  .forEach(
                      found ->
                          first.merge(
                              found.accountId(),
                              found,
                              (a, b) -> a.time().isAfter(b.time()) ? b : a));
              var page =
                  OrganizationPages.of(
                      List.copyOf(first.values()),
                      Since::accountId,
                      in.maxResults(),
                      in.nextToken());
              return new ListDelegatedAdministratorsResponse(
                  page.map(found -> view(tx, organization, found)), page.next());
            });
  }

  ListDelegatedServicesForAccountResponse services(
      ListDelegatedServicesForAccountRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              requireMember(tx, organization, in.accountId());
              var all =
                  OrganizationTables.all(
                      tx, tables.delegations(), Key.prefix(organization.id(), in.accountId()));
              if (all.isEmpty()) {
                throw OrganizationErrors.notRegistered();
              }
              var page = OrganizationPages.of(all, Since::service, in.maxResults(), in.nextToken());
              return new ListDelegatedServicesForAccountResponse(
                  page.map(
                      found ->
                          DelegatedService.builder()
                              .servicePrincipal(found.service())
                              .delegationEnabledDate(found.time())
                              .build()),
                  page.next());
            });
  }

  private void requireMember(ReadTx tx, OrganizationRecord organization, String accountId) {
    if (tree.member(tx, organization, accountId) == null) {
      throw OrganizationErrors.noAccount();
    }
  }

  private DelegatedAdministrator view(
      ReadTx tx, OrganizationRecord organization, Since delegation) {
    var account = accounts.require(tx, delegation.accountId());
    var member = tree.member(tx, organization, account.id());
    var state = account.open() ? "ACTIVE" : "SUSPENDED";
    return DelegatedAdministrator.builder()
        .id(account.id())
        .arn(OrganizationArns.account(organization, account.id()))
        .email(account.email())
        .name(account.name())
        .status(state)
        .state(state)
        .joinedMethod(member == null ? null : member.joinedMethod())
        .joinedTimestamp(member == null ? null : member.joined())
        .delegationEnabledDate(delegation.time())
        .build();
  }
}
