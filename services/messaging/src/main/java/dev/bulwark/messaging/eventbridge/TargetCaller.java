package dev.bulwark.messaging.eventbridge;

import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.StsApi;
import dev.bulwark.base.Arn;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.service.Caller;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.service.ServiceCalls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Who tells targets of events: EventBridge for a rule, or the role that the target names. */
final class TargetCaller {
  private static final String SERVICE = "events.amazonaws.com";
  private static final String SESSION_NAME = "EventBridge";
  private static final Duration SPARE = Duration.ofMinutes(5);
  private static final int MOST_SESSIONS = 10_000;

  /** A role's session, and until when it is good. */
  private record Session(RoleSession role, Instant expires) {}

  private final ServiceCalls calls;
  private final Supplier<ServiceCallers> callers;
  private final Clock clock;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  TargetCaller(ServiceCalls calls, Supplier<ServiceCallers> callers, Clock clock) {
    this.calls = calls;
    this.callers = callers;
    this.clock = clock;
  }

  /** EventBridge, for the rule of a delivery. */
  static Principal.ServicePrincipal service(EventDelivery delivery) {
    return new Principal.ServicePrincipal(
        SERVICE, delivery.bus().accountId(), delivery.bus().ruleArn(delivery.rule()));
  }

  /** In the Region of the target. */
  Caller itself(EventDelivery delivery, ServiceInfo asked) {
    return callers.get().of(service(delivery), region(delivery), asked);
  }

  /**
   * In the target's role, in the target's Region.
   *
   * @throws dev.bulwark.schema.ApiException where the role cannot be assumed
   */
  Caller inRole(EventDelivery delivery, ServiceInfo asked) {
    var role = Objects.requireNonNull(delivery.target().roleArn());
    // A role may be for the rules alone whose ARN its trust policy names.
    var key = role + " " + delivery.bus().ruleArn(delivery.rule());
    var known = sessions.get(key);
    if (known == null || clock.instant().isAfter(known.expires().minus(SPARE))) {
      known = assume(delivery, role);
      if (sessions.size() < MOST_SESSIONS) {
        sessions.put(key, known);
      }
    }
    return callers.get().inRole(SERVICE, known.role(), region(delivery), asked);
  }

  private Session assume(EventDelivery delivery, String role) {
    var given =
        Objects.requireNonNull(
            calls
                .call(
                    service(delivery),
                    delivery.bus().region(),
                    StsApi.ASSUME_ROLE,
                    AssumeRoleRequest.builder().roleArn(role).roleSessionName(SESSION_NAME).build())
                .credentials());
    return new Session(
        new RoleSession(given.accessKeyId(), given.sessionToken()), given.expiration());
  }

  private static String region(EventDelivery delivery) {
    return Arn.parse(delivery.target().arn()).region();
  }
}
