package dev.bulwark.wire;

import dev.bulwark.schema.Body;

/**
 * A response before it goes to the HTTP server.
 *
 * @param status the HTTP status
 * @param body closed by whoever writes it out
 */
public record HttpResponse(int status, HttpHeaders headers, Body body) {

  /** A response of bytes in memory. */
  public static HttpResponse of(int status, String contentType, byte[] body) {
    var headers = new HttpHeaders();
    headers.set("content-type", contentType);
    return new HttpResponse(status, headers, Body.of(body));
  }
}
