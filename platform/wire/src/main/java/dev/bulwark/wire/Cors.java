package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Protocol;
import java.util.Map;
import java.util.Optional;

/**
 * Cross-origin requests of browsers. AWS's API endpoints allow them from everywhere, since each
 * request is signed; S3 allows what a bucket's CORS configuration allows, and thus nothing where
 * there is none.
 */
public final class Cors {
  private static final String EXPOSED =
      "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,x-amzn-query-error,smithy-protocol,Date";

  private static final String MAX_AGE_SECONDS = "172800";

  private Cors() {}

  /**
   * The answer to a preflight request, or empty where the request is none.
   *
   * @param requestId for the answer's headers
   */
  public static Optional<HttpResponse> preflight(
      HttpRequest request, Router router, String requestId) {
    if (!request.method().equals("OPTIONS")) {
      return Optional.empty();
    }
    var headers = request.headers();
    var service = router.serviceOf(request);
    if (WireErrors.isS3(service)) {
      var route = new Route(service, null, Protocol.REST_XML, Map.of(), request);
      return Optional.of(
          Protocols.of(Protocol.REST_XML).encodeError(refusal(request), route, requestId));
    }
    if (!isPreflight(headers)) {
      return Optional.empty();
    }
    var answer = new HttpHeaders().set("access-control-allow-origin", "*");
    var wanted = headers.first("access-control-request-headers");
    if (wanted != null) {
      answer.set("access-control-allow-headers", wanted.replaceAll("[^A-Za-z0-9_, -]", ""));
    }
    answer.set("access-control-allow-methods", "GET,HEAD,PUT,POST,DELETE,PATCH");
    answer.set("access-control-expose-headers", EXPOSED);
    answer.set("access-control-max-age", MAX_AGE_SECONDS);
    answer.set("x-amzn-requestid", requestId);
    return Optional.of(new HttpResponse(200, answer, Body.empty()));
  }

  private static boolean isPreflight(HttpHeaders headers) {
    return headers.contains("origin") && headers.contains("access-control-request-method");
  }

  private static ApiException refusal(HttpRequest request) {
    if (!isPreflight(request.headers())) {
      return new ApiException(
          "BadRequest", 400, "Insufficient information. Origin request header needed.");
    }
    return new ApiException(
            "AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket.")
        .with("Method", String.valueOf(request.headers().first("access-control-request-method")))
        .with("ResourceType", "BUCKET");
  }

  /**
   * Adds the headers that let a browser read the response, where the request has an Origin and is
   * none of S3's.
   */
  public static HttpResponse expose(HttpRequest request, Route route, HttpResponse response) {
    if (request.headers().contains("origin") && !WireErrors.isS3(route.service())) {
      response.headers().set("access-control-allow-origin", "*");
      response.headers().set("access-control-expose-headers", EXPOSED);
    }
    return response;
  }
}
