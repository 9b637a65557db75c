package dev.bulwark.monitoring.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.events.BusEvent;
import dev.bulwark.monitoring.Lab;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AnomalyDetector;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import tools.jackson.databind.json.JsonMapper;

/** Anomaly detectors, the bands they give, and alarms on them. */
final class AnomalyDetectionTest {
  private final Lab lab = new Lab();
  private final CloudWatchClient cloudWatch = lab.client(CloudWatchClient.builder());
  private final Instant now;

  AnomalyDetectionTest() {
    lab.beginMinute();
    now = lab.clock.instant().truncatedTo(ChronoUnit.MINUTES);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /** Ten or twelve in each of the last four hours' minutes. */
  private void putUsualValues() {
    var data =
        IntStream.rangeClosed(1, 240)
            .mapToObj(
                minute ->
                    MetricDatum.builder()
                        .metricName("Load")
                        .value(10.0 + minute % 2 * 2)
                        .timestamp(now.minusSeconds(60L * minute))
                        .build())
            .toList();
    cloudWatch.putMetricData(r -> r.namespace("App").metricData(data));
  }

  private static List<MetricDataQuery> bandQueries() {
    return List.of(
        MetricDataQuery.builder()
            .id("m1")
            .metricStat(
                s ->
                    s.metric(m -> m.namespace("App").metricName("Load")).period(60).stat("Average"))
            .returnData(true)
            .build(),
        MetricDataQuery.builder().id("ad1").expression("ANOMALY_DETECTION_BAND(m1, 3)").build());
  }

  private void putAlarm() {
    cloudWatch.putMetricAlarm(
        r ->
            r.alarmName("odd")
                .metrics(bandQueries())
                .thresholdMetricId("ad1")
                .comparisonOperator(
                    ComparisonOperator.LESS_THAN_LOWER_OR_GREATER_THAN_UPPER_THRESHOLD)
                .evaluationPeriods(1));
  }

  private MetricAlarm alarm() {
    return cloudWatch.describeAlarms(r -> r.alarmNames("odd")).metricAlarms().getFirst();
  }

  private void put(double value) {
    cloudWatch.putMetricData(
        r -> r.namespace("App").metricData(d -> d.metricName("Load").value(value).timestamp(now)));
  }

  @Test
  void alarmsGoOffOutsideOfTheBand() {
    putUsualValues();
    put(11);
    putAlarm();
    assertThat(detectors()).singleElement().satisfies(AnomalyDetectionTest::isOfLoad);
    lab.clock.advance(Duration.ofMinutes(1));
    lab.cloudWatch.evaluate();
    assertThat(alarm().stateValueAsString()).isEqualTo("OK");

    lab.clock.advance(Duration.ofMinutes(1));
    cloudWatch.putMetricData(
        r ->
            r.namespace("App")
                .metricData(d -> d.metricName("Load").value(50.0).timestamp(now.plusSeconds(60))));
    lab.cloudWatch.evaluate();

    assertThat(alarm().stateValueAsString()).isEqualTo("ALARM");
    assertThat(alarm().stateReason())
        .startsWith("Thresholds Crossed: 1 out of the last 1 datapoint [50.0 (")
        .contains(" was less than the lower thresholds [", "] or greater than the upper thresholds")
        .endsWith("(minimum 1 datapoint for OK -> ALARM transition).");
    assertThat(alarm().threshold()).isNull();
    assertThat(alarm().thresholdMetricId()).isEqualTo("ad1");
  }

  private static void isOfLoad(AnomalyDetector detector) {
    assertThat(detector.singleMetricAnomalyDetector().metricName()).isEqualTo("Load");
    assertThat(detector.singleMetricAnomalyDetector().stat()).isEqualTo("Average");
    assertThat(detector.stateValueAsString()).isEqualTo("PENDING_TRAINING");
  }

  private List<AnomalyDetector> detectors() {
    return cloudWatch.describeAnomalyDetectors(r -> r.namespace("App")).anomalyDetectors();
  }

  private void putDetector() {
    cloudWatch.putAnomalyDetector(
        r ->
            r.singleMetricAnomalyDetector(
                    d -> d.namespace("App").metricName("Load").stat("Average"))
                .configuration(
                    c ->
                        c.metricTimezone("Europe/Berlin")
                            .excludedTimeRanges(
                                x -> x.startTime(now.minusSeconds(600)).endTime(now))));
  }

  @Test
  void detectorsLearnAndForget() {
    putDetector();
    lab.cloudWatch.evaluate();
    assertThat(detectors().getFirst().stateValueAsString()).isEqualTo("TRAINED_INSUFFICIENT_DATA");
    assertThat(band()).isEqualTo(List.of(0, 0));

    putUsualValues();
    lab.clock.advance(Duration.ofHours(1));
    lab.cloudWatch.evaluate();

    assertThat(detectors().getFirst().stateValueAsString()).isEqualTo("TRAINED");
    assertThat(detectors().getFirst().configuration().metricTimezone()).isEqualTo("Europe/Berlin");
    assertThat(band()).isEqualTo(List.of(240, 240));
    cloudWatch.deleteAnomalyDetector(
        r -> r.namespace("App").metricName("Load").stat("Average").dimensions(List.of()));
    assertThat(detectors()).isEmpty();
    assertThatThrownBy(
            () ->
                cloudWatch.deleteAnomalyDetector(
                    r -> r.namespace("App").metricName("Load").stat("Average")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  /** How many values each series of the band has over the last four hours. */
  private List<Integer> band() {
    return cloudWatch
        .getMetricData(
            r ->
                r.metricDataQueries(bandQueries()).startTime(now.minusSeconds(14_400)).endTime(now))
        .metricDataResults()
        .stream()
        .filter(result -> result.id().equals("ad1"))
        .map(MetricDataResult::values)
        .map(List::size)
        .toList();
  }

  @Test
  void expressionsHaveDetectorsToo() {
    putUsualValues();
    var doubled = MetricDataQuery.builder().id("e1").expression("m1 * 2").returnData(true).build();
    var metric = bandQueries().getFirst().toBuilder().returnData(false).build();
    cloudWatch.putAnomalyDetector(
        r -> r.metricMathAnomalyDetector(d -> d.metricDataQueries(metric, doubled)));

    assertThat(detectors()).isEmpty();
    assertThat(
            cloudWatch
                .describeAnomalyDetectors(r -> r.anomalyDetectorTypesWithStrings("METRIC_MATH"))
                .anomalyDetectors())
        .hasSize(1);
    var band =
        cloudWatch
            .getMetricData(
                r ->
                    r.metricDataQueries(
                            metric,
                            doubled,
                            MetricDataQuery.builder()
                                .id("ad")
                                .expression("ANOMALY_DETECTION_BAND(e1)")
                                .build())
                        .startTime(now.minusSeconds(600))
                        .endTime(now))
            .metricDataResults()
            .stream()
            .filter(result -> result.id().equals("ad"))
            .toList();
    assertThat(band.getFirst().values()).hasSize(10).allMatch(low -> low > 5 && low < 20);
    assertThat(band.getLast().values()).hasSize(10).allMatch(high -> high > 24 && high < 40);
  }

  @Test
  void requestsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(
            () -> cloudWatch.putAnomalyDetector(r -> r.namespace("App").metricName("Load")))
        .isInstanceOf(CloudWatchException.class)
        .hasMessageContaining("The parameter Stat is required.");
    assertThatThrownBy(
            () ->
                cloudWatch.putAnomalyDetector(
                    r ->
                        r.namespace("App")
                            .metricName("Load")
                            .stat("Average")
                            .configuration(c -> c.metricTimezone("Europe/Nowhere"))))
        .hasMessageContaining("MetricTimezone is invalid");
    assertThatThrownBy(
            () ->
                cloudWatch.putMetricAlarm(
                    r ->
                        r.alarmName("odd")
                            .metrics(bandQueries())
                            .thresholdMetricId("m1")
                            .comparisonOperator(ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD)
                            .evaluationPeriods(1)))
        .hasMessageContaining("ThresholdMetricId has to be the id of an ANOMALY_DETECTION_BAND");
    assertThatThrownBy(
            () ->
                cloudWatch.putMetricAlarm(
                    r ->
                        r.alarmName("odd")
                            .metrics(bandQueries())
                            .thresholdMetricId("ad1")
                            .threshold(1.0)
                            .comparisonOperator(ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD)
                            .evaluationPeriods(1)))
        .hasMessageContaining("Threshold cannot be given with ThresholdMetricId.");
  }

  @Test
  void alarmsWithQueriesThatMakeNoSenseAreRefused() {
    var badId = bandQueries().getFirst().toBuilder().id("M1").build();
    var badPeriod =
        bandQueries().getFirst().toBuilder()
            .metricStat(
                s -> s.metric(m -> m.namespace("App").metricName("Load")).period(7).stat("Sum"))
            .build();
    for (var query : List.of(badId, badPeriod)) {
      assertThatThrownBy(
              () ->
                  cloudWatch.putMetricAlarm(
                      r ->
                          r.alarmName("bad")
                              .metrics(query)
                              .threshold(1.0)
                              .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                              .evaluationPeriods(1)))
          .isInstanceOf(CloudWatchException.class);
    }
    lab.cloudWatch.evaluate();
  }

  @Test
  void eventBridgeIsToldOfAlarms() {
    putAlarm();
    putAlarm();
    cloudWatch.setAlarmState(r -> r.alarmName("odd").stateValue("ALARM").stateReason("by hand"));
    cloudWatch.deleteAlarms(r -> r.alarmNames("odd"));

    assertThat(lab.told())
        .extracting(BusEvent::detailType)
        .containsExactly(
            "CloudWatch Alarm Configuration Change",
            "CloudWatch Alarm Configuration Change",
            "CloudWatch Alarm State Change",
            "CloudWatch Alarm Configuration Change");
    assertThat(lab.told())
        .allSatisfy(
            event -> {
              assertThat(event.source()).isEqualTo("aws.cloudwatch");
              assertThat(event.resources()).containsExactly(alarmArn());
            });
    var operations =
        lab.told().stream()
            .map(event -> JsonMapper.shared().readTree(event.detail()).path("operation"))
            .map(operation -> operation.asString("none"))
            .toList();
    assertThat(operations).containsExactly("create", "update", "none", "delete");
    var detail = JsonMapper.shared().readTree(lab.told().get(2).detail());
    assertThat(detail.at("/previousState/value").asString()).isEqualTo("INSUFFICIENT_DATA");
    assertThat(detail.at("/state/value").asString()).isEqualTo("ALARM");
    assertThat(detail.at("/state/reason").asString()).isEqualTo("by hand");
    assertThat(detail.at("/configuration/metrics/0/metricStat/metric/name").asString())
        .isEqualTo("Load");
  }

  private static String alarmArn() {
    return "arn:aws:cloudwatch:us-east-1:" + Lab.ACCOUNT + ":alarm:odd";
  }
}
