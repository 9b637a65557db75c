package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.CreateAccountRequest;
import dev.bulwark.api.organizations.CreateAccountResponse;
import dev.bulwark.api.organizations.CreateAccountState;
import dev.bulwark.api.organizations.CreateAccountStatus;
import dev.bulwark.api.organizations.DescribeCreateAccountStatusRequest;
import dev.bulwark.api.organizations.DescribeCreateAccountStatusResponse;
import dev.bulwark.api.organizations.ListCreateAccountStatusRequest;
import dev.bulwark.api.organizations.ListCreateAccountStatusResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.identity.account.AccountRecord;
import dev.bulwark.identity.iam.ProvisionedRoles;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;

/**
 * New accounts. As at AWS the answer says that the request is in progress, and the request's status
 * what came of it; here that is there at once, in the same transaction.
 */
final class Creations {
  private static final String ACCESS_ROLE = "OrganizationAccountAccessRole";

  private final OrganizationTables tables;
  private final Standings standings;
  private final AccountDirectory accounts;
  private final Joining joining;
  private final ProvisionedRoles roles;

  Creations(
      OrganizationTables tables,
      Standings standings,
      AccountDirectory accounts,
      Joining joining,
      ProvisionedRoles roles) {
    this.tables = tables;
    this.standings = standings;
    this.accounts = accounts;
    this.joining = joining;
    this.roles = roles;
  }

  /**
   * An account with a role that the management account's users may assume, and no credentials of
   * its own: its root user has no password and no access key.
   */
  CreateAccountResponse create(CreateAccountRequest in, Call call) {
    var tags = OrganizationTags.read(in.tags());
    var role = in.roleName() == null ? ACCESS_ROLE : in.roleName();
    if (role.startsWith("AWSServiceRoleFor")) {
      throw OrganizationErrors.invalidRoleName();
    }
    var id = "car-" + Ids.base36(32);
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          if (tables.membersOf(tx, organization.id()).size() >= OrganizationQuotas.ACCOUNTS) {
            throw OrganizationErrors.tooManyAccounts();
          }
          var taken = accounts.byEmail(tx, in.email()) != null;
          var accountId = taken ? null : accounts.newId(tx);
          var creation =
              new CreationRecord(
                  organization.id(),
                  id,
                  in.accountName(),
                  call.time(),
                  accountId,
                  taken ? "EMAIL_ALREADY_EXISTS" : null);
          if (accountId != null) {
            accounts.add(
                tx, AccountRecord.of(accountId, in.accountName(), in.email(), call.time()));
            joining.join(tx, call, organization, accountId, "CREATED", tags);
            roles.add(
                tx,
                call,
                ProvisionedRoles.access(accountId, role, organization.managementAccountId()));
          }
          tables.creations().insert(tx, Key.of(organization.id(), id), creation);
          return new CreateAccountResponse(
              CreateAccountStatus.builder()
                  .id(id)
                  .accountName(creation.accountName())
                  .state(CreateAccountState.IN_PROGRESS.value())
                  .requestedTimestamp(creation.requested())
                  .build());
        });
  }

  DescribeCreateAccountStatusResponse describe(DescribeCreateAccountStatusRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var found =
                  tables
                      .creations()
                      .get(tx, Key.of(organization.id(), in.createAccountRequestId()));
              if (found == null) {
                throw OrganizationErrors.noCreation();
              }
              return new DescribeCreateAccountStatusResponse(view(found));
            });
  }

  ListCreateAccountStatusResponse list(ListCreateAccountStatusRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var states = in.states();
              var all =
                  OrganizationTables.all(tx, tables.creations(), Key.prefix(organization.id()))
                      .stream()
                      .map(Creations::view)
                      .filter(
                          status ->
                              states == null
                                  || states.isEmpty()
                                  || states.contains(String.valueOf(status.state())))
                      .toList();
              var page =
                  OrganizationPages.of(
                      all, status -> String.valueOf(status.id()), in.maxResults(), in.nextToken());
              return new ListCreateAccountStatusResponse(page.items(), page.next());
            });
  }

  private static CreateAccountStatus view(CreationRecord creation) {
    return CreateAccountStatus.builder()
        .id(creation.id())
        .accountName(creation.accountName())
        .state(
            (creation.failure() == null ? CreateAccountState.SUCCEEDED : CreateAccountState.FAILED)
                .value())
        .requestedTimestamp(creation.requested())
        .completedTimestamp(creation.requested())
        .accountId(creation.accountId())
        .failureReason(creation.failure())
        .build();
  }
}
