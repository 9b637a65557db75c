package dev.bulwark.wire;

import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes.
 *
 * @param service {@link Router#UNKNOWN_SERVICE} on the route of a {@link RoutingException} that
 *     found no service
 * @param operation null only on the route of a {@link RoutingException}
 * @param protocol the protocol in which the client speaks, and wants to be answered
 * @param labels the path's labels by member wire name, percent-decoded once; for S3 they hold
 *     {@code Bucket} and {@code Key}
 * @param request the request to go on with: its body is in memory, unless the operation's input
 *     streams
 */
public record Route(
    ServiceInfo service,
    @Nullable Operation<?, ?> operation,
    Protocol protocol,
    Map<String, String> labels,
    HttpRequest request) {

  /**
   * The operation of a successful route.
   *
   * @throws IllegalStateException on the route of a {@link RoutingException}
   */
  public Operation<?, ?> requireOperation() {
    if (operation == null) {
      throw new IllegalStateException("no operation");
    }
    return operation;
  }
}
