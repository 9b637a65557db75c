package dev.bulwark.monitoring.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.monitoring.Lab;
import dev.bulwark.service.MetricPublisher.Source;
import dev.bulwark.service.ServiceMetric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/** What services publish about themselves. */
final class OwnMetricsTest {
  private static final ServiceMetric SENT =
      new ServiceMetric("AWS/SQS", "NumberOfMessagesSent", "Count");
  private static final ServiceMetric VISIBLE =
      new ServiceMetric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Count");
  private static final Source QUEUE =
      new Source(Lab.ACCOUNT, "us-east-1", Map.of("QueueName", "jobs"));

  private final Lab lab = new Lab();
  private final CloudWatchClient cloudWatch = lab.client(CloudWatchClient.builder());

  @AfterEach
  void close() {
    lab.close();
  }

  /** Writes what was added in the minutes that have passed. */
  private void passMinute() {
    lab.clock.advance(Duration.ofMinutes(1));
    lab.cloudWatch.evaluate();
  }

  private List<Datapoint> points(String namespace, String name) {
    var now = lab.clock.instant();
    return cloudWatch
        .getMetricStatistics(
            r ->
                r.namespace(namespace)
                    .metricName(name)
                    .dimensions(d -> d.name("QueueName").value("jobs"))
                    .startTime(now.minusSeconds(600))
                    .endTime(now.plusSeconds(60))
                    .period(3600)
                    .statistics(Statistic.SUM, Statistic.SAMPLE_COUNT, Statistic.MAXIMUM)
                    .extendedStatistics("p50"))
        .datapoints();
  }

  @Test
  void samplesAreSummedUpByTheMinute() {
    var publisher = lab.cloudWatch.publisher();
    publisher.add(QUEUE, SENT, 1);
    publisher.add(QUEUE, SENT, 1);
    publisher.add(QUEUE, SENT, 10);
    assertThat(points("AWS/SQS", "NumberOfMessagesSent")).isEmpty();

    passMinute();

    assertThat(points("AWS/SQS", "NumberOfMessagesSent"))
        .singleElement()
        .satisfies(
            point -> {
              assertThat(point.sum()).isEqualTo(12);
              assertThat(point.sampleCount()).isEqualTo(3);
              assertThat(point.maximum()).isEqualTo(10);
              assertThat(point.extendedStatistics()).containsEntry("p50", 1.0);
              assertThat(point.unitAsString()).isEqualTo("Count");
            });
    assertThat(cloudWatch.listMetrics(r -> r.namespace("AWS/SQS")).metrics())
        .extracting(Metric::metricName)
        .containsExactly("NumberOfMessagesSent");
  }

  @Test
  void whatHasAValueAtAnyTimeIsReadOnceAMinute() {
    lab.beginMinute();
    var publisher = lab.cloudWatch.publisher();
    publisher.everyMinute(() -> publisher.add(QUEUE, VISIBLE, 7));
    publisher.everyMinute(
        () -> {
          throw new IllegalStateException("one that fails does not keep others from it");
        });

    lab.cloudWatch.evaluate();
    lab.cloudWatch.evaluate();
    passMinute();
    passMinute();

    assertThat(points("AWS/SQS", "ApproximateNumberOfMessagesVisible"))
        .extracting(Datapoint::sampleCount)
        .satisfies(
            counts -> assertThat(counts.stream().mapToDouble(count -> count).sum()).isEqualTo(2));
  }

  @Test
  void nobodyElseMayPublishInTheNamespacesOfServices() {
    assertThatThrownBy(
            () ->
                cloudWatch.putMetricData(
                    r ->
                        r.namespace("AWS/SQS")
                            .metricData(d -> d.metricName("NumberOfMessagesSent").value(1.0))))
        .hasMessageContaining("The value AWS/ for parameter Namespace is invalid.");
  }

  @Test
  void callsOfOperationsAreCounted() {
    cloudWatch.listMetrics(r -> {});
    cloudWatch.listMetrics(r -> {});
    passMinute();

    var now = lab.clock.instant();
    assertThat(
            cloudWatch
                .getMetricStatistics(
                    r ->
                        r.namespace("AWS/Usage")
                            .metricName("CallCount")
                            .dimensions(
                                d -> d.name("Service").value("CloudWatch"),
                                d -> d.name("Class").value("None"),
                                d -> d.name("Type").value("API"),
                                d -> d.name("Resource").value("ListMetrics"))
                            .startTime(now.minusSeconds(600))
                            .endTime(now)
                            .period(3600)
                            .statistics(Statistic.SUM))
                .datapoints())
        .extracting(Datapoint::sum)
        .containsExactly(2.0);
  }

  @Test
  void logsTellWhatCameIn() {
    var logs = lab.client(CloudWatchLogsClient.builder());
    logs.createLogGroup(r -> r.logGroupName("app"));
    logs.createLogStream(r -> r.logGroupName("app").logStreamName("one"));
    logs.putLogEvents(
        r ->
            r.logGroupName("app")
                .logStreamName("one")
                .logEvents(e -> e.message("0123456789").timestamp(lab.clock.millis())));
    passMinute();

    var now = lab.clock.instant();
    for (var name : List.of("IncomingBytes", "IncomingLogEvents")) {
      var points =
          cloudWatch
              .getMetricStatistics(
                  r ->
                      r.namespace("AWS/Logs")
                          .metricName(name)
                          .dimensions(d -> d.name("LogGroupName").value("app"))
                          .startTime(now.minusSeconds(600))
                          .endTime(now.plusSeconds(60))
                          .period(3600)
                          .statistics(Statistic.SUM))
              .datapoints();
      assertThat(points)
          .extracting(Datapoint::sum)
          .containsExactly(name.equals("IncomingBytes") ? 36.0 : 1.0);
    }
  }
}
