package dev.bulwark.identity.account;

import static dev.bulwark.identity.account.AccountTargets.contactType;
import static dev.bulwark.identity.account.AccountTargets.emailDomain;

import dev.bulwark.api.account.AccountApi;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;

/**
 * AWS Account Management: the table of its operations.
 *
 * @see <a href="https://docs.aws.amazon.com/accounts/latest/reference/api-reference.html">Account
 *     Management reference</a>
 */
public final class AccountService implements Service {
  private final ServiceTable table;

  /** The service over the directory of accounts. */
  public AccountService(
      AccountDirectory accounts, Supervision supervision, Sealer sealer, Outbox outbox) {
    var at = new AccountTargets(supervision);
    var contacts = new Contacts(accounts, at);
    var emails = new PrimaryEmails(accounts, at, sealer, outbox);
    var settings = new AccountSettings(accounts, at, supervision);
    var regions = new AccountRegions(at);
    table =
        ServiceTable.of(AccountApi.MODEL)
            .on(AccountApi.GET_ACCOUNT_INFORMATION)
            .action("account:GetAccountInformation")
            .resource((in, call) -> at.resource(call, in.accountId()))
            .handle(settings::get)
            .on(AccountApi.PUT_ACCOUNT_NAME)
            .action("account:PutAccountName")
            .resource((in, call) -> at.resource(call, in.accountId()))
            .handle(settings::rename)
            .on(AccountApi.CLOSE_ACCOUNT)
            .action("account:CloseAccount")
            .resource((in, call) -> at.resource(call, null))
            .handle(settings::close)
            .on(AccountApi.GET_PRIMARY_EMAIL)
            .action("account:GetPrimaryEmail")
            .resource((in, call) -> at.resource(call, in.accountId()))
            .handle(emails::get)
            .on(AccountApi.START_PRIMARY_EMAIL_UPDATE)
            .action("account:StartPrimaryEmailUpdate")
            .resource(
                (in, call) -> at.resource(call, in.accountId()),
                (in, call) -> emailDomain(in.primaryEmail()))
            .handle(emails::start)
            .on(AccountApi.ACCEPT_PRIMARY_EMAIL_UPDATE)
            .action("account:AcceptPrimaryEmailUpdate")
            .resource(
                (in, call) -> at.resource(call, in.accountId()),
                (in, call) -> emailDomain(in.primaryEmail()))
            .handle(emails::accept)
            .on(AccountApi.GET_CONTACT_INFORMATION)
            .action("account:GetContactInformation")
            .resource((in, call) -> at.resource(call, in.accountId()))
            .handle(contacts::get)
            .on(AccountApi.PUT_CONTACT_INFORMATION)
            .action("account:PutContactInformation")
            .resource((in, call) -> at.resource(call, in.accountId()))
            .handle(contacts::put)
            .on(AccountApi.GET_ALTERNATE_CONTACT)
            .action("account:GetAlternateContact")
            .resource(
                (in, call) -> at.resource(call, in.accountId()),
                (in, call) -> contactType(in.alternateContactType()))
            .handle(contacts::getAlternate)
            .on(AccountApi.PUT_ALTERNATE_CONTACT)
            .action("account:PutAlternateContact")
            .resource(
                (in, call) -> at.resource(call, in.accountId()),
                (in, call) -> contactType(in.alternateContactType()))
            .handle(contacts::putAlternate)
            .on(AccountApi.DELETE_ALTERNATE_CONTACT)
            .action("account:DeleteAlternateContact")
            .resource(
                (in, call) -> at.resource(call, in.accountId()),
                (in, call) -> contactType(in.alternateContactType()))
            .handle(contacts::deleteAlternate)
            .on(AccountApi.LIST_REGIONS)
            .action("account:ListRegions")
            .resource((in, call) -> at.resource(call, in.accountId()))
            .handle(regions::list)
            .on(AccountApi.GET_REGION_OPT_STATUS)
            .action("account:GetRegionOptStatus")
            .resource(
                (in, call) -> at.resource(call, in.accountId()),
                (in, call) -> AccountTargets.region(in.regionName()))
            .handle(regions::status)
            .build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}
