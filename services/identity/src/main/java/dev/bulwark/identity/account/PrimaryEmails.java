package dev.bulwark.identity.account;

import dev.bulwark.api.account.AcceptPrimaryEmailUpdateRequest;
import dev.bulwark.api.account.AcceptPrimaryEmailUpdateResponse;
import dev.bulwark.api.account.GetPrimaryEmailRequest;
import dev.bulwark.api.account.GetPrimaryEmailResponse;
import dev.bulwark.api.account.PrimaryEmailUpdateStatus;
import dev.bulwark.api.account.StartPrimaryEmailUpdateRequest;
import dev.bulwark.api.account.StartPrimaryEmailUpdateResponse;
import dev.bulwark.base.Randomness;
import dev.bulwark.identity.account.AccountRecord.EmailChange;
import dev.bulwark.service.Call;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The address of an account's root user, which changes once its owner has shown to read there. */
final class PrimaryEmails {
  private static final String PURPOSE = "account/email-otp";
  private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>]+@[^\\s@<>]+\\.[^\\s@<>]+");
  private static final Duration VALID = Duration.ofMinutes(15);
  private static final int MOST_FAILURES = 5;

  private final AccountDirectory accounts;
  private final AccountTargets targets;
  private final Sealer sealer;
  private final Outbox outbox;

  PrimaryEmails(AccountDirectory accounts, AccountTargets targets, Sealer sealer, Outbox outbox) {
    this.accounts = accounts;
    this.targets = targets;
    this.sealer = sealer;
    this.outbox = outbox;
  }

  GetPrimaryEmailResponse get(GetPrimaryEmailRequest in, Call call) {
    var id = targets.requireForEmail(call, in.accountId());
    return new GetPrimaryEmailResponse(
        accounts.store().read(tx -> accounts.require(tx, id).email()));
  }

  StartPrimaryEmailUpdateResponse start(StartPrimaryEmailUpdateRequest in, Call call) {
    var id = targets.requireForEmail(call, in.accountId());
    var email = in.primaryEmail();
    if (!ADDRESS.matcher(email).matches()) {
      throw AccountErrors.invalidEmail();
    }
    var code = "%06d".formatted(Randomness.secure().nextInt(1_000_000));
    var change =
        new EmailChange(email, sealer.sealText(PURPOSE, code, id), call.time().plus(VALID), 0);
    var response =
        call.write(
            tx -> {
              if (accounts.byEmail(tx, email) != null) {
                throw AccountErrors.emailInUse();
              }
              accounts.change(tx, id, account -> account.withEmailChange(change));
              return new StartPrimaryEmailUpdateResponse(PrimaryEmailUpdateStatus.PENDING.value());
            });
    outbox.send(
        email,
        "Verify your email address",
        "The one-time password for the new address of account %s is %s. It is valid for %d minutes."
            .formatted(id, code, VALID.toMinutes()),
        call.time());
    return response;
  }

  /** A wrong password is remembered too: after the fifth the change is off. */
  AcceptPrimaryEmailUpdateResponse accept(AcceptPrimaryEmailUpdateRequest in, Call call) {
    var id = targets.requireForEmail(call, in.accountId());
    var pending = accounts.store().read(tx -> accounts.require(tx, id)).emailChange();
    if (pending == null || !pending.email().equalsIgnoreCase(in.primaryEmail())) {
      throw AccountErrors.noEmailChange();
    }
    if (!call.time().isBefore(pending.expires())) {
      throw AccountErrors.wrongCode();
    }
    if (!isRight(pending, id, in.otp())) {
      accounts
          .store()
          .run(tx -> accounts.change(tx, id, account -> account.withEmailChange(failed(account))));
      throw AccountErrors.wrongCode();
    }
    return call.write(
        tx -> {
          if (accounts.byEmail(tx, pending.email()) != null) {
            throw AccountErrors.emailInUse();
          }
          accounts.change(
              tx,
              id,
              account -> {
                var change = account.emailChange();
                if (change == null || !change.email().equals(pending.email())) {
                  throw AccountErrors.noEmailChange();
                }
                return account.withEmail(pending.email());
              });
          return new AcceptPrimaryEmailUpdateResponse(PrimaryEmailUpdateStatus.ACCEPTED.value());
        });
  }

  private static @Nullable EmailChange failed(AccountRecord account) {
    var change = account.emailChange();
    return change == null || change.failures() + 1 >= MOST_FAILURES ? null : change.failed();
  }

  private boolean isRight(EmailChange change, String accountId, String code) {
    var right = sealer.openText(PURPOSE, change.code(), accountId);
    return MessageDigest.isEqual(
        right.getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
  }
}
