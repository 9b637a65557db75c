package dev.bulwark.messaging.eventbridge;

import dev.bulwark.state.Key;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replay as stored.
 *
 * @param rules the ARNs of the rules that see the events; empty for all
 * @param stateReason why it failed; null where it did not
 * @param place the key of the last event that was replayed
 */
record ReplayRecord(
    String accountId,
    String region,
    String name,
    @Nullable String description,
    String archiveName,
    BusName bus,
    List<String> rules,
    Instant from,
    Instant to,
    State state,
    @Nullable String place,
    @Nullable Instant lastReplayed,
    Instant started,
    @Nullable Instant ended,
    @Nullable String stateReason) {
  enum State {
    STARTING,
    RUNNING,
    CANCELLING,
    COMPLETED,
    CANCELLED,
    FAILED
  }

  ReplayRecord {
    rules = List.copyOf(rules);
  }

  String arn() {
    return "arn:aws:events:" + region + ":" + accountId + ":replay/" + name;
  }

  String key() {
    return Key.of(accountId, region, name);
  }

  boolean isOver() {
    return ended != null;
  }

  ReplayRecord at(String newPlace, Instant eventTime) {
    return new ReplayRecord(
        accountId,
        region,
        name,
        description,
        archiveName,
        bus,
        rules,
        from,
        to,
        state == State.STARTING ? State.RUNNING : state,
        newPlace,
        eventTime,
        started,
        null,
        null);
  }

  ReplayRecord with(State newState, @Nullable Instant end) {
    return new ReplayRecord(
        accountId,
        region,
        name,
        description,
        archiveName,
        bus,
        rules,
        from,
        to,
        newState,
        place,
        lastReplayed,
        started,
        end,
        stateReason);
  }

  ReplayRecord failed(String reason, Instant end) {
    return new ReplayRecord(
        accountId,
        region,
        name,
        description,
        archiveName,
        bus,
        rules,
        from,
        to,
        State.FAILED,
        place,
        lastReplayed,
        started,
        end,
        reason);
  }
}
