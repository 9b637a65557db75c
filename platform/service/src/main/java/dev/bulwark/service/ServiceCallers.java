package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.schema.ServiceInfo;
import java.time.Clock;

/**
 * Lets a service ask another one on its own behalf, outside of any request: as CloudTrail writes to
 * a bucket, whose policy has to allow its service principal. Thread-safe.
 */
public final class ServiceCallers {
  private final Authorizer authorizer;
  private final Clock clock;

  /** Callers whose permissions that authorizer decides on. */
  public ServiceCallers(Authorizer authorizer, Clock clock) {
    this.authorizer = authorizer;
    this.clock = clock;
  }

  /**
   * A service that asks.
   *
   * @param service which asks, and for whose resource: {@code aws:SourceArn} and {@code
   *     aws:SourceAccount} guard against confused deputies
   * @param asked the service that is asked: it refuses in its own words
   */
  public Caller of(Principal.ServicePrincipal service, String region, ServiceInfo asked) {
    return new ForwardedCaller(
        Authentication.ofService(service, region),
        region,
        clock.instant(),
        (asking, permission) -> authorizer.authorize(asking, asked, permission.target()));
  }
}
