package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.AlarmHistoryItem;
import dev.bulwark.api.cloudwatch.AlarmType;
import dev.bulwark.api.cloudwatch.DescribeAlarmHistoryInput;
import dev.bulwark.api.cloudwatch.DescribeAlarmHistoryOutput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsForMetricInput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsForMetricOutput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsInput;
import dev.bulwark.api.cloudwatch.DescribeAlarmsOutput;
import dev.bulwark.api.cloudwatch.MetricAlarm;
import dev.bulwark.api.cloudwatch.ScanBy;
import dev.bulwark.api.cloudwatch.StateValue;
import dev.bulwark.monitoring.cloudwatch.AlarmStore.HistoryRow;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Alarms and their history shown. */
final class AlarmListings {
  private static final int PAGE = 50;
  private static final int HISTORY_PAGE = 100;

  private final AlarmStore store;

  AlarmListings(AlarmStore store) {
    this.store = store;
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
        .alarmHistoryItems(found.stream().limit(limit).map(AlarmListings::view).toList())
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
