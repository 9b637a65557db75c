package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cross-origin requests of browsers. AWS's API endpoints allow them from everywhere, since each
 * request is signed; S3 allows what a bucket's CORS configuration allows.
 */
public final class Cors {
  private static final String EXPOSED =
      "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,x-amzn-query-error,smithy-protocol,Date";

  private static final String MAX_AGE_SECONDS = "172800";

  private static final Set<String> METHODS_OF_S3 =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH");

  private Cors() {}

  /**
   * The answer to a preflight request, or empty where the request is none.
   *
   * @param rules of S3's buckets
   * @param requestId for the answer's headers
   */
  public static Optional<HttpResponse> preflight(
      HttpRequest request, Router router, CrossOriginRules rules, String requestId) {
    if (!request.method().equals("OPTIONS")) {
      return Optional.empty();
    }
    var headers = request.headers();
    var service = router.serviceOf(request);
    if (WireErrors.isS3(service)) {
      return Optional.of(ofBucket(request, router, service, rules, requestId));
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

  private static HttpResponse ofBucket(
      HttpRequest request,
      Router router,
      ServiceInfo service,
      CrossOriginRules rules,
      String requestId) {
    try {
      requirePreflight(request.headers());
      var answer = new HttpHeaders().set("x-amz-request-id", requestId);
      rules.preflight(router.bucketOf(request), request).forEach(answer::set);
      return new HttpResponse(200, answer, Body.empty());
    } catch (ApiException e) {
      var route = new Route(service, null, Protocol.REST_XML, Map.of(), request);
      return Protocols.of(Protocol.REST_XML).encodeError(e, route, requestId);
    }
  }

  private static void requirePreflight(HttpHeaders headers) {
    if (!headers.contains("origin")) {
      throw new ApiException(
          "BadRequest", 400, "Insufficient information. Origin request header needed.");
    }
    var method = headers.first("access-control-request-method");
    if (method == null || !METHODS_OF_S3.contains(method)) {
      throw new ApiException("BadRequest", 400, "Invalid Access-Control-Request-Method: " + method);
    }
  }

  /** Adds the headers that let a browser read the response, where the request has an Origin. */
  public static HttpResponse expose(
      HttpRequest request, Route route, CrossOriginRules rules, HttpResponse response) {
    if (!request.headers().contains("origin")) {
      return response;
    }
    if (!WireErrors.isS3(route.service())) {
      response.headers().set("access-control-allow-origin", "*");
      response.headers().set("access-control-expose-headers", EXPOSED);
      return response;
    }
    var bucket = route.labels().get("Bucket");
    var allowed = bucket == null ? null : rules.actual(bucket, request);
    if (allowed != null) {
      allowed.forEach(response.headers()::set);
    }
    return response;
  }
}
