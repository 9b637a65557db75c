package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.CloudWatchApi;
import dev.bulwark.api.cloudwatch.Tag;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.service.TagKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CloudWatch: the table of its operations.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html">Actions,
 *     resources, and condition keys for CloudWatch</a>
 */
final class CloudWatchService implements Service {
  private final ServiceTable table;

  CloudWatchService(
      Metrics metrics,
      MetricData data,
      Alarms alarms,
      AlarmListings listings,
      Dashboards dashboards,
      AlarmTags tags,
      DetectorRequests detectors) {
    var lines = ServiceTable.of(CloudWatchApi.MODEL);
    addMetrics(lines, metrics, data);
    addAlarms(lines, alarms);
    addListings(lines, listings);
    addDashboards(lines, dashboards);
    addTags(lines, tags);
    addDetectors(lines, detectors);
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  private static Resource alarm(String name, Call call) {
    return Resource.of(AlarmRecord.arn(call.accountId(), call.region(), name));
  }

  private static List<Permission> alarms(String action, List<String> names, Call call) {
    return names.stream().map(name -> Permission.of(action, alarm(name, call))).toList();
  }

  private static Context namespace(String namespace) {
    return Context.builder().put("cloudwatch:namespace", namespace).build();
  }

  private static void addMetrics(ServiceTable.Builder lines, Metrics metrics, MetricData data) {
    lines
        .on(CloudWatchApi.PUT_METRIC_DATA)
        .action("cloudwatch:PutMetricData")
        .resource((in, call) -> Resource.ANY, (in, call) -> namespace(in.namespace()))
        .dataEvent()
        .handle(metrics::put)
        .on(CloudWatchApi.GET_METRIC_STATISTICS)
        .action("cloudwatch:GetMetricStatistics")
        .anyResource()
        .dataEvent()
        .handle(metrics::statistics)
        .on(CloudWatchApi.GET_METRIC_DATA)
        .action("cloudwatch:GetMetricData")
        .anyResource()
        .dataEvent()
        .handle(data::get)
        .on(CloudWatchApi.LIST_METRICS)
        .action("cloudwatch:ListMetrics")
        .anyResource()
        .dataEvent()
        .handle(metrics::list);
  }

  /** The condition keys of an alarm that is put. */
  private static Context ofAlarm(@Nullable List<Tag> tags, @Nullable List<String> actions) {
    var keys = TagKeys.builder(tags, Tag::key, Tag::value);
    if (actions != null && !actions.isEmpty()) {
      keys.putAll("cloudwatch:AlarmActions", actions);
    }
    return keys.build();
  }

  private static void addAlarms(ServiceTable.Builder lines, Alarms alarms) {
    lines
        .on(CloudWatchApi.PUT_METRIC_ALARM)
        .action("cloudwatch:PutMetricAlarm")
        .resource(
            (in, call) -> alarm(in.alarmName(), call),
            (in, call) -> ofAlarm(in.tags(), in.alarmActions()))
        .handle(alarms::put)
        .on(CloudWatchApi.PUT_COMPOSITE_ALARM)
        .action("cloudwatch:PutCompositeAlarm")
        .resource(
            (in, call) -> alarm(in.alarmName(), call),
            (in, call) -> ofAlarm(in.tags(), in.alarmActions()))
        .handle(alarms::putComposite)
        .on(CloudWatchApi.DELETE_ALARMS)
        .permissions((in, call) -> alarms("cloudwatch:DeleteAlarms", in.alarmNames(), call))
        .handle(alarms::delete)
        .on(CloudWatchApi.SET_ALARM_STATE)
        .action("cloudwatch:SetAlarmState")
        .resource((in, call) -> alarm(in.alarmName(), call))
        .handle(alarms::setState)
        .on(CloudWatchApi.ENABLE_ALARM_ACTIONS)
        .permissions((in, call) -> alarms("cloudwatch:EnableAlarmActions", in.alarmNames(), call))
        .handle(alarms::enable)
        .on(CloudWatchApi.DISABLE_ALARM_ACTIONS)
        .permissions((in, call) -> alarms("cloudwatch:DisableAlarmActions", in.alarmNames(), call))
        .handle(alarms::disable);
  }

  private static void addListings(ServiceTable.Builder lines, AlarmListings listings) {
    lines
        .on(CloudWatchApi.DESCRIBE_ALARMS)
        .action("cloudwatch:DescribeAlarms")
        .resource((in, call) -> alarm("*", call))
        .handle(listings::describe)
        .on(CloudWatchApi.DESCRIBE_ALARMS_FOR_METRIC)
        .action("cloudwatch:DescribeAlarmsForMetric")
        .anyResource()
        .handle(listings::describeForMetric)
        .on(CloudWatchApi.DESCRIBE_ALARM_HISTORY)
        .action("cloudwatch:DescribeAlarmHistory")
        .resource((in, call) -> alarm(in.alarmName() == null ? "*" : in.alarmName(), call))
        .handle(listings::history);
  }

  private static Resource dashboard(String name, Call call) {
    return Resource.of(Dashboards.arn(call.accountId(), name));
  }

  private static void addDashboards(ServiceTable.Builder lines, Dashboards dashboards) {
    lines
        .on(CloudWatchApi.PUT_DASHBOARD)
        .action("cloudwatch:PutDashboard")
        .resource((in, call) -> dashboard(in.dashboardName(), call))
        .handle(dashboards::put)
        .on(CloudWatchApi.GET_DASHBOARD)
        .action("cloudwatch:GetDashboard")
        .resource((in, call) -> dashboard(in.dashboardName(), call))
        .handle(dashboards::get)
        .on(CloudWatchApi.LIST_DASHBOARDS)
        .action("cloudwatch:ListDashboards")
        .anyResource()
        .handle(dashboards::list)
        .on(CloudWatchApi.DELETE_DASHBOARDS)
        .permissions(
            (in, call) ->
                in.dashboardNames().stream()
                    .map(
                        name -> Permission.of("cloudwatch:DeleteDashboards", dashboard(name, call)))
                    .toList())
        .handle(dashboards::delete);
  }

  private static void addDetectors(ServiceTable.Builder lines, DetectorRequests detectors) {
    lines
        .on(CloudWatchApi.PUT_ANOMALY_DETECTOR)
        .action("cloudwatch:PutAnomalyDetector")
        .anyResource()
        .handle(detectors::put)
        .on(CloudWatchApi.DESCRIBE_ANOMALY_DETECTORS)
        .action("cloudwatch:DescribeAnomalyDetectors")
        .anyResource()
        .handle(detectors::describe)
        .on(CloudWatchApi.DELETE_ANOMALY_DETECTOR)
        .action("cloudwatch:DeleteAnomalyDetector")
        .anyResource()
        .handle(detectors::delete);
  }

  private static void addTags(ServiceTable.Builder lines, AlarmTags tags) {
    lines
        .on(CloudWatchApi.TAG_RESOURCE)
        .action("cloudwatch:TagResource")
        .resource(
            (in, call) -> Resource.of(in.resourceARN()),
            (in, call) -> TagKeys.of(in.tags(), Tag::key, Tag::value))
        .handle(tags::tag)
        .on(CloudWatchApi.UNTAG_RESOURCE)
        .action("cloudwatch:UntagResource")
        .resource(
            (in, call) -> Resource.of(in.resourceARN()),
            (in, call) -> TagKeys.ofNames(in.tagKeys()))
        .handle(tags::untag)
        .on(CloudWatchApi.LIST_TAGS_FOR_RESOURCE)
        .action("cloudwatch:ListTagsForResource")
        .resource((in, call) -> Resource.of(in.resourceARN()))
        .handle(tags::list);
  }
}
