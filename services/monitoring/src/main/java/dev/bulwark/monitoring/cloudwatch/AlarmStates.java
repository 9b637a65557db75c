package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.events.BusEvent;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Changes of alarms' states: kept, noted in their history, and followed by their actions. */
final class AlarmStates {
  private final AlarmStore alarms;
  private final AlarmActions actions;
  private final AlarmEvents events;

  AlarmStates(AlarmStore alarms, AlarmActions actions, AlarmEvents events) {
    this.alarms = alarms;
    this.actions = actions;
    this.events = events;
  }

  /**
   * Another state, ready to be kept.
   *
   * @param previous the alarm as it was
   */
  record Change(AlarmRecord changed, AlarmRecord previous, BusEvent event) {
    private String before() {
      return previous.state().value();
    }
  }

  /** Changes the state of an alarm that is as it was read. */
  void change(AlarmRecord alarm, String value, String reason, @Nullable String data, Instant now) {
    var change = prepare(alarm, value, reason, data, now);
    var done =
        alarms
            .store()
            .write(
                tx -> {
                  var key = AlarmStore.key(alarm.accountId(), alarm.region(), alarm.name());
                  if (!alarm.equals(alarms.alarms().get(tx, key))) {
                    return false;
                  }
                  put(tx, change, now);
                  return true;
                });
    if (done) {
      act(change, now);
    }
  }

  Change prepare(
      AlarmRecord alarm, String value, String reason, @Nullable String data, Instant now) {
    var changed = alarm.withState(value, reason, data, now);
    return new Change(changed, alarm, AlarmEvents.stateChanged(alarm, changed));
  }

  /** Keeps a changed state, and notes it. */
  void put(WriteTx tx, Change change, Instant now) {
    alarms.put(tx, change.changed());
    alarms.note(
        tx,
        change.changed(),
        now,
        "StateUpdate",
        "Alarm updated from " + change.before() + " to " + change.changed().state().value(),
        data(change.changed(), change.before()));
    events.tell(tx, change.event());
  }

  private static String data(AlarmRecord changed, String before) {
    var json = new LinkedHashMap<String, Object>();
    json.put("version", "1.0");
    json.put("oldState", Map.of("stateValue", before));
    json.put(
        "newState",
        Map.of("stateValue", changed.state().value(), "stateReason", changed.state().reason()));
    return JsonMapper.shared().writeValueAsString(json);
  }

  /** Runs the actions of a state that an alarm has come into. */
  void act(Change change, Instant now) {
    var changed = change.changed();
    var before = change.before();
    if (!changed.actionsEnabled() || before.equals(changed.state().value())) {
      return;
    }
    for (var done : actions.run(changed, before)) {
      alarms
          .store()
          .run(
              tx ->
                  alarms.note(
                      tx,
                      changed,
                      now,
                      "Action",
                      done.getValue(),
                      JsonMapper.shared()
                          .writeValueAsString(Map.of("actionResource", done.getKey()))));
    }
  }
}
