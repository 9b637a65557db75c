package dev.bulwark.acceptance;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** Requests as bytes, for tests that look below the client libraries. */
final class Requests {
  private Requests() {}

  /** An unsigned request. */
  static HttpRequest of(URI endpoint, String method, String path, String query, byte[] body) {
    var headers = new HttpHeaders().set("host", endpoint.getAuthority());
    return new HttpRequest(method, path, query, headers, Body.of(body), "127.0.0.1", false);
  }

  /** A query-protocol request: {@code names} are names and values in turn. */
  static HttpRequest form(URI endpoint, String... names) {
    var form = new StringBuilder();
    for (var i = 0; i < names.length; i += 2) {
      form.append(i == 0 ? "" : "&").append(names[i]).append('=').append(encode(names[i + 1]));
    }
    var request = of(endpoint, "POST", "/", "", form.toString().getBytes(StandardCharsets.UTF_8));
    request.headers().set("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    return request;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }

  /** Signs by header, now. */
  static HttpRequest signed(HttpRequest request, AwsCredentials credentials, String service) {
    return signed(request, credentials, service, Instant.now());
  }

  /** Signs by header; a request can be signed more than once. */
  static HttpRequest signed(
      HttpRequest request, AwsCredentials credentials, String service, Instant time) {
    return signer(credentials, service).sign(request, content(request), time);
  }

  static SigV4Signer signer(AwsCredentials credentials, String service) {
    return new SigV4Signer(
        credentials.accessKeyId(),
        credentials.secretAccessKey(),
        null,
        RunningServer.REGION,
        service);
  }

  private static byte[] content(HttpRequest request) {
    try {
      var stream = request.body().stream();
      stream.reset();
      return stream.readAllBytes();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
