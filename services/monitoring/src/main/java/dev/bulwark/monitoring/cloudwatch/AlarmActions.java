package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.access.Principal.ServicePrincipal;
import dev.bulwark.api.sns.PublishInput;
import dev.bulwark.api.sns.SnsApi;
import dev.bulwark.base.Arn;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCalls;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What alarms do when their state changes: they tell topics of SNS, as CloudWatch. */
final class AlarmActions {
  private static final String SERVICE = "cloudwatch.amazonaws.com";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);

  private final ServiceCalls calls;

  AlarmActions(ServiceCalls calls) {
    this.calls = calls;
  }

  /**
   * Does what is to be done in the alarm's new state.
   *
   * @return of each action what came of it, in words of the alarm's history
   */
  List<Map.Entry<String, String>> run(AlarmRecord alarm, String before) {
    var done = new ArrayList<Map.Entry<String, String>>();
    for (var action : alarm.actions(alarm.state().value())) {
      done.add(Map.entry(action, run(alarm, before, action)));
    }
    return done;
  }

  private String run(AlarmRecord alarm, String before, String action) {
    var arn = Arn.tryParse(action).orElse(null);
    if (arn == null || !arn.service().equals("sns")) {
      return "Failed to execute action " + action + ". Received error: \"not supported\"";
    }
    try {
      calls.call(
          new ServicePrincipal(SERVICE, alarm.accountId(), alarm.arn()),
          arn.region(),
          SnsApi.PUBLISH,
          PublishInput.builder()
              .topicArn(action)
              .subject(subject(alarm))
              .message(message(alarm, before))
              .build());
      return "Successfully executed action " + action;
    } catch (ApiException e) {
      return "Failed to execute action " + action + ". Received error: \"" + e.getMessage() + "\"";
    }
  }

  private static String subject(AlarmRecord alarm) {
    var subject = alarm.state().value() + ": \"" + alarm.name() + "\" in " + alarm.region();
    return subject.length() > 100 ? subject.substring(0, 97) + "..." : subject;
  }

  static String message(AlarmRecord alarm, String before) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("AlarmName", alarm.name());
    json.put("AlarmDescription", alarm.description());
    json.put("AWSAccountId", alarm.accountId());
    json.put("AlarmConfigurationUpdatedTimestamp", text(alarm.configured()));
    json.put("NewStateValue", alarm.state().value());
    json.put("NewStateReason", alarm.state().reason());
    json.put("StateChangeTime", text(alarm.state().updated()));
    json.put("Region", alarm.region());
    json.put("AlarmArn", alarm.arn());
    json.put("OldStateValue", before);
    json.put("OKActions", alarm.okActions());
    json.put("AlarmActions", alarm.alarmActions());
    json.put("InsufficientDataActions", alarm.insufficientDataActions());
    if (alarm.condition() != null) {
      json.put("Trigger", trigger(alarm.condition()));
    } else {
      json.put("AlarmRule", alarm.rule());
    }
    return JsonMapper.shared().writeValueAsString(json);
  }

  private static Map<String, @Nullable Object> trigger(AlarmCondition condition) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    var metric = condition.metric();
    if (metric != null) {
      boolean percentile = metric.statistic().startsWith("p");
      json.put("MetricName", metric.name());
      json.put("Namespace", metric.namespace());
      json.put("StatisticType", percentile ? "ExtendedStatistic" : "Statistic");
      json.put(
          percentile ? "ExtendedStatistic" : "Statistic",
          metric.statistic().toUpperCase(Locale.ROOT));
      json.put("Unit", metric.unit());
      json.put(
          "Dimensions",
          new TreeMap<>(metric.dimensions())
              .entrySet().stream()
                  .map(one -> Map.of("value", one.getValue(), "name", one.getKey()))
                  .toList());
      json.put("Period", metric.period());
    }
    json.put("EvaluationPeriods", condition.evaluationPeriods());
    json.put("DatapointsToAlarm", condition.datapointsToAlarm());
    json.put("ComparisonOperator", condition.comparison());
    if (condition.thresholdMetricId() == null) {
      json.put("Threshold", condition.threshold());
    } else {
      json.put("ThresholdMetricId", condition.thresholdMetricId());
    }
    json.put("TreatMissingData", condition.missing());
    json.put(
        "EvaluateLowSampleCountPercentile",
        condition.lowSamples() == null ? "" : condition.lowSamples());
    return json;
  }

  /** A time as messages about alarms tell it. */
  static String text(Instant time) {
    return TIME.format(time);
  }
}
