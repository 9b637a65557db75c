package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import dev.bulwark.events.EventStreams;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A caller for whom a service asks, or a service that asks by itself.
 *
 * @param events null where no record is kept
 */
record ForwardedCaller(
    Authentication authentication,
    String region,
    Instant time,
    Authorization authorization,
    @Nullable EventStreams events)
    implements Caller {

  @Override
  public void require(Permission permission) {
    authorization.require(authentication, permission);
  }

  @Override
  public String record(ServiceRequest request) {
    return events == null ? "" : ServiceEvents.append(events, this, request);
  }

  @Override
  public Caller via(String servicePrincipal) {
    return new ForwardedCaller(
        authentication.via(servicePrincipal), region, time, authorization, events);
  }
}
