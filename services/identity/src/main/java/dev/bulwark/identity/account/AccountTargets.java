package dev.bulwark.identity.account;

import dev.bulwark.access.Principal;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Which account an operation is about: the caller's own where it names none, else a member of the
 * organization that the caller's account manages.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html">Service
 *     Authorization Reference</a>
 */
final class AccountTargets {
  private final Supervision supervision;

  AccountTargets(Supervision supervision) {
    this.supervision = supervision;
  }

  Resource resource(Call call, @Nullable String accountId) {
    var own = call.principal().accountId();
    if (accountId != null) {
      var prefix = supervision.arnPrefix(own, accountId);
      if (prefix != null) {
        return Resource.of(prefix + accountId);
      }
    }
    return Resource.of("arn:aws:account::" + own + ":account");
  }

  static Context contactType(String type) {
    return Context.builder().put("account:AlternateContactTypes", type).build();
  }

  static Context region(String region) {
    return Context.builder().put("account:TargetRegion", region).build();
  }

  static Context emailDomain(String email) {
    return Context.builder()
        .put("account:EmailTargetDomain", email.substring(email.indexOf('@') + 1))
        .build();
  }

  /**
   * The account that the operation is about.
   *
   * @throws dev.bulwark.schema.ApiException AccessDeniedException
   */
  String require(Call call, @Nullable String accountId) {
    var own = call.principal().accountId();
    if (accountId == null) {
      return own;
    }
    return switch (supervision.standing(own, accountId)) {
      case MANAGES -> accountId;
      case MANAGEMENT_BY_ITSELF -> throw AccountErrors.managementByItself(call);
      case NO_ADMINISTRATOR -> throw AccountErrors.noAdministrator(call);
      case NOT_TRUSTED -> throw AccountErrors.notTrusted(call);
      case NOT_MANAGED -> throw AccountErrors.notManaged(call);
    };
  }

  /**
   * The same for the address of the root user. AWS changes that of one's own account in its console
   * alone, for the root user; here the root user calls the same operations as a management account.
   *
   * @throws dev.bulwark.schema.ApiException AccessDeniedException
   */
  String requireForEmail(Call call, String accountId) {
    if (!accountId.equals(call.principal().accountId())) {
      return require(call, accountId);
    }
    if (!(call.principal() instanceof Principal.AccountRoot)) {
      throw AccountErrors.accessDenied(call, "Access Denied");
    }
    return accountId;
  }

  /**
   * @throws dev.bulwark.schema.ApiException AccessDeniedException
   */
  static void requireRoot(Call call) {
    if (!(call.principal() instanceof Principal.AccountRoot)) {
      throw AccountErrors.rootOnly(call);
    }
  }
}
