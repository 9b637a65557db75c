package dev.bulwark.monitoring.cloudwatch;

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

  AlarmStates(AlarmStore alarms, AlarmActions actions) {
    this.alarms = alarms;
    this.actions = actions;
  }

  /** Changes the state of an alarm that is as it was read. */
  void change(AlarmRecord alarm, String value, String reason, @Nullable String data, Instant now) {
    var changed = alarm.withState(value, reason, data, now);
    var before = alarm.state().value();
    var done =
        alarms
            .store()
            .write(
                tx -> {
                  var key = AlarmStore.key(alarm.accountId(), alarm.region(), alarm.name());
                  if (!alarm.equals(alarms.alarms().get(tx, key))) {
                    return false;
                  }
                  put(tx, changed, before, now);
                  return true;
                });
    if (done) {
      act(changed, before, now);
    }
  }

  /** Keeps a changed state, and notes it. */
  void put(WriteTx tx, AlarmRecord changed, String before, Instant now) {
    alarms.put(tx, changed);
    alarms.note(
        tx,
        changed,
        now,
        "StateUpdate",
        "Alarm updated from " + before + " to " + changed.state().value(),
        data(changed, before));
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
  void act(AlarmRecord changed, String before, Instant now) {
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
