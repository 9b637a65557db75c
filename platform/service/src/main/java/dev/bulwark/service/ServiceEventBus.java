package dev.bulwark.service;

import dev.bulwark.state.Store;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.List;

/** The default event buses, on which services put events about their resources. */
@FunctionalInterface
public interface ServiceEventBus {
  /** Takes nothing. */
  ServiceEventBus NONE = event -> Ready.NONE;

  /**
   * An event of a service, as EventBridge tells it.
   *
   * @param accountId whose default bus it is for
   * @param source as {@code aws.cloudwatch}
   * @param resources ARNs
   * @param detail a JSON object
   */
  record Event(
      String accountId,
      String region,
      String source,
      String detailType,
      Instant time,
      List<String> resources,
      String detail) {
    /** An event. */
    public Event {
      resources = List.copyOf(resources);
    }
  }

  /** An event that is ready to be written with what it tells of. */
  interface Ready {
    /** Nobody waits for it. */
    Ready NONE =
        new Ready() {
          @Override
          public void write(WriteTx tx) {}

          @Override
          public void written() {}
        };

    /** Writes what the event leads to, in the transaction of the change. */
    void write(WriteTx tx);

    /** The transaction is durable. */
    void written();
  }

  /** Finds out who waits for an event; to be done before the transaction. */
  Ready prepare(Event event);

  /**
   * Puts an event of what has happened on its bus; returns when it cannot get lost any more. Where
   * nobody waits for it, it is gone.
   */
  default void put(Event event, Store store) {
    var ready = prepare(event);
    if (ready != Ready.NONE) {
      store.run(ready::write);
      ready.written();
    }
  }
}
