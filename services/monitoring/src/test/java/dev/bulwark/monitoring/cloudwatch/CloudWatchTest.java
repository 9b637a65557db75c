package dev.bulwark.monitoring.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.monitoring.Lab;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.DashboardNotFoundErrorException;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatch.model.StatisticSet;
import software.amazon.awssdk.services.iam.IamClient;

/** CloudWatch as clients use it. */
class CloudWatchTest {
  private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms";

  private final Lab lab = new Lab();
  private final CloudWatchClient cloudWatch = lab.client(CloudWatchClient.builder());

  /** The begin of a period of five minutes that is over. */
  private final Instant begin =
      Instant.ofEpochSecond(Instant.now().getEpochSecond() / 300 * 300 - 600);

  @AfterEach
  void close() {
    lab.close();
  }

  private void put(String name, Instant time, double... values) {
    for (var value : values) {
      cloudWatch.putMetricData(
          r -> r.namespace("App").metricData(m -> m.metricName(name).value(value).timestamp(time)));
    }
  }

  private static MetricDataQuery metric(String id, String name, String stat) {
    return MetricDataQuery.builder()
        .id(id)
        .metricStat(s -> s.metric(m -> m.namespace("App").metricName(name)).period(60).stat(stat))
        .build();
  }

  private List<MetricDataResult> data(MetricDataQuery... queries) {
    return cloudWatch
        .getMetricData(
            r ->
                r.metricDataQueries(queries)
                    .startTime(begin)
                    .endTime(begin.plusSeconds(300))
                    .scanBy(ScanBy.TIMESTAMP_ASCENDING))
        .metricDataResults();
  }

  private static MetricDataQuery math(String expression) {
    return MetricDataQuery.builder().id("e").expression(expression).build();
  }

  @Test
  void statisticsAreOfPeriods() {
    put("Latency", begin, 1, 2, 3);
    put("Latency", begin.plusSeconds(60), 10);
    var points =
        cloudWatch
            .getMetricStatistics(
                r ->
                    r.namespace("App")
                        .metricName("Latency")
                        .startTime(begin)
                        .endTime(begin.plusSeconds(300))
                        .period(60)
                        .statistics(
                            Statistic.AVERAGE,
                            Statistic.SUM,
                            Statistic.MINIMUM,
                            Statistic.MAXIMUM,
                            Statistic.SAMPLE_COUNT))
            .datapoints();
    assertThat(points).hasSize(2);
    assertThat(points.getFirst().average()).isEqualTo(2);
    assertThat(points.getFirst().sum()).isEqualTo(6);
    assertThat(points.getFirst().minimum()).isEqualTo(1);
    assertThat(points.getFirst().maximum()).isEqualTo(3);
    assertThat(points.getFirst().sampleCount()).isEqualTo(3);
    assertThat(points.getFirst().timestamp()).isEqualTo(begin);
  }

  @Test
  void policiesDecideByTheTagsAndActionsOfAlarms() {
    var limited =
        user(
            "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"cloudwatch:*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:RequestTag/team\":\"blue\"},\"ForAllValues:StringEquals\":{\"cloudwatch:AlarmActions\":\""
                + TOPIC
                + "\"}}}}");

    putTagged(limited, "blue", TOPIC);
    assertThatThrownBy(() -> putTagged(limited, "red", TOPIC))
        .hasMessageContaining("is not authorized to perform: cloudwatch:PutMetricAlarm");
    assertThatThrownBy(() -> putTagged(limited, "blue", TOPIC + "2"))
        .hasMessageContaining("is not authorized to perform: cloudwatch:PutMetricAlarm");
  }

  private CloudWatchClient user(String policy) {
    var iam = lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("limited"));
    iam.putUserPolicy(r -> r.userName("limited").policyName("p").policyDocument(policy));
    var key = iam.createAccessKey(r -> r.userName("limited")).accessKey();
    return lab.client(
        CloudWatchClient.builder(),
        AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()));
  }

  private static void putTagged(CloudWatchClient client, String team, String action) {
    client.putMetricAlarm(
        r ->
            r.alarmName("tagged-" + team)
                .namespace("App")
                .metricName("Errors")
                .statistic(Statistic.SUM)
                .period(60)
                .evaluationPeriods(1)
                .threshold(5.0)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .alarmActions(action)
                .tags(t -> t.key("team").value(team)));
  }

  @Test
  void percentilesComeFromTheValues() {
    cloudWatch.putMetricData(
        r ->
            r.namespace("App")
                .metricData(
                    m ->
                        m.metricName("Latency")
                            .timestamp(begin)
                            .values(1.0, 2.0, 100.0)
                            .counts(90.0, 9.0, 1.0)));
    assertThat(
            data(
                metric("a", "Latency", "p50"),
                metric("b", "Latency", "p99"),
                metric("c", "Latency", "p100")))
        .extracting(result -> result.values().getFirst())
        .containsExactly(1.0, 2.0, 100.0);
    assertThatThrownBy(() -> data(metric("a", "Latency", "p101")))
        .isInstanceOf(CloudWatchException.class);
  }

  @Test
  void metricsAreListedByTheirDimensions() {
    cloudWatch.putMetricData(
        r ->
            r.namespace("App")
                .metricData(
                    m -> m.metricName("A").value(1.0).dimensions(d -> d.name("Host").value("one")),
                    m -> m.metricName("A").value(1.0).dimensions(d -> d.name("Host").value("two")),
                    m -> m.metricName("B").value(1.0)));
    assertThat(cloudWatch.listMetrics(r -> r.namespace("App")).metrics()).hasSize(3);
    assertThat(
            cloudWatch
                .listMetrics(r -> r.metricName("A").dimensions(d -> d.name("Host").value("two")))
                .metrics())
        .hasSize(1);
    assertThat(cloudWatch.listMetrics(r -> r.namespace("Other")).metrics()).isEmpty();
    assertThatThrownBy(
            () ->
                cloudWatch.putMetricData(
                    r ->
                        r.namespace("App")
                            .metricData(
                                m ->
                                    m.metricName("A")
                                        .value(1.0)
                                        .timestamp(Instant.now().minus(15, ChronoUnit.DAYS)))))
        .isInstanceOf(InvalidParameterValueException.class);
  }

  /** As AWS was seen to answer. */
  @Test
  void dataThatContradictThemselvesAreRefused() {
    var datum = MetricDatum.builder().metricName("A").build();
    var statistics =
        StatisticSet.builder().sampleCount(2.0).sum(3.0).minimum(1.0).maximum(2.0).build();
    refused(datum, "At least one of the parameters must be specified.");
    refused(
        datum.toBuilder().value(1.0).values(2.0).build(),
        "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.");
    refused(
        datum.toBuilder().value(1.0).statisticValues(statistics).build(),
        "The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.");
    refused(
        datum.toBuilder().counts(1.0).build(),
        "The parameter values must appears when the counts parameter is specified.");
    refused(
        datum.toBuilder().values(1.0, 2.0).counts(1.0).build(),
        "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.");
    refused(
        datum.toBuilder().values(1.0).counts(-1.0).build(),
        "The parameter MetricData.member.1.Counts must contain only values greater than 0.");
    refused(
        datum.toBuilder().statisticValues(statistics.toBuilder().sampleCount(0.0).build()).build(),
        "The parameter MetricData.member.1.StatisticValues.SampleCount must be greater than 0.");
    refused(
        datum.toBuilder().statisticValues(statistics.toBuilder().minimum(3.0).build()).build(),
        "The parameter MetricData.member.1.StatisticValues.Maximum must be greater than MetricData.member.1.StatisticValues.Minimum.");
    refused(
        datum.toBuilder().value(1.0).storageResolution(2).build(),
        "The parameter MetricData.member.1.StorageResolution must be a value in the set [ 1, 60 ].");
    refused(
        datum.toBuilder().value(4.6970851655476665e108).build(),
        "The value 4.6970851655476665E108 for parameter MetricData.member.1.Value is invalid.");
    refused(
        datum.toBuilder().value(1.0).timestamp(Instant.now().plus(3, ChronoUnit.HOURS)).build(),
        "The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.");
    cloudWatch.putMetricData(
        r ->
            r.namespace("App")
                .metricData(
                    datum.toBuilder().values(1.0).statisticValues(statistics).build(),
                    datum.toBuilder().values(1.0, 2.0).counts(0.0, 1.0).build(),
                    datum.toBuilder().metricName("B").values(1.0, 2.0).counts(0.0, 5.0).build(),
                    datum.toBuilder().metricName("None").values(1.0).counts(0.0).build()));
    var counted = minimumAndCount("B");
    assertThat(counted.minimum()).isEqualTo(2);
    assertThat(counted.sampleCount()).isEqualTo(5);
    assertThat(minimumAndCount("None")).isNull();
    assertThatThrownBy(() -> cloudWatch.putMetricData(r -> r.namespace("App")))
        .hasMessageContaining("At least one MetricDatum object must be present in the request.");
  }

  private @Nullable Datapoint minimumAndCount(String metric) {
    var now = Instant.now();
    var points =
        cloudWatch
            .getMetricStatistics(
                r ->
                    r.namespace("App")
                        .metricName(metric)
                        .startTime(now.minus(1, ChronoUnit.HOURS))
                        .endTime(now.plus(1, ChronoUnit.HOURS))
                        .period(3600)
                        .statistics(Statistic.MINIMUM, Statistic.SAMPLE_COUNT))
            .datapoints();
    return points.isEmpty() ? null : points.getFirst();
  }

  private void refused(MetricDatum datum, String message) {
    assertThatThrownBy(() -> cloudWatch.putMetricData(r -> r.namespace("App").metricData(datum)))
        .hasMessageContaining(message);
  }

  @Test
  void expressionsAreOverMetrics() {
    put("Errors", begin, 2);
    put("Requests", begin, 10);
    put("Requests", begin.plusSeconds(60), 20);
    var errors = metric("errors", "Errors", "Sum");
    var requests = metric("requests", "Requests", "Sum");
    assertThat(data(math("100 * errors / requests"), errors, requests).getFirst().values())
        .containsExactly(20.0);
    assertThat(data(math("100 * FILL(errors, 0) / requests"), errors, requests).getFirst().values())
        .containsExactly(20.0, 0.0);
    assertThat(data(math("SUM(METRICS())"), errors, requests).getFirst().values())
        .containsExactly(12.0, 20.0);
    assertThat(data(math("IF(requests > 15, requests, 0)"), requests).getFirst().values())
        .containsExactly(0.0, 20.0);
    assertThat(data(math("DIFF(requests)"), requests).getFirst().values()).containsExactly(10.0);
    assertThat(data(math("RATE(requests) * PERIOD(requests)"), requests).getFirst().values())
        .containsExactly(10.0);
    assertThat(data(math("nowhere + 1")).getFirst().messages()).isNotEmpty();
    assertThat(data(math("requests +"), requests).getFirst().messages()).isNotEmpty();
  }

  private void alarm(String name, int periods, String missing) {
    cloudWatch.putMetricAlarm(
        r ->
            r.alarmName(name)
                .namespace("App")
                .metricName("Errors")
                .statistic(Statistic.SUM)
                .period(60)
                .evaluationPeriods(periods)
                .threshold(5.0)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .treatMissingData(missing)
                .alarmActions(TOPIC)
                .okActions(TOPIC));
  }

  private StateValue state(String name) {
    return cloudWatch
        .describeAlarms(
            r -> r.alarmNames(name).alarmTypes(AlarmType.METRIC_ALARM, AlarmType.COMPOSITE_ALARM))
        .metricAlarms()
        .getFirst()
        .stateValue();
  }

  private void aMinutePasses(double... errors) {
    put("Errors", lab.clock.instant(), errors);
    lab.clock.advance(Duration.ofMinutes(1));
    lab.cloudWatch.evaluate();
  }

  @Test
  void anAlarmFollowsItsMetricAndTellsItsTopic() {
    alarm("errors", 1, "missing");
    assertThat(state("errors")).isEqualTo(StateValue.INSUFFICIENT_DATA);
    aMinutePasses(10);
    assertThat(state("errors")).isEqualTo(StateValue.ALARM);
    assertThat(lab.published.messages)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.topicArn()).isEqualTo(TOPIC);
              assertThat(message.subject()).startsWith("ALARM: \"errors\" in");
              assertThat(message.message())
                  .contains("\"NewStateValue\":\"ALARM\"")
                  .contains("\"OldStateValue\":\"INSUFFICIENT_DATA\"")
                  .contains("Threshold Crossed: 1 out of the last 1 datapoint")
                  .contains("was greater than the threshold (5.0)");
            });
    assertThat(lab.published.callers.getFirst().service()).isEqualTo("cloudwatch.amazonaws.com");
    aMinutePasses(1);
    assertThat(state("errors")).isEqualTo(StateValue.OK);
    aMinutePasses();
    assertThat(state("errors")).isEqualTo(StateValue.INSUFFICIENT_DATA);
    assertThat(
            cloudWatch
                .describeAlarmHistory(
                    r ->
                        r.alarmName("errors")
                            .historyItemType(HistoryItemType.STATE_UPDATE)
                            .scanBy(ScanBy.TIMESTAMP_ASCENDING))
                .alarmHistoryItems())
        .extracting(item -> item.historySummary())
        .containsExactly(
            "Alarm updated from INSUFFICIENT_DATA to ALARM",
            "Alarm updated from ALARM to OK",
            "Alarm updated from OK to INSUFFICIENT_DATA");
  }

  @Test
  void missingDataIsTreatedAsWanted() {
    alarm("ignoring", 1, "ignore");
    alarm("fine", 1, "notBreaching");
    alarm("bad", 1, "breaching");
    alarm("slow", 2, "notBreaching");
    aMinutePasses();
    assertThat(state("ignoring")).isEqualTo(StateValue.INSUFFICIENT_DATA);
    assertThat(state("fine")).isEqualTo(StateValue.OK);
    assertThat(state("bad")).isEqualTo(StateValue.ALARM);
    aMinutePasses(10);
    assertThat(state("ignoring")).isEqualTo(StateValue.ALARM);
    assertThat(state("slow")).isEqualTo(StateValue.OK);
    aMinutePasses(10);
    assertThat(state("slow")).isEqualTo(StateValue.ALARM);
    aMinutePasses();
    assertThat(state("ignoring")).isEqualTo(StateValue.ALARM);
  }

  @Test
  void aCompositeAlarmFollowsOthers() {
    alarm("one", 1, "notBreaching");
    alarm("two", 1, "notBreaching");
    cloudWatch.putCompositeAlarm(
        r ->
            r.alarmName("both")
                .alarmRule("ALARM(\"one\") AND NOT (OK(two) OR FALSE)")
                .alarmActions(TOPIC));
    aMinutePasses();
    var composite =
        cloudWatch
            .describeAlarms(r -> r.alarmTypes(AlarmType.COMPOSITE_ALARM))
            .compositeAlarms()
            .getFirst();
    assertThat(composite.stateValue()).isEqualTo(StateValue.OK);
    aMinutePasses(10);
    assertThat(
            cloudWatch
                .describeAlarms(r -> r.alarmTypes(AlarmType.COMPOSITE_ALARM))
                .compositeAlarms()
                .getFirst()
                .stateValue())
        .isEqualTo(StateValue.ALARM);
    assertThatThrownBy(
            () -> cloudWatch.putCompositeAlarm(r -> r.alarmName("x").alarmRule("ALARM(a")))
        .isInstanceOf(CloudWatchException.class);
  }

  @Test
  void statesAreSetByHandAndActionsSwitched() {
    alarm("errors", 1, "missing");
    cloudWatch.disableAlarmActions(r -> r.alarmNames("errors"));
    cloudWatch.setAlarmState(
        r -> r.alarmName("errors").stateValue(StateValue.ALARM).stateReason("a drill"));
    assertThat(lab.published.messages).isEmpty();
    cloudWatch.enableAlarmActions(r -> r.alarmNames("errors"));
    cloudWatch.setAlarmState(
        r -> r.alarmName("errors").stateValue(StateValue.OK).stateReason("over"));
    assertThat(lab.published.messages).hasSize(1);
    cloudWatch.deleteAlarms(r -> r.alarmNames("errors"));
    assertThatThrownBy(
            () ->
                cloudWatch.setAlarmState(
                    r -> r.alarmName("errors").stateValue(StateValue.OK).stateReason("x")))
        .isInstanceOf(CloudWatchException.class);
  }

  @Test
  void dashboardsAreDocuments() {
    cloudWatch.putDashboard(r -> r.dashboardName("main").dashboardBody("{\"widgets\":[]}"));
    assertThat(cloudWatch.getDashboard(r -> r.dashboardName("main")).dashboardBody())
        .isEqualTo("{\"widgets\":[]}");
    assertThat(cloudWatch.listDashboards().dashboardEntries())
        .extracting(entry -> entry.dashboardArn())
        .containsExactly("arn:aws:cloudwatch::123456789012:dashboard/main");
    assertThatThrownBy(
            () -> cloudWatch.putDashboard(r -> r.dashboardName("bad").dashboardBody("no JSON")))
        .isInstanceOf(CloudWatchException.class);
    cloudWatch.deleteDashboards(r -> r.dashboardNames("main"));
    assertThatThrownBy(() -> cloudWatch.getDashboard(r -> r.dashboardName("main")))
        .isInstanceOf(DashboardNotFoundErrorException.class);
  }

  @Test
  void alarmsHaveTags() {
    alarm("errors", 1, "missing");
    var arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors";
    cloudWatch.tagResource(r -> r.resourceARN(arn).tags(t -> t.key("team").value("blue")));
    assertThat(cloudWatch.listTagsForResource(r -> r.resourceARN(arn)).tags())
        .extracting(tag -> tag.key() + tag.value())
        .containsExactly("teamblue");
    cloudWatch.untagResource(r -> r.resourceARN(arn).tagKeys("team"));
    assertThat(cloudWatch.listTagsForResource(r -> r.resourceARN(arn)).tags()).isEmpty();
  }
}
