package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.DecisionLog;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Learns of all requests to a service once their answers are ready, those included that were
 * refused: for logs and metrics of requests. It is on the way of every request.
 */
@FunctionalInterface
public interface AnswerObserver {
  /** Learns of nothing. */
  AnswerObserver NONE = (served, answer) -> answer;

  /**
   * A request with what came of it.
   *
   * @param request as it came off the wire; that of a service of this installation has neither path
   *     nor query
   * @param labels of the request's path, as its route has them
   * @param input null where the request failed before it was read
   * @param output null where it failed
   * @param error null where it did not fail
   * @param caller null where it is not known who asks
   * @param decisions null where nothing was decided
   * @param time when it came, by the installation's clock
   * @param started when it came, by {@link System#nanoTime}
   */
  record Served(
      Operation<?, ?> operation,
      HttpRequest request,
      Map<String, String> labels,
      @Nullable Structure input,
      @Nullable Structure output,
      @Nullable ApiException error,
      @Nullable Authentication caller,
      @Nullable DecisionLog decisions,
      String requestId,
      Instant time,
      long started) {}

  /**
   * Tells of a request. Must not throw.
   *
   * @return the answer to send: the same, or one that tells the observer when it has been sent
   */
  HttpResponse answered(Served served, HttpResponse answer);
}
