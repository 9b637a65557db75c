package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;

/**
 * One AWS protocol: turns requests into inputs, and outputs and errors into responses, by walking
 * shapes. Stateless.
 */
public interface WireProtocol {

  /**
   * Parses a request. Constraints of the model are not checked here, see {@link Validator}.
   *
   * @param request {@link Route#request()}, or the same with another body, such as one without its
   *     chunk signatures
   * @throws ApiException where the body is malformed, in the protocol's and service's own words
   */
  Structure decode(Operation<?, ?> operation, HttpRequest request, Route route);

  /** Writes a successful response. */
  HttpResponse encode(Operation<?, ?> operation, Structure output, String requestId);

  /** Writes an error; without a body where the request was a HEAD. */
  HttpResponse encodeError(ApiException error, Route route, String requestId);
}
