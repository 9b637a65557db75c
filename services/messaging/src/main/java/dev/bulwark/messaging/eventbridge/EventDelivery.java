package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Outbox;

/**
 * An event that waits for a target, as stored. Times are in milliseconds.
 *
 * @param sealed what the target is told
 * @param attempts how many have failed
 * @param underBusKey whether it is sealed under the KMS key of its bus
 */
record EventDelivery(
    BusName bus,
    String rule,
    TargetRecord target,
    byte[] sealed,
    int attempts,
    long since,
    long due,
    boolean underBusKey)
    implements Outbox.Waiting {

  @Override
  public String lane() {
    return target.arn();
  }

  EventDelivery postponed(long nextDue) {
    return new EventDelivery(bus, rule, target, sealed, attempts, since, nextDue, underBusKey);
  }

  EventDelivery tried(long nextDue) {
    return new EventDelivery(bus, rule, target, sealed, attempts + 1, since, nextDue, underBusKey);
  }
}
