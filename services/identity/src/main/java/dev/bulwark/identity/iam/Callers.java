package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/** Operations on a user that name none are about the caller. */
final class Callers {
  private Callers() {}

  /**
   * Sessions of GetSessionToken without a second factor and of GetFederationToken cannot call IAM:
   * to it their tokens are none. Who signed in with a password can.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html">Compare
   *     AWS STS credentials</a>
   */
  static void admit(Principal caller) {
    var session = caller.session();
    var ofRole =
        caller instanceof Principal.AssumedRole
            || (caller instanceof Principal.AccountRoot root && root.assumed());
    if (session != null
        && (caller instanceof Principal.FederatedUser
            || (!ofRole
                && !session.mfaAuthenticated()
                && !ConsolePasswords.ISSUER.equals(session.issuer())))) {
      throw IamErrors.invalidClientToken();
    }
  }

  /**
   * The name of the user that an operation is about; null where it is the account's root user.
   *
   * @throws dev.bulwark.schema.ApiException where the caller is neither a user nor the root user
   *     and names none
   */
  static @Nullable String userName(Call call, @Nullable String named) {
    if (named != null) {
      return named;
    }
    return switch (call.principal()) {
      case Principal.IamUser user -> user.userName();
      case Principal.AccountRoot root -> null;
      default -> throw IamErrors.mustSpecifyUserName();
    };
  }
}
