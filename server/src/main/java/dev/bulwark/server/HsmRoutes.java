package dev.bulwark.server;

import dev.bulwark.access.AuthFamily;
import dev.bulwark.access.Principal;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigningPolicy;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.encryption.cloudhsm.ClusterUsers;
import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Users inside CloudHSM clusters, over HTTP ({@code POST hsm}, signed by the root user of the
 * cluster's account): what at AWS the CloudHSM CLI does on a machine in the cluster's network. A
 * line for what to do, the cluster, and what it takes.
 */
final class HsmRoutes implements LocalRoute {
  private static final int MAX_BODY = 1024;

  private final ClusterUsers users;
  private final SigV4Authenticator authenticator;
  private final BulwarkClock clock;
  private final SigningPolicy signing;

  HsmRoutes(
      ClusterUsers users, SigV4Authenticator authenticator, BulwarkClock clock, String region) {
    this.users = users;
    this.authenticator = authenticator;
    this.clock = clock;
    this.signing =
        new SigningPolicy(
            List.of(FirstRoot.SIGNING_NAME), any -> true, region, AuthFamily.JSON, false, MAX_BODY);
  }

  @Override
  public @Nullable HttpResponse handle(String route, HttpRequest request) {
    if (!route.equals("POST hsm")) {
      return null;
    }
    try {
      var caller = authenticator.authenticate(request, signing);
      if (!(caller.principal() instanceof Principal.AccountRoot root) || root.session() != null) {
        return answer(403, "the account's root user alone has to do with users of clusters");
      }
      return act(root.accountId(), body(caller.request()));
    } catch (ApiException e) {
      return answer(e.httpStatus(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return answer(400, "the body could not be read");
    }
  }

  private HttpResponse act(String account, List<String> lines) {
    switch ((lines.isEmpty() ? "" : lines.getFirst()) + " " + lines.size()) {
      case "activate 3" -> users.activate(account, lines.get(1), lines.get(2), clock.instant());
      case "create-user 5" ->
          users.create(account, lines.get(1), lines.get(2), lines.get(3), lines.get(4));
      case "delete-user 4" -> users.delete(account, lines.get(1), lines.get(2), lines.get(3));
      default -> {
        return answer(
            400,
            "send activate, the cluster and the admin's new password; create-user, the cluster, the admin's password, a name and a password; or delete-user, the cluster, the admin's password and a name: a line for each");
      }
    }
    return answer(200, "done");
  }

  private static List<String> body(HttpRequest request) throws IOException {
    try (var stream = request.body().stream()) {
      return new String(stream.readNBytes(MAX_BODY), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static HttpResponse answer(int status, String message) {
    return HttpResponse.of(
        status,
        "application/json",
        ("{\"message\":\"" + Json.escape(message) + "\"}\n").getBytes(StandardCharsets.UTF_8));
  }
}
