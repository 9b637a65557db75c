package dev.bulwark.server;

import dev.bulwark.access.AuthFamily;
import dev.bulwark.access.AuthorizationTarget;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigningPolicy;
import dev.bulwark.events.EventStreams;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /_bulwark/explain/EVENT_ID}: signed as a request to CloudTrail, by a principal of the
 * event's account who may look up events and simulate the policies of whoever made the call, since
 * the answer tells of both.
 */
final class ExplainRoute implements LocalRoute {
  static final String PATH = "explain/";

  private static final String ROUTE = "GET " + PATH;

  /** The signing name. */
  static final String SERVICE = "cloudtrail";

  private static final ServiceInfo CLOUDTRAIL = info(SERVICE);
  private static final ServiceInfo IAM = info("iam");

  private final SigV4Authenticator authenticator;
  private final Authorizer authorizer;
  private final EventStreams events;
  private final CallExplainer explainer;
  private final SigningPolicy signing;

  ExplainRoute(
      SigV4Authenticator authenticator,
      Authorizer authorizer,
      EventStreams events,
      CallExplainer explainer,
      String region) {
    this.authenticator = authenticator;
    this.authorizer = authorizer;
    this.events = events;
    this.explainer = explainer;
    this.signing = SigningPolicy.regional(AuthFamily.of(CLOUDTRAIL), region, SERVICE);
  }

  private static ServiceInfo info(String id) {
    return Objects.requireNonNull(ServiceCatalog.find(id));
  }

  @Override
  public @Nullable HttpResponse handle(String route, HttpRequest request) {
    return route.startsWith(ROUTE) ? explain(request, route.substring(ROUTE.length())) : null;
  }

  private HttpResponse explain(HttpRequest request, String eventId) {
    try {
      var caller = authenticator.authenticate(request, signing);
      authorizer.authorize(
          caller, CLOUDTRAIL, AuthorizationTarget.of("cloudtrail:LookupEvents", "*"));
      var found =
          events
              .call(eventId)
              .filter(call -> call.accountId().equals(caller.principal().accountId()));
      if (found.isEmpty()) {
        return error(404, "EventNotFound", "The account has no event " + eventId + ".");
      }
      var call = found.get();
      var subject = RecordedCaller.of(CallExplainer.record(call)).arn();
      authorizer.authorize(
          caller, IAM, AuthorizationTarget.of("iam:SimulatePrincipalPolicy", subject));
      return HttpResponse.of(200, "application/json", CallExplainer.bytes(explainer.explain(call)));
    } catch (ApiException e) {
      return error(e.httpStatus(), e.code(), String.valueOf(e.getMessage()));
    }
  }

  private static HttpResponse error(int status, String code, String message) {
    var text =
        "{\"code\":\"%s\",\"message\":\"%s\"}%n".formatted(Json.escape(code), Json.escape(message));
    return HttpResponse.of(status, "application/json", text.getBytes(StandardCharsets.UTF_8));
  }
}
