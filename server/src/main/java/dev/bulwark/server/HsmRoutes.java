package dev.bulwark.server;

import dev.bulwark.access.AuthFamily;
import dev.bulwark.access.Principal;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigningPolicy;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.encryption.cloudhsm.CloudHsm;
import dev.bulwark.encryption.cloudhsm.ClusterTrust;
import dev.bulwark.encryption.cloudhsm.ClusterUsers.Login;
import dev.bulwark.encryption.cloudhsm.HsmOrigin;
import dev.bulwark.encryption.cloudhsm.UserAdministration;
import dev.bulwark.encryption.cloudhsm.UserAdministration.User;
import dev.bulwark.encryption.cloudhsm.UserRole;
import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Users inside CloudHSM clusters, over HTTP ({@code POST hsm}, signed by the root user of the
 * cluster's account): what at AWS the CloudHSM CLI does on a machine in the cluster's network. A
 * line for what to do, the cluster, and what it takes.
 */
final class HsmRoutes implements LocalRoute {
  private static final int MAX_BODY = 8192;

  private final UserAdministration administration;
  private final ClusterTrust trust;
  private final SigV4Authenticator authenticator;
  private final BulwarkClock clock;
  private final SigningPolicy signing;

  HsmRoutes(
      CloudHsm cloudHsm, SigV4Authenticator authenticator, BulwarkClock clock, String region) {
    this.administration = cloudHsm.administration();
    this.trust = cloudHsm.trust();
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
      return act(root.accountId(), caller.request());
    } catch (ApiException e) {
      return answer(e.httpStatus(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return answer(400, "the body could not be read");
    }
  }

  private HttpResponse act(String account, HttpRequest request) throws IOException {
    var in = body(request);
    var origin = new HsmOrigin(request.remoteAddress(), true);
    switch ((in.isEmpty() ? "" : in.getFirst()) + " " + in.size()) {
      case "activate 3" ->
          administration.activate(account, in.get(1), in.get(2), clock.instant(), origin);
      case "create-user 7" ->
          administration.create(
              account, in.get(1), login(in), in.get(4), role(in.get(5)), in.get(6), origin);
      case "delete-user 5" ->
          administration.delete(account, in.get(1), login(in), in.get(4), origin);
      case "change-password 5" ->
          administration.changePassword(account, in.get(1), login(in), in.get(4), origin);
      case "reset-password 6" ->
          administration.resetPassword(account, in.get(1), login(in), in.get(4), in.get(5), origin);
      case "list-users 2" -> {
        return list("users", administration.list(account, in.get(1)).stream().map(HsmRoutes::user));
      }
      case "register-trust-anchor 5" -> {
        var id = trust.register(account, in.get(1), login(in), pem(in.get(4)), origin);
        return answer(200, id);
      }
      case "deregister-trust-anchor 5" ->
          trust.deregister(account, in.get(1), login(in), in.get(4), origin);
      case "list-trust-anchors 2" -> {
        return list(
            "trust_anchors",
            trust.list(account, in.get(1)).stream().map(id -> "{\"sha256\":\"" + id + "\"}"));
      }
      default -> {
        return answer(400, "./bulwark hsm knows what can be sent here");
      }
    }
    return answer(200, "done");
  }

  /** The user whose password this is: an admin, but where a user changes their own. */
  private static Login login(List<String> in) {
    return new Login(in.get(2), in.get(3));
  }

  private static UserRole role(String text) {
    for (var role : UserRole.values()) {
      if (role.text().equals(text)) {
        return role;
      }
    }
    throw new ApiException("InvalidRole", 400, "A role is admin or crypto-user, not " + text + ".");
  }

  private static String pem(String base64) {
    return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
  }

  /** As AWS's CloudHSM CLI shows users, but for what there is not here. */
  private static String user(User user) {
    return "{\"username\":\"%s\",\"role\":\"%s\",\"locked\":\"%b\"}"
        .formatted(user.name(), user.role().text(), user.locked());
  }

  private static HttpResponse list(String name, Stream<String> items) {
    return LocalRoutes.json(
        200, items.collect(Collectors.joining(",", "{\"" + name + "\":[", "]}")));
  }

  private static List<String> body(HttpRequest request) throws IOException {
    try (var stream = request.body().stream()) {
      return new String(stream.readNBytes(MAX_BODY), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static HttpResponse answer(int status, String message) {
    return LocalRoutes.json(status, "{\"message\":\"" + Json.escape(message) + "\"}");
  }
}
