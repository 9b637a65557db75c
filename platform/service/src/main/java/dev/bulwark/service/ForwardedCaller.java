package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import java.time.Instant;

/** A caller for whom a service asks, or a service that asks by itself. */
record ForwardedCaller(
    Authentication authentication, String region, Instant time, Authorization authorization)
    implements Caller {

  @Override
  public void require(Permission permission) {
    authorization.require(authentication, permission);
  }

  @Override
  public Caller via(String servicePrincipal) {
    return new ForwardedCaller(authentication.via(servicePrincipal), region, time, authorization);
  }
}
