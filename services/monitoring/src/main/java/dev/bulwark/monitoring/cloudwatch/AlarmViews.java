package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.CompositeAlarm;
import dev.bulwark.api.cloudwatch.Dimension;
import dev.bulwark.api.cloudwatch.Metric;
import dev.bulwark.api.cloudwatch.MetricAlarm;
import dev.bulwark.api.cloudwatch.MetricDataQuery;
import dev.bulwark.api.cloudwatch.MetricStat;
import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmMetric;
import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Alarms as the API shows them. */
final class AlarmViews {
  private AlarmViews() {}

  static MetricAlarm metric(AlarmRecord alarm, AlarmCondition condition) {
    var view =
        MetricAlarm.builder()
            .alarmName(alarm.name())
            .alarmArn(alarm.arn())
            .alarmDescription(alarm.description())
            .alarmConfigurationUpdatedTimestamp(alarm.configured())
            .actionsEnabled(alarm.actionsEnabled())
            .okActions(alarm.okActions())
            .alarmActions(alarm.alarmActions())
            .insufficientDataActions(alarm.insufficientDataActions())
            .stateValue(alarm.state().value())
            .stateReason(alarm.state().reason())
            .stateReasonData(alarm.state().reasonData())
            .stateUpdatedTimestamp(alarm.state().updated())
            .stateTransitionedTimestamp(alarm.state().transitioned())
            .evaluationPeriods(condition.evaluationPeriods())
            .datapointsToAlarm(condition.datapointsToAlarm())
            .threshold(condition.threshold())
            .thresholdMetricId(condition.thresholdMetricId())
            .comparisonOperator(condition.comparison())
            .treatMissingData(condition.treatMissing())
            .evaluateLowSampleCountPercentile(condition.lowSamples());
    var metric = condition.metric();
    if (metric != null) {
      boolean percentile = isPercentile(metric.statistic());
      view.namespace(metric.namespace())
          .metricName(metric.name())
          .dimensions(dimensions(metric))
          .period(metric.period())
          .unit(metric.unit())
          .statistic(percentile ? null : metric.statistic())
          .extendedStatistic(percentile ? metric.statistic() : null);
    } else {
      view.metrics(condition.queries().stream().map(AlarmViews::query).toList());
    }
    return view.build();
  }

  static boolean isPercentile(String statistic) {
    return statistic.startsWith("p");
  }

  private static List<Dimension> dimensions(AlarmMetric metric) {
    return new MetricId("", "", metric.namespace(), metric.name(), metric.dimensions()).view();
  }

  static MetricDataQuery query(AlarmQuery query) {
    return MetricDataQuery.builder()
        .id(query.id())
        .metricStat(stat(query.metric()))
        .expression(query.expression())
        .label(query.label())
        .returnData(query.returnData())
        .period(query.period())
        .build();
  }

  private static @Nullable MetricStat stat(@Nullable AlarmMetric metric) {
    return metric == null
        ? null
        : new MetricStat(
            new Metric(metric.namespace(), metric.name(), dimensions(metric)),
            metric.period(),
            metric.statistic(),
            metric.unit());
  }

  static CompositeAlarm composite(AlarmRecord alarm) {
    return CompositeAlarm.builder()
        .alarmName(alarm.name())
        .alarmArn(alarm.arn())
        .alarmDescription(alarm.description())
        .alarmRule(alarm.rule())
        .alarmConfigurationUpdatedTimestamp(alarm.configured())
        .actionsEnabled(alarm.actionsEnabled())
        .okActions(alarm.okActions())
        .alarmActions(alarm.alarmActions())
        .insufficientDataActions(alarm.insufficientDataActions())
        .stateValue(alarm.state().value())
        .stateReason(alarm.state().reason())
        .stateReasonData(alarm.state().reasonData())
        .stateUpdatedTimestamp(alarm.state().updated())
        .stateTransitionedTimestamp(alarm.state().transitioned())
        .build();
  }
}
