package dev.bulwark.identity.account;

import dev.bulwark.api.account.AccountState;
import dev.bulwark.api.account.CloseAccountRequest;
import dev.bulwark.api.account.GetAccountInformationRequest;
import dev.bulwark.api.account.GetAccountInformationResponse;
import dev.bulwark.api.account.PutAccountNameRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;

/** An account's name and state. */
final class AccountSettings {
  private final AccountDirectory accounts;
  private final AccountTargets targets;
  private final Supervision supervision;

  AccountSettings(AccountDirectory accounts, AccountTargets targets, Supervision supervision) {
    this.accounts = accounts;
    this.targets = targets;
    this.supervision = supervision;
  }

  GetAccountInformationResponse get(GetAccountInformationRequest in, Call call) {
    var id = targets.require(call, in.accountId());
    var account = accounts.store().read(tx -> accounts.require(tx, id));
    return GetAccountInformationResponse.builder()
        .accountId(account.id())
        .accountName(account.name())
        .accountCreatedDate(account.created())
        .accountState((account.open() ? AccountState.ACTIVE : AccountState.SUSPENDED).value())
        .build();
  }

  Unit rename(PutAccountNameRequest in, Call call) {
    var id = targets.require(call, in.accountId());
    var name = in.accountName().strip();
    if (name.isEmpty()) {
      throw AccountErrors.blankName();
    }
    return call.write(
        tx -> {
          accounts.change(tx, id, account -> account.withName(name));
          return Unit.UNIT;
        });
  }

  /** Of a management account the members have to go first. Only the root user can do this. */
  Unit close(CloseAccountRequest in, Call call) {
    AccountTargets.requireRoot(call);
    var id = call.principal().accountId();
    return call.write(
        tx -> {
          if (supervision.hasMembers(tx, id)) {
            throw AccountErrors.hasMembers();
          }
          accounts.change(tx, id, account -> account.withClosed(call.time()));
          return Unit.UNIT;
        });
  }
}
