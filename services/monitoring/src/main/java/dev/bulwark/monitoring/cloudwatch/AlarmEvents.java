package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmMetric;
import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmQuery;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What EventBridge is told of alarms.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html">Alarm
 *     events and EventBridge</a>
 */
final class AlarmEvents {
  private static final String SOURCE = "aws.cloudwatch";

  private final EventStreams streams;

  AlarmEvents(EventStreams streams) {
    this.streams = streams;
  }

  /** Tells of an event, in the transaction of what it tells of. */
  void tell(WriteTx tx, BusEvent event) {
    streams.append(tx, event);
  }

  /** An alarm is made, updated or deleted. */
  static BusEvent configured(
      String operation, AlarmRecord alarm, @Nullable AlarmRecord previous, Instant now) {
    var detail = new LinkedHashMap<String, Object>();
    detail.put("alarmName", alarm.name());
    detail.put("operation", operation);
    detail.put("configuration", configuration(alarm, true));
    if (previous != null) {
      detail.put("previousConfiguration", configuration(previous, true));
    }
    detail.put("state", state(alarm.state()));
    return event("CloudWatch Alarm Configuration Change", alarm, detail, now);
  }

  /** An alarm's state is another one, or was set. */
  static BusEvent stateChanged(AlarmRecord previous, AlarmRecord alarm) {
    var detail = new LinkedHashMap<String, Object>();
    detail.put("alarmName", alarm.name());
    detail.put("configuration", configuration(alarm, false));
    detail.put("previousState", state(previous.state()));
    detail.put("state", state(alarm.state()));
    return event("CloudWatch Alarm State Change", alarm, detail, alarm.state().updated());
  }

  private static BusEvent event(
      String detailType, AlarmRecord alarm, Map<String, Object> detail, Instant time) {
    return new BusEvent(
        alarm.accountId(),
        alarm.region(),
        time,
        SOURCE,
        detailType,
        List.of(alarm.arn()),
        JsonMapper.shared().writeValueAsString(detail));
  }

  private static Map<String, Object> state(AlarmRecord.State state) {
    var json = new LinkedHashMap<String, Object>();
    json.put("value", state.value());
    json.put("reason", state.reason());
    putIfPresent(json, "reasonData", state.reasonData());
    json.put("timestamp", AlarmActions.text(state.updated()));
    return json;
  }

  /**
   * How an alarm is configured.
   *
   * @param whole with what changes of state do not tell
   */
  private static Map<String, Object> configuration(AlarmRecord alarm, boolean whole) {
    var json = new LinkedHashMap<String, Object>();
    putIfPresent(json, "description", alarm.description());
    putIfPresent(json, "alarmRule", alarm.rule());
    var condition = alarm.condition();
    if (condition != null) {
      json.put("metrics", metrics(alarm, condition));
    }
    if (!whole) {
      return json;
    }
    if (condition != null) {
      json.put("evaluationPeriods", condition.evaluationPeriods());
      putIfPresent(json, "datapointsToAlarm", condition.datapointsToAlarm());
      putIfPresent(json, "threshold", condition.threshold());
      putIfPresent(json, "thresholdMetricId", condition.thresholdMetricId());
      json.put("comparisonOperator", condition.comparison());
      json.put("treatMissingData", condition.missing());
    }
    json.put("alarmName", alarm.name());
    json.put("actionsEnabled", alarm.actionsEnabled());
    json.put("timestamp", AlarmActions.text(alarm.configured()));
    json.put("okActions", alarm.okActions());
    json.put("alarmActions", alarm.alarmActions());
    json.put("insufficientDataActions", alarm.insufficientDataActions());
    return json;
  }

  private static List<Map<String, Object>> metrics(AlarmRecord alarm, AlarmCondition condition) {
    var metric = condition.metric();
    if (metric == null) {
      return condition.queries().stream().map(AlarmEvents::query).toList();
    }
    var json = new LinkedHashMap<String, Object>();
    // At AWS it is any UUID.
    json.put("id", UUID.nameUUIDFromBytes(alarm.arn().getBytes(StandardCharsets.UTF_8)).toString());
    json.put("metricStat", metricStat(metric));
    json.put("returnData", true);
    return List.of(json);
  }

  private static Map<String, Object> query(AlarmQuery query) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", query.id());
    putIfPresent(json, "expression", query.expression());
    putIfPresent(json, "label", query.label());
    putIfPresent(json, "period", query.period());
    if (query.metric() != null) {
      json.put("metricStat", metricStat(query.metric()));
    }
    json.put("returnData", query.returnsData());
    return json;
  }

  private static Map<String, Object> metricStat(AlarmMetric metric) {
    var json = new LinkedHashMap<String, Object>();
    json.put(
        "metric",
        Map.of(
            "namespace",
            metric.namespace(),
            "name",
            metric.name(),
            "dimensions",
            new TreeMap<>(metric.dimensions())));
    json.put("period", metric.period());
    json.put("stat", metric.statistic());
    putIfPresent(json, "unit", metric.unit());
    return json;
  }

  private static void putIfPresent(Map<String, Object> json, String name, @Nullable Object value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
