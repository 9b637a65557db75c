package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import dev.bulwark.service.ServiceEventBus;
import dev.bulwark.state.WriteTx;

/**
 * Where other services of this installation put their events.
 *
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html">AWS
 *     service events</a>
 */
final class DefaultBuses implements ServiceEventBus {
  private final EventRouter router;

  DefaultBuses(EventRouter router) {
    this.router = router;
  }

  @Override
  public Ready prepare(Event event) {
    var bus = new BusName(event.accountId(), event.region(), BusName.DEFAULT);
    if (!router.isAwaited(bus)) {
      return Ready.NONE;
    }
    var plan =
        router.plan(
            bus,
            Events.of(
                bus,
                event.source(),
                event.detailType(),
                event.time(),
                event.resources(),
                Json.parseObject(event.detail()).orElseThrow()));
    return new Ready() {
      @Override
      public void write(WriteTx tx) {
        router.write(tx, plan);
      }

      @Override
      public void written() {
        router.written(plan);
      }
    };
  }
}
