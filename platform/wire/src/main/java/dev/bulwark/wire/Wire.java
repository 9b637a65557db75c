package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import java.nio.charset.StandardCharsets;

/** What the walkers have in common. */
final class Wire {
  private Wire() {}

  /** The whole body in memory, without its content encoding. */
  static byte[] body(HttpRequest request, Protocol protocol, ServiceInfo service) {
    var limit = WireErrors.isS3(service) ? Bodies.MAX_S3_BYTES : Bodies.MAX_BYTES;
    try {
      return Bodies.decoded(
          Bodies.read(request.body(), limit), request.headers().first("content-encoding"), limit);
    } catch (Bodies.BodyException e) {
      throw WireErrors.unreadable(e.failure(), protocol, service);
    }
  }

  /** A response in memory, without a body where there are no bytes. */
  static HttpResponse response(int status, HttpHeaders headers, String contentType, byte[] bytes) {
    return response(status, headers, contentType, Body.of(bytes));
  }

  /** The same with a body of known length. */
  static HttpResponse response(int status, HttpHeaders headers, String contentType, Body body) {
    if (body.length() > 0) {
      headers.set("content-type", contentType);
    }
    return new HttpResponse(status, headers, body);
  }

  /** Whether the answer to this request has no body. */
  static boolean isHead(Route route) {
    return route.request().method().equals("HEAD");
  }

  static String faultName(ApiException error) {
    return switch (error.fault()) {
      case CLIENT -> "Sender";
      case SERVER -> "Receiver";
    };
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
