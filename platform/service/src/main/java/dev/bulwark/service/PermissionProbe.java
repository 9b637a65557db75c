package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import dev.bulwark.base.Ids;
import dev.bulwark.events.EventStreams;
import dev.bulwark.schema.Structure;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.List;

/**
 * What lines of a table are authorized against, asked without serving a request: for checks of the
 * tables. Nothing is decided, and nothing changes.
 */
public final class PermissionProbe {
  private final Store store;
  private final EventStreams events;
  private final Authentication caller;
  private final String region;
  private final Instant time;

  /** Asks in the name of that caller, at that time. */
  public PermissionProbe(
      Store store, EventStreams events, Authentication caller, String region, Instant time) {
    this.store = store;
    this.events = events;
    this.caller = caller;
    this.region = region;
    this.time = time;
  }

  /**
   * What a line demands for an input.
   *
   * @param input of the operation's type
   * @throws dev.bulwark.schema.ApiException where the line refuses the input
   */
  public <I extends Structure, O extends Structure> List<Permission> of(
      ServiceTable.Entry<I, O> line, Structure input) {
    @SuppressWarnings("unchecked") // the caller says so
    var typed = (I) input;
    var call =
        new Call(
            line.operation(),
            caller,
            new Call.Facts(region, Ids.requestId(), Ids.eventId(), time),
            store,
            events,
            (asking, permission) -> {},
            (finished, output) -> List.of());
    return line.permissions().apply(typed, call);
  }
}
