package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.AlarmHistoryItem;
import dev.bulwark.api.cloudwatch.AlarmType;
import dev.bulwark.api.cloudwatch.DeleteAlarmsInput;
import dev.bulwark.api.cloudwatch.DescribeAlarmHistoryInput;
import dev.bulwark.api.cloudwatch.DescribeAlarmHistoryOutput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsForMetricInput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsForMetricOutput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsInput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsOutput;
import dev.bulwark.api.cloudwatch.DisableAlarmActionsInput;
import dev.bulwark.api.cloudwatch.EnableAlarmActionsInput;
import dev.bulwark.api.cloudwatch.MetricAlarm;
import dev.bulwark.api.cloudwatch.PutCompositeAlarmInput;
import dev.bulwark.api.cloudwatch.PutMetricAlarmInput;
import dev.bulwark.api.cloudwatch.ScanBy;
import dev.bulwark.api.cloudwatch.SetAlarmStateInput;
import dev.bulwark.api.cloudwatch.StateValue;
import dev.bulwark.monitoring.cloudwatch.AlarmRecord.State;
import dev.bulwark.monitoring.cloudwatch.AlarmStore.HistoryRow;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Alarms: made, shown, switched, and set to states by hand. */
final class Alarms {
  private static final int PAGE = 50;
  private static final int HISTORY_PAGE = 100;
  private static final int MOST = 5_000;

  private final AlarmStore store;
  private final AlarmStates states;

  Alarms(AlarmStore store, AlarmStates states) {
    this.store = store;
    this.states = states;
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
    return call.write(
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
          var alarm =
              before == null
                  ? given
                  : given
                      .withTags(before.tags())
                      .withState(
                          before.state().value(),
                          before.state().reason(),
                          before.state().reasonData(),
                          before.state().updated());
          store.put(tx, alarm);
          store.note(
              tx,
              alarm,
              call.time(),
              "ConfigurationUpdate",
              "Alarm \"" + alarm.name() + "\" " + (before == null ? "created" : "updated"),
              "{\"version\":\"1.0\",\"type\":\"" + (before == null ? "Create" : "Update") + "\"}");
          call.changed(tx, AlarmRecord.TYPE, alarm.name(), alarm.arn(), before, alarm);
        });
  }

  private static String key(String name, Call call) {
    return AlarmStore.key(call.accountId(), call.region(), name);
  }

  /** Of several alarms none is deleted where one is not there, as at AWS. */
  Unit delete(DeleteAlarmsInput in, Call call) {
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
    var before = known.state().value();
    var changed =
        known.withState(in.stateValue(), in.stateReason(), in.stateReasonData(), call.time());
    call.concerns(AlarmRecord.TYPE, known.arn());
    call.write(Unit.UNIT, tx -> states.put(tx, changed, before, call.time()));
    states.act(changed, before, call.time());
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

  DescribeAlarmsOutput describe(DescribeAlarmsInput in, Call call) {
    if (in.childrenOfAlarmName() != null || in.parentsOfAlarmName() != null) {
      throw CloudWatchErrors.validation(
          "ChildrenOfAlarmName and ParentsOfAlarmName are not available.");
    }
    // Without types, only alarms of metrics are shown.
    var types =
        in.alarmTypes() == null || in.alarmTypes().isEmpty()
            ? List.of(AlarmType.METRIC_ALARM.value())
            : in.alarmTypes();
    var after = Tokens.read(in.nextToken());
    int limit = in.maxRecords() == null ? PAGE : in.maxRecords();
    var found =
        store.store().read(tx -> store.of(tx, call.accountId(), call.region())).stream()
            .filter(alarm -> after == null || alarm.name().compareTo(after) > 0)
            .filter(alarm -> types.contains(type(alarm)))
            .filter(alarm -> isWanted(alarm, in))
            .limit(limit + 1L)
            .toList();
    var page = found.subList(0, Math.min(limit, found.size()));
    return DescribeAlarmsOutput.builder()
        .metricAlarms(
            page.stream()
                .filter(alarm -> !alarm.isComposite())
                .map(alarm -> AlarmViews.metric(alarm, Objects.requireNonNull(alarm.condition())))
                .toList())
        .compositeAlarms(
            page.stream().filter(AlarmRecord::isComposite).map(AlarmViews::composite).toList())
        .nextToken(found.size() > limit ? Tokens.write(page.getLast().name()) : null)
        .build();
  }

  private static String type(AlarmRecord alarm) {
    return (alarm.isComposite() ? AlarmType.COMPOSITE_ALARM : AlarmType.METRIC_ALARM).value();
  }

  private static boolean isWanted(AlarmRecord alarm, DescribeAlarmsInput in) {
    return (in.alarmNames() == null
            || in.alarmNames().isEmpty()
            || in.alarmNames().contains(alarm.name()))
        && (in.alarmNamePrefix() == null || alarm.name().startsWith(in.alarmNamePrefix()))
        && (in.stateValue() == null || in.stateValue().equals(alarm.state().value()))
        && (in.actionPrefix() == null || hasAction(alarm, in.actionPrefix()));
  }

  private static boolean hasAction(AlarmRecord alarm, String prefix) {
    for (var state : StateValue.values()) {
      if (alarm.actions(state.value()).stream().anyMatch(action -> action.startsWith(prefix))) {
        return true;
      }
    }
    return false;
  }

  DescribeAlarmsForMetricOutput describeForMetric(DescribeAlarmsForMetricInput in, Call call) {
    var dimensions = MetricId.dimensions(in.dimensions());
    var statistic = in.statistic() == null ? in.extendedStatistic() : in.statistic();
    var found = new ArrayList<MetricAlarm>();
    for (var alarm : store.store().read(tx -> store.of(tx, call.accountId(), call.region()))) {
      var condition = alarm.condition();
      var metric = condition == null ? null : condition.metric();
      if (condition != null
          && metric != null
          && metric.name().equals(in.metricName())
          && metric.namespace().equals(in.namespace())
          && metric.dimensions().equals(dimensions)
          && (statistic == null || statistic.equals(metric.statistic()))
          && (in.period() == null || in.period() == metric.period())
          && (in.unit() == null || in.unit().equals(metric.unit()))) {
        found.add(AlarmViews.metric(alarm, condition));
      }
    }
    return DescribeAlarmsForMetricOutput.builder().metricAlarms(found).build();
  }

  DescribeAlarmHistoryOutput history(DescribeAlarmHistoryInput in, Call call) {
    boolean ascending = ScanBy.TIMESTAMP_ASCENDING.value().equals(in.scanBy());
    int from = offset(in.nextToken());
    int limit = in.maxRecords() == null ? HISTORY_PAGE : in.maxRecords();
    var found =
        store
            .store()
            .read(tx -> store.history(tx, call.accountId(), call.region(), ascending))
            .stream()
            .filter(row -> isWanted(row, in))
            .skip(from)
            .limit(limit + 1L)
            .toList();
    return DescribeAlarmHistoryOutput.builder()
        .alarmHistoryItems(found.stream().limit(limit).map(Alarms::view).toList())
        .nextToken(found.size() > limit ? Tokens.write(Integer.toString(from + limit)) : null)
        .build();
  }

  private static int offset(@Nullable String token) {
    var text = Tokens.read(token);
    try {
      return text == null ? 0 : Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw CloudWatchErrors.invalidToken();
    }
  }

  private static boolean isWanted(HistoryRow row, DescribeAlarmHistoryInput in) {
    return (in.alarmName() == null || in.alarmName().equals(row.alarmName()))
        && (in.historyItemType() == null || in.historyItemType().equals(row.type()))
        && (in.startDate() == null || !row.time().isBefore(in.startDate()))
        && (in.endDate() == null || !row.time().isAfter(in.endDate()));
  }

  private static AlarmHistoryItem view(HistoryRow row) {
    return AlarmHistoryItem.builder()
        .alarmName(row.alarmName())
        .alarmType((row.composite() ? AlarmType.COMPOSITE_ALARM : AlarmType.METRIC_ALARM).value())
        .timestamp(row.time())
        .historyItemType(row.type())
        .historySummary(row.summary())
        .historyData(row.data())
        .build();
  }
}
