package dev.bulwark.server;

import dev.bulwark.access.AuthFamily;
import dev.bulwark.access.Principal;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigningPolicy;
import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.HttpRequest;
import java.util.List;

/**
 * Lets pass who runs the installation: requests signed with a long-term key of the root user of its
 * first account.
 */
final class FirstRoot {
  /** The service that a signature names. */
  static final String SIGNING_NAME = "bulwark";

  private static final int MAX_BODY = 4096;

  private final SigV4Authenticator authenticator;
  private final String accountId;
  private final SigningPolicy signing;

  FirstRoot(SigV4Authenticator authenticator, String accountId, String region) {
    this.authenticator = authenticator;
    this.accountId = accountId;
    this.signing =
        new SigningPolicy(
            List.of(SIGNING_NAME), any -> true, region, AuthFamily.JSON, false, MAX_BODY);
  }

  /**
   * The request as verified.
   *
   * @param what only that user does, as the refusal says it
   * @throws ApiException where somebody else sent it
   */
  HttpRequest require(HttpRequest request, String what) {
    var caller = authenticator.authenticate(request, signing);
    if (!(caller.principal() instanceof Principal.AccountRoot root)
        || root.session() != null
        || !root.accountId().equals(accountId)) {
      throw new ApiException(
          "AccessDenied", 403, "the root user of the installation's first account alone " + what);
    }
    return caller.request();
  }
}
