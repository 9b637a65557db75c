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
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;

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

  /** After the fifth wrong password the change is off. */
  AcceptPrimaryEmailUpdateResponse accept(AcceptPrimaryEmailUpdateRequest in, Call call) {
    var id = targets.requireForEmail(call, in.accountId());
    var pending = attempt(id, in.primaryEmail(), call.time());
    if (!isRight(pending, id, in.otp())) {
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
                if (change == null || !Arrays.equals(change.code(), pending.code())) {
                  throw AccountErrors.noEmailChange();
                }
                return account.withEmail(pending.email());
              });
          return new AcceptPrimaryEmailUpdateResponse(PrimaryEmailUpdateStatus.ACCEPTED.value());
        });
  }

  /** Counts an attempt before it is judged, so that many at the same time are not one. */
  private EmailChange attempt(String accountId, String email, Instant now) {
    return accounts
        .store()
        .write(
            tx -> {
              var change = accounts.require(tx, accountId).emailChange();
              if (change == null
                  || !change.email().equalsIgnoreCase(email)
                  || change.failures() >= MOST_FAILURES) {
                throw AccountErrors.noEmailChange();
              }
              if (!now.isBefore(change.expires())) {
                throw AccountErrors.wrongCode();
              }
              accounts.change(tx, accountId, account -> account.withEmailChange(change.failed()));
              return change;
            });
  }

  private boolean isRight(EmailChange change, String accountId, String code) {
    var right = sealer.openText(PURPOSE, change.code(), accountId);
    return MessageDigest.isEqual(
        right.getBytes(StandardCharsets.UTF_8), code.getBytes(StandardCharsets.UTF_8));
  }
}
