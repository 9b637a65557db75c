package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Structure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Requests for tests, and what becomes of them. */
final class Requests {
  static final Router ROUTER = Router.ofCatalog(Set.of("bulwark.test"));

  private Requests() {}

  /** A request; the head is {@code METHOD target}, then one header a line. */
  static HttpRequest of(String head, String body) {
    return of(head, body.getBytes(StandardCharsets.UTF_8));
  }

  static HttpRequest of(String head, byte[] body) {
    var lines = head.strip().split("\n");
    var words = lines[0].strip().split(" ");
    var mark = words[1].indexOf('?');
    var headers = new HttpHeaders();
    for (var i = 1; i < lines.length; i++) {
      var colon = lines[i].indexOf(':');
      headers.add(lines[i].substring(0, colon).strip(), lines[i].substring(colon + 1).strip());
    }
    return new HttpRequest(
        words[0],
        mark < 0 ? words[1] : words[1].substring(0, mark),
        mark < 0 ? "" : words[1].substring(mark + 1),
        headers,
        Body.of(body),
        "127.0.0.1",
        false);
  }

  static HttpRequest of(String head) {
    return of(head, "");
  }

  static String scope(String service) {
    return "\nauthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/"
        + service
        + "/aws4_request, SignedHeaders=host, Signature=00";
  }

  static HttpRequest json(String target, String body) {
    return of(
        "POST /\nhost: localhost\ncontent-type: application/x-amz-json-1.1\nx-amz-target: "
            + target,
        body);
  }

  static HttpRequest form(String service, String form) {
    return of(
        "POST /\nhost: localhost\ncontent-type: application/x-www-form-urlencoded" + scope(service),
        form);
  }

  /** Routes, decodes and validates. */
  static Structure input(HttpRequest request) {
    var route = ROUTER.route(request);
    var input =
        Protocols.of(route.protocol()).decode(route.requireOperation(), route.request(), route);
    Validator.validate(route.requireOperation(), input);
    return input;
  }

  /** The answer to a request that is refused. */
  static HttpResponse refusal(HttpRequest request) {
    Route route;
    try {
      route = ROUTER.route(request);
    } catch (RoutingException e) {
      return Protocols.of(e.route().protocol()).encodeError(e, e.route(), "req-1");
    }
    var protocol = Protocols.of(route.protocol());
    try {
      var input = protocol.decode(route.requireOperation(), route.request(), route);
      Validator.validate(route.requireOperation(), input);
    } catch (ApiException e) {
      return protocol.encodeError(e, route, "req-1");
    }
    throw new AssertionError("not refused: " + route.operation());
  }

  static String text(HttpResponse response) {
    try {
      return new String(response.body().stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
