package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;

/**
 * The front door's refusal of a request that leads to no operation, with what is needed to answer
 * it in the client's protocol.
 */
public final class RoutingException extends ApiException {
  private final transient Route route;

  RoutingException(String code, int httpStatus, String message, Route route) {
    super(code, httpStatus, message);
    this.route = route;
  }

  /** As far as the request was understood; to be given to {@link WireProtocol#encodeError}. */
  public Route route() {
    return route;
  }
}
