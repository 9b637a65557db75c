package dev.bulwark.server;

import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Some of the routes below {@code /_bulwark/}. */
@FunctionalInterface
interface LocalRoute {
  /**
   * Answers a request.
   *
   * @param route the method and the path below {@code /_bulwark/}, as in {@code GET health}
   * @return null where this is another's route
   */
  @Nullable HttpResponse handle(String route, HttpRequest request);
}
