package dev.bulwark.server;

import dev.bulwark.identity.signin.RootRecovery;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.StoreException;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /_bulwark/root-recovery}: with an e-mail address alone it sends a code there; with
 * the code and a password it sets that.
 */
final class RecoveryRoutes implements LocalRoute {
  private static final System.Logger LOG = System.getLogger(RecoveryRoutes.class.getName());

  private final RootRecovery recovery;

  RecoveryRoutes(RootRecovery recovery) {
    this.recovery = recovery;
  }

  @Override
  public @Nullable HttpResponse handle(String route, HttpRequest request) {
    if (!route.equals("POST root-recovery")) {
      return null;
    }
    try {
      return recover(request);
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.ERROR, "The root user's password could not be stored", e);
      return SignInRoutes.error(503, "ServiceUnavailable", "the store cannot be written");
    } catch (ApiException e) {
      return SignInRoutes.error(e.httpStatus(), e.code(), String.valueOf(e.getMessage()));
    }
  }

  private HttpResponse recover(HttpRequest request) {
    var body = SignInRoutes.read(request);
    var email = body == null ? null : SignInRoutes.text(body, "email");
    if (body == null || email == null) {
      return SignInRoutes.error(400, "BadRequest", "send email; or email, code and password");
    }
    var code = SignInRoutes.text(body, "code");
    var password = SignInRoutes.password(body, "password");
    if (code == null && password == null) {
      recovery.begin(request, email);
      return LocalRoutes.json(
          200, "{\"message\":\"if this is a root user's address, a code was sent there\"}");
    }
    if (code == null || password == null) {
      return SignInRoutes.error(400, "BadRequest", "send email, code and password");
    }
    return recovery.complete(request, email, code, password)
        ? LocalRoutes.json(200, "{\"message\":\"the password was set\"}")
        : SignInRoutes.error(403, "AuthenticationFailed", "the code is wrong or too old");
  }
}
