package dev.bulwark.wire;

import dev.bulwark.schema.Structure;

/** What an input says in headers, where it comes without a request of its own. */
public final class RequestHeaders {
  private RequestHeaders() {}

  /** The headers that a client of a REST protocol would send. */
  public static HttpHeaders of(Structure input) {
    var headers = new HttpHeaders();
    Bindings.of(input.shape()).writeHeaders(input, headers, true);
    return headers;
  }
}
