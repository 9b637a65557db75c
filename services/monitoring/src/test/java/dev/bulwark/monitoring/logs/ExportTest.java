package dev.bulwark.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.Principal;
import dev.bulwark.monitoring.Lab;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTask;
import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidOperationException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/** Exports of log events to buckets. */
final class ExportTest {
  private final Lab lab = new Lab();
  private final CloudWatchLogsClient logs = lab.client(CloudWatchLogsClient.builder());
  private final Instant now = lab.clock.instant();

  @BeforeEach
  void putEvents() {
    logs.createLogGroup(r -> r.logGroupName("app"));
    for (var stream : Set.of("web/1", "web/2", "job")) {
      logs.createLogStream(r -> r.logGroupName("app").logStreamName(stream));
    }
    put("web/1", "first", now.minusSeconds(30));
    put("web/1", "second", now.minusSeconds(20));
    put("web/1", "too late", now.plusSeconds(60));
    put("job", "of another stream", now.minusSeconds(20));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void put(String stream, String message, Instant time) {
    logs.putLogEvents(
        r ->
            r.logGroupName("app")
                .logStreamName(stream)
                .logEvents(e -> e.message(message).timestamp(time.toEpochMilli())));
  }

  private String export(long until) {
    return logs.createExportTask(
            r ->
                r.logGroupName("app")
                    .logStreamNamePrefix("web")
                    .from(now.minusSeconds(60).toEpochMilli())
                    .to(until)
                    .destination("archive")
                    .destinationPrefix("logs"))
        .taskId();
  }

  private ExportTask task(String id) {
    return logs.describeExportTasks(r -> r.taskId(id)).exportTasks().getFirst();
  }

  private ExportTask finished(String id) {
    while (task(id).executionInfo().completionTime() == null) {
      Thread.onSpinWait();
    }
    return task(id);
  }

  @Test
  @Timeout(30)
  void eventsAreCopiedInFilesOfTheirStreams() throws IOException {
    var id = export(now.plusSeconds(10).toEpochMilli());

    assertThat(finished(id).status().code()).isEqualTo(ExportTaskStatusCode.COMPLETED);
    var file = "archive/logs/" + id + "/web-1/000000.gz";
    assertThat(lab.published.objects.keySet())
        .containsExactlyInAnyOrder("archive/logs/aws-logs-write-test", file);
    assertThat(unzipped(lab.published.objects.get(file)))
        .isEqualTo(line(now.minusSeconds(30), "first") + line(now.minusSeconds(20), "second"));
    assertThat(lab.published.callers)
        .extracting(Principal.ServicePrincipal::service)
        .containsOnly("logs.us-east-1.amazonaws.com");
    assertThatThrownBy(() -> logs.cancelExportTask(r -> r.taskId(id)))
        .isInstanceOf(InvalidOperationException.class);
  }

  private static String unzipped(byte[] bytes) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String line(Instant time, String message) {
    return "%tFT%<tT.%<tLZ %s%n".formatted(time.atZone(java.time.ZoneOffset.UTC), message);
  }

  @Test
  void theBucketHasToLetLogsWrite() {
    lab.published.refused = "GetBucketAcl";
    assertThatThrownBy(() -> export(now.plusSeconds(10).toEpochMilli()))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("GetBucketAcl call on the given bucket failed.");
    lab.published.refused = "PutObject";
    assertThatThrownBy(() -> export(now.plusSeconds(10).toEpochMilli()))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("PutObject call on the given bucket failed.");
    assertThat(logs.describeExportTasks(r -> {}).exportTasks()).isEmpty();
  }

  @Test
  @Timeout(30)
  void thereIsOneTaskAtATime() {
    lab.published.held.lock();
    String id;
    try {
      id = export(now.plusSeconds(10).toEpochMilli());
      assertThatThrownBy(() -> export(now.plusSeconds(10).toEpochMilli()))
          .isInstanceOf(LimitExceededException.class);
      logs.cancelExportTask(r -> r.taskId(id));
    } finally {
      lab.published.held.unlock();
    }
    assertThat(finished(id).status().code()).isEqualTo(ExportTaskStatusCode.CANCELLED);
  }

  @Test
  void whatIsNotThereIsRefused() {
    assertThatThrownBy(() -> logs.cancelExportTask(r -> r.taskId("none")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(
            () ->
                logs.createExportTask(
                    r -> r.logGroupName("none").from(1L).to(2L).destination("archive")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(
            () ->
                logs.createExportTask(
                    r -> r.logGroupName("app").from(2L).to(1L).destination("archive")))
        .isInstanceOf(InvalidParameterException.class);
  }
}
