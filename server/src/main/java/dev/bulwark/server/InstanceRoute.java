package dev.bulwark.server;

import dev.bulwark.identity.iam.InstanceCredentials;
import dev.bulwark.identity.iam.InstanceCredentials.Instance;
import dev.bulwark.identity.iam.InstanceCredentials.View;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.StoreException;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /_bulwark/instance-credentials}: what an instance with an instance profile is told of
 * its role, for {@code ./bulwark imds}.
 */
final class InstanceRoute implements LocalRoute {
  static final String PATH = "instance-credentials";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final InstanceCredentials credentials;
  private final FirstRoot root;

  InstanceRoute(InstanceCredentials credentials, FirstRoot root) {
    this.credentials = credentials;
    this.root = root;
  }

  @Override
  public @Nullable HttpResponse handle(String route, HttpRequest request) {
    return route.equals("POST " + PATH) ? answer(request) : null;
  }

  private HttpResponse answer(HttpRequest request) {
    try {
      var body = read(root.require(request, "speaks for instances"));
      var instance =
          new Instance(
              body.path("account").asString(""),
              body.path("instanceProfile").asString(""),
              body.path("instanceId").asString(""));
      var found = credentials.of(instance);
      return found.isPresent()
          ? LocalRoutes.json(200, write(found.get()))
          : refused(404, "there is no instance profile " + instance.profileName());
    } catch (StoreException e) {
      return refused(503, "the store cannot be written");
    } catch (ApiException e) {
      return refused(e.httpStatus(), String.valueOf(e.getMessage()));
    } catch (IOException | JacksonException e) {
      return refused(400, "send a JSON object");
    }
  }

  private static JsonNode read(HttpRequest request) throws IOException {
    try (var stream = request.body().stream()) {
      return JSON.readTree(stream.readAllBytes());
    }
  }

  private static String write(View view) {
    var json =
        JSON.createObjectNode()
            .put("profileArn", view.profileArn())
            .put("profileId", view.profileId())
            .put("updated", seconds(view.updated()));
    if (view.roleName() != null) {
      json.put("roleName", view.roleName());
    }
    var session = view.credentials();
    if (session != null) {
      json.putObject("credentials")
          .put("accessKeyId", session.accessKeyId())
          .put("secretAccessKey", session.secretAccessKey())
          .put("token", session.sessionToken())
          .put("expiration", String.valueOf(session.expiration()));
    }
    return JSON.writeValueAsString(json);
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static HttpResponse refused(int status, String why) {
    return LocalRoutes.json(status, "{\"message\":\"" + Json.escape(why) + "\"}");
  }
}
