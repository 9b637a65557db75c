package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import java.time.Instant;
import java.util.List;

/** Takes what other services of this installation have to tell, for the default buses. */
public final class ServiceEvents {
  private final EventRouter router;

  ServiceEvents(EventRouter router) {
    this.router = router;
  }

  /**
   * Puts an event of a service on the default bus of an account; returns when it cannot get lost
   * any more. Where nobody waits for it, it is gone.
   *
   * @param source for instance {@code aws.s3}
   * @param detail in JSON
   */
  public void put(
      String accountId,
      String region,
      String source,
      String detailType,
      Instant time,
      List<String> resources,
      String detail) {
    var bus = new BusName(accountId, region, BusName.DEFAULT);
    if (!router.isAwaited(bus)) {
      return;
    }
    var json = Json.parse(detail).orElseThrow();
    router.run(router.plan(bus, Events.of(bus, source, detailType, time, resources, json)));
  }
}
