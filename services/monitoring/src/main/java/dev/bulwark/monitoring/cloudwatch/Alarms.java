package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.DeleteAlarmsInput;
import dev.bulwark.api.cloudwatch.DisableAlarmActionsInput;
import dev.bulwark.api.cloudwatch.EnableAlarmActionsInput;
import dev.bulwark.api.cloudwatch.PutCompositeAlarmInput;
import dev.bulwark.api.cloudwatch.PutMetricAlarmInput;
import dev.bulwark.api.cloudwatch.SetAlarmStateInput;
import dev.bulwark.api.cloudwatch.StateValue;
import dev.bulwark.monitoring.cloudwatch.AlarmRecord.State;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Alarms: made, switched, and set to states by hand. */
final class Alarms {
  private static final int MOST = 5_000;

  private final AlarmStore store;
  private final AlarmStates states;
  private final AlarmEvents events;
  private final Detectors detectors;

  Alarms(AlarmStore store, AlarmStates states, AlarmEvents events, Detectors detectors) {
    this.store = store;
    this.states = states;
    this.events = events;
    this.detectors = detectors;
  }

  Unit put(PutMetricAlarmInput in, Call call) {
    var condition = AlarmRequests.condition(in);
    return put(
        new AlarmRecord(
            call.accountId(),
            call.region(),
            in.alarmName(),
            in.alarmDescription(),
            in.actionsEnabled() == null || in.actionsEnabled(),
            AlarmRequests.actions(in.okActions()),
            AlarmRequests.actions(in.alarmActions()),
            AlarmRequests.actions(in.insufficientDataActions()),
            condition,
            null,
            call.time(),
            initial(call),
            AlarmRequests.tags(in.tags())),
        call);
  }

  Unit putComposite(PutCompositeAlarmInput in, Call call) {
    var rule = AlarmRule.parse(in.alarmRule());
    if (rule.alarms().contains(in.alarmName())) {
      throw CloudWatchErrors.validation("AlarmRule must not refer to the alarm itself.");
    }
    if (in.actionsSuppressor() != null) {
      throw CloudWatchErrors.validation("Suppression of actions is not available.");
    }
    return put(
        new AlarmRecord(
            call.accountId(),
            call.region(),
            in.alarmName(),
            in.alarmDescription(),
            in.actionsEnabled() == null || in.actionsEnabled(),
            AlarmRequests.actions(in.okActions()),
            AlarmRequests.actions(in.alarmActions()),
            AlarmRequests.actions(in.insufficientDataActions()),
            null,
            in.alarmRule(),
            call.time(),
            initial(call),
            AlarmRequests.tags(in.tags())),
        call);
  }

  private static State initial(Call call) {
    return new State(
        StateValue.INSUFFICIENT_DATA.value(),
        "Unchecked: Initial alarm creation",
        null,
        call.time(),
        call.time());
  }

  /** One that is changed keeps its state and its tags. */
  private Unit put(AlarmRecord given, Call call) {
    call.concerns(AlarmRecord.TYPE, given.arn());
    var detector = detector(given, call);
    var known = store.alarms().get(key(given.name(), call));
    var event =
        AlarmEvents.configured(
            known == null ? "create" : "update",
            known == null ? given : given.keeping(known),
            known,
            call.time());
    call.write(
        Unit.UNIT,
        tx -> {
          var before = store.alarms().get(tx, key(given.name(), call));
          if (before == null
              && store.alarms().count(tx, Key.prefix(call.accountId(), call.region())) >= MOST) {
            throw CloudWatchErrors.tooManyAlarms();
          }
          if (before != null && before.isComposite() != given.isComposite()) {
            throw CloudWatchErrors.validation(
                "An alarm of another type has the name " + given.name() + ".");
          }
          var alarm = before == null ? given : given.keeping(before);
          store.put(tx, alarm);
          store.note(
              tx,
              alarm,
              call.time(),
              "ConfigurationUpdate",
              "Alarm \"" + alarm.name() + "\" " + (before == null ? "created" : "updated"),
              "{\"version\":\"1.0\",\"type\":\"" + (before == null ? "Create" : "Update") + "\"}");
          call.changed(tx, AlarmRecord.TYPE, alarm.name(), alarm.arn(), before, alarm);
          if (detector != null && !detectors.table().contains(tx, detector.key())) {
            detectors.put(tx, detector);
          }
          events.tell(tx, event);
        });
    return Unit.UNIT;
  }

  /** What an alarm needs that compares with a band: it is made where there is none, as at AWS. */
  private static @Nullable DetectorRecord detector(AlarmRecord alarm, Call call) {
    var condition = alarm.condition();
    if (condition == null || condition.thresholdMetricId() == null) {
      return null;
    }
    var others =
        condition.queries().stream()
            .filter(query -> !query.id().equals(condition.thresholdMetricId()))
            .toList();
    for (var query : others) {
      if (query.returnsData() && query.metric() != null) {
        return DetectorRecord.of(
            DetectorRecord.id(query.metric(), alarm.accountId(), alarm.region()),
            query.metric().statistic(),
            call.time());
      }
    }
    return new DetectorRecord(
        alarm.accountId(),
        alarm.region(),
        null,
        null,
        others,
        List.of(),
        null,
        null,
        call.time(),
        DetectorRecord.PENDING);
  }

  private static String key(String name, Call call) {
    return AlarmStore.key(call.accountId(), call.region(), name);
  }

  /** Of several alarms none is deleted where one is not there, as at AWS. */
  Unit delete(DeleteAlarmsInput in, Call call) {
    var told =
        in.alarmNames().stream()
            .map(name -> store.alarms().get(key(name, call)))
            .filter(Objects::nonNull)
            .map(alarm -> AlarmEvents.configured("delete", alarm, null, call.time()))
            .toList();
    return call.write(
        tx -> {
          for (var name : in.alarmNames()) {
            var alarm = store.alarms().get(tx, key(name, call));
            if (alarm == null) {
              throw CloudWatchErrors.noAlarm();
            }
            store.alarms().delete(tx, key(name, call));
            call.concerns(AlarmRecord.TYPE, alarm.arn());
            call.changed(tx, AlarmRecord.TYPE, alarm.name(), alarm.arn(), alarm, null);
          }
          told.forEach(event -> events.tell(tx, event));
          return Unit.UNIT;
        });
  }

  Unit enable(EnableAlarmActionsInput in, Call call) {
    return switchActions(in.alarmNames(), true, call);
  }

  Unit disable(DisableAlarmActionsInput in, Call call) {
    return switchActions(in.alarmNames(), false, call);
  }

  private Unit switchActions(List<String> names, boolean on, Call call) {
    return call.write(
        tx -> {
          for (var name : names) {
            var alarm = store.alarms().get(tx, key(name, call));
            if (alarm != null) {
              store.put(tx, alarm.withActions(on));
            }
          }
          return Unit.UNIT;
        });
  }

  Unit setState(SetAlarmStateInput in, Call call) {
    if (in.stateReasonData() != null && !isJson(in.stateReasonData())) {
      throw CloudWatchErrors.invalidReasonData();
    }
    var known = require(in.alarmName(), call);
    var change =
        states.prepare(known, in.stateValue(), in.stateReason(), in.stateReasonData(), call.time());
    call.concerns(AlarmRecord.TYPE, known.arn());
    call.write(Unit.UNIT, tx -> states.put(tx, change, call.time()));
    states.act(change, call.time());
    return Unit.UNIT;
  }

  private static boolean isJson(String text) {
    try {
      return JsonMapper.shared().readTree(text).isObject();
    } catch (JacksonException e) {
      return false;
    }
  }

  private AlarmRecord require(String name, Call call) {
    var alarm = store.alarms().get(key(name, call));
    if (alarm == null) {
      throw CloudWatchErrors.noAlarm();
    }
    return alarm;
  }
}
