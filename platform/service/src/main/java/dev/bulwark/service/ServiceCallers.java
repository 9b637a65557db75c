package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.events.EventStreams;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.wire.HttpHeaders;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets a service ask another one on its own behalf, outside of any request: as CloudTrail writes to
 * a bucket, whose policy has to allow its service principal. Thread-safe.
 */
public final class ServiceCallers {
  private final Authorizer authorizer;
  private final @Nullable SigV4Authenticator authenticator;
  private final Clock clock;
  private final @Nullable EventStreams events;

  /** Callers whose permissions that authorizer decides on, and who leave no events. */
  public ServiceCallers(Authorizer authorizer, Clock clock) {
    this(authorizer, clock, null);
  }

  /**
   * Callers that may take on roles, and leave no events.
   *
   * @param authenticator knows the sessions of roles
   */
  public ServiceCallers(Authorizer authorizer, SigV4Authenticator authenticator, Clock clock) {
    this.authorizer = authorizer;
    this.authenticator = authenticator;
    this.clock = clock;
    this.events = null;
  }

  /**
   * Callers whose permissions that authorizer decides on.
   *
   * @param events takes what services do for them; null where nobody looks
   */
  public ServiceCallers(Authorizer authorizer, Clock clock, @Nullable EventStreams events) {
    this.authorizer = authorizer;
    this.authenticator = null;
    this.clock = clock;
    this.events = events;
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
        (asking, permission) -> authorizer.authorize(asking, asked, permission.target()),
        events);
  }

  /**
   * A service that asks in a role that it has assumed before.
   *
   * @param asked the service that is asked: it refuses in its own words
   * @throws dev.bulwark.schema.ApiException where there is no such session
   */
  public Caller inRole(String service, RoleSession role, String region, ServiceInfo asked) {
    return new ForwardedCaller(
        Objects.requireNonNull(authenticator, "callers without roles")
            .inRole(service, role, region, new HttpHeaders()),
        region,
        clock.instant(),
        (asking, permission) -> authorizer.authorize(asking, asked, permission.target()),
        events);
  }
}
