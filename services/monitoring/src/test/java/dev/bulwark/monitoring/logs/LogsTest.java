package dev.bulwark.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.monitoring.Lab;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;
import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;
import software.amazon.awssdk.services.cloudwatchlogs.model.OrderBy;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iam.IamClient;

/** CloudWatch Logs as clients use it. */
class LogsTest {
  private final Lab lab = new Lab();
  private final CloudWatchLogsClient logs = lab.client(CloudWatchLogsClient.builder());
  private final long now = Instant.now().toEpochMilli();

  @AfterEach
  void close() {
    lab.close();
  }

  private void stream(String group, String stream) {
    if (logs.describeLogGroups(r -> r.logGroupNamePrefix(group)).logGroups().isEmpty()) {
      logs.createLogGroup(r -> r.logGroupName(group));
    }
    logs.createLogStream(r -> r.logGroupName(group).logStreamName(stream));
  }

  private void put(String stream, long time, String... messages) {
    var events = new ArrayList<InputLogEvent>();
    for (int i = 0; i < messages.length; i++) {
      events.add(InputLogEvent.builder().timestamp(time + i).message(messages[i]).build());
    }
    logs.putLogEvents(r -> r.logGroupName("/app").logStreamName(stream).logEvents(events));
  }

  private List<String> get(boolean fromHead) {
    return logs
        .getLogEvents(r -> r.logGroupName("/app").logStreamName("one").startFromHead(fromHead))
        .events()
        .stream()
        .map(event -> event.message())
        .toList();
  }

  @Test
  void groupsAndStreamsAreMadeShownAndDeleted() {
    logs.createLogGroup(r -> r.logGroupName("/app").tags(Map.of("team", "blue")));
    assertThatThrownBy(() -> logs.createLogGroup(r -> r.logGroupName("/app")))
        .isInstanceOf(ResourceAlreadyExistsException.class)
        .hasMessageContaining("The specified log group already exists");
    logs.createLogStream(r -> r.logGroupName("/app").logStreamName("one"));
    logs.putRetentionPolicy(r -> r.logGroupName("/app").retentionInDays(7));
    assertThatThrownBy(
            () -> logs.putRetentionPolicy(r -> r.logGroupName("/app").retentionInDays(8)))
        .isInstanceOf(InvalidParameterException.class);

    var group = logs.describeLogGroups().logGroups().getFirst();
    assertThat(group.arn()).isEqualTo("arn:aws:logs:us-east-1:123456789012:log-group:/app:*");
    assertThat(group.retentionInDays()).isEqualTo(7);
    assertThat(logs.listTagsForResource(r -> r.resourceArn(group.logGroupArn())).tags())
        .containsEntry("team", "blue");
    assertThat(logs.describeLogStreams(r -> r.logGroupName("/app")).logStreams())
        .extracting(stream -> stream.logStreamName())
        .containsExactly("one");
    logs.deleteLogGroup(r -> r.logGroupName("/app"));
    assertThatThrownBy(() -> logs.describeLogStreams(r -> r.logGroupName("/app")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("The specified log group does not exist.");
  }

  @Test
  void eventsComeInTheOrderOfTheirTimes() {
    stream("/app", "one");
    put("one", now, "c", "d");
    put("one", now - 1000, "a", "b");
    put("one", now + 1, "e");
    // The one that arrived later comes after that of the same time.
    assertThat(get(true)).containsExactly("a", "b", "c", "d", "e");
    assertThat(get(false)).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void tokensLeadForwardAndBackward() {
    stream("/app", "one");
    for (var i = 0; i < 10; i++) {
      put("one", now - 1000 + i * 10, "m" + i);
    }
    var last = logs.getLogEvents(r -> r.logGroupName("/app").logStreamName("one").limit(4));
    assertThat(last.events()).extracting(e -> e.message()).containsExactly("m6", "m7", "m8", "m9");
    var before =
        logs.getLogEvents(
            r ->
                r.logGroupName("/app")
                    .logStreamName("one")
                    .limit(4)
                    .nextToken(last.nextBackwardToken()));
    assertThat(before.events())
        .extracting(e -> e.message())
        .containsExactly("m2", "m3", "m4", "m5");
    var again =
        logs.getLogEvents(
            r ->
                r.logGroupName("/app")
                    .logStreamName("one")
                    .limit(4)
                    .nextToken(before.nextForwardToken()));
    assertThat(again.events()).extracting(e -> e.message()).containsExactly("m6", "m7", "m8", "m9");
    var end =
        logs.getLogEvents(
            r -> r.logGroupName("/app").logStreamName("one").nextToken(last.nextForwardToken()));
    assertThat(end.events()).isEmpty();
    assertThat(end.nextForwardToken()).isEqualTo(last.nextForwardToken());
    put("one", now, "later");
    assertThat(
            logs.getLogEvents(
                    r ->
                        r.logGroupName("/app")
                            .logStreamName("one")
                            .nextToken(end.nextForwardToken()))
                .events())
        .extracting(e -> e.message())
        .containsExactly("later");
    assertThatThrownBy(
            () ->
                logs.getLogEvents(r -> r.logGroupName("/app").logStreamName("one").nextToken("x")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("The specified nextToken is invalid.");
  }

  @Test
  void batchesHaveRules() {
    stream("/app", "one");
    assertThatThrownBy(
            () ->
                logs.putLogEvents(
                    r ->
                        r.logGroupName("/app")
                            .logStreamName("one")
                            .logEvents(
                                e -> e.timestamp(now).message("b"),
                                e -> e.timestamp(now - 1).message("a"))))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining(
            "Log events in a single PutLogEvents request must be in chronological order.");
    assertThatThrownBy(
            () ->
                logs.putLogEvents(
                    r ->
                        r.logGroupName("/app")
                            .logStreamName("one")
                            .logEvents(
                                e ->
                                    e.timestamp(now - Duration.ofHours(25).toMillis()).message("a"),
                                e -> e.timestamp(now).message("b"))))
        .hasMessageContaining("cannot span more than 24 hours");
    var big = "x".repeat(200_000);
    assertThatThrownBy(() -> put("one", now, big, big, big, big, big, big))
        .hasMessageContaining("Upload too large: 1200156 bytes exceeds limit of 1048576");
    var rejected =
        logs.putLogEvents(
                r ->
                    r.logGroupName("/app")
                        .logStreamName("one")
                        .logEvents(
                            e -> e.timestamp(now).message("fine"),
                            e -> e.timestamp(now + 3 * 3_600_000).message("too new")))
            .rejectedLogEventsInfo();
    assertThat(rejected.tooNewLogEventStartIndex()).isEqualTo(1);
    assertThat(get(true)).containsExactly("fine");
  }

  @Test
  void whatIsTooOldOrTooNewDoesNotCountForTheSpan() {
    stream("/app", "one");
    assertThat(stream("one").uploadSequenceToken()).isNull();
    var taken =
        logs.putLogEvents(
            r ->
                r.logGroupName("/app")
                    .logStreamName("one")
                    .logEvents(
                        e -> e.timestamp(now - Duration.ofDays(16).toMillis()).message("old"),
                        e -> e.timestamp(now - Duration.ofHours(23).toMillis()).message("first"),
                        e -> e.timestamp(now).message("last"),
                        e -> e.timestamp(now + 3 * 3_600_000).message("new"))
                    .sequenceToken("not-a-valid-sequence-token"));
    assertThat(taken.rejectedLogEventsInfo().tooOldLogEventEndIndex()).isEqualTo(1);
    assertThat(taken.rejectedLogEventsInfo().tooNewLogEventStartIndex()).isEqualTo(3);
    assertThat(taken.nextSequenceToken())
        .matches("\\d{56}")
        .isEqualTo(stream("one").uploadSequenceToken());
    assertThat(get(true)).containsExactly("first", "last");
  }

  private LogStream stream(String name) {
    return logs.describeLogStreams(r -> r.logGroupName("/app").logStreamNamePrefix(name))
        .logStreams()
        .getFirst();
  }

  @Test
  void aSearchGoesThroughAllStreams() {
    stream("/app", "one");
    stream("/app", "two");
    put("one", now - 30, "ERROR 1", "fine 1");
    put("two", now - 20, "ERROR 2", "fine 2");
    put("one", now - 10, "ERROR 3");
    var found = logs.filterLogEvents(r -> r.logGroupName("/app").filterPattern("ERROR"));
    assertThat(found.events())
        .extracting(e -> e.logStreamName() + " " + e.message())
        .containsExactly("one ERROR 1", "two ERROR 2", "one ERROR 3");
    assertThat(found.nextToken()).isNull();
    var paged = new ArrayList<String>();
    logs.filterLogEventsPaginator(r -> r.logGroupName("/app").filterPattern("ERROR").limit(1))
        .events()
        .forEach(event -> paged.add(event.message()));
    assertThat(paged).containsExactly("ERROR 1", "ERROR 2", "ERROR 3");
    assertThat(
            logs.filterLogEvents(
                    r ->
                        r.logGroupName("/app")
                            .logStreamNames("two")
                            .startTime(now - 20)
                            .endTime(now - 20))
                .events())
        .extracting(e -> e.message())
        .containsExactly("ERROR 2");
    assertThatThrownBy(
            () -> logs.filterLogEvents(r -> r.logGroupName("/app").filterPattern("{ $.a = }")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Invalid filter pattern");
  }

  @Test
  void eventsExpire() {
    stream("/app", "one");
    logs.putRetentionPolicy(r -> r.logGroupName("/app").retentionInDays(1));
    put("one", now - 1000, "old");
    lab.clock.advance(Duration.ofHours(23));
    put("one", now + Duration.ofHours(22).toMillis(), "new");
    assertThat(get(true)).containsExactly("old", "new");
    lab.clock.advance(Duration.ofHours(2));
    assertThat(get(true)).containsExactly("new");
    lab.logs.expire();
    assertThat(logs.describeLogGroups().logGroups().getFirst().storedBytes()).isEqualTo(29);
  }

  @Test
  void streamsAreSortedByTheirLastEvent() {
    for (var name : List.of("a", "b", "c")) {
      stream("/app", name);
    }
    put("b", now, "x");
    put("a", now - 1000, "x");
    put("c", now - 500, "x");
    var first =
        logs.describeLogStreams(
            r -> r.logGroupName("/app").orderBy(OrderBy.LAST_EVENT_TIME).descending(true).limit(2));
    assertThat(first.logStreams()).extracting(s -> s.logStreamName()).containsExactly("b", "c");
    assertThat(
            logs.describeLogStreams(
                    r ->
                        r.logGroupName("/app")
                            .orderBy(OrderBy.LAST_EVENT_TIME)
                            .descending(true)
                            .nextToken(first.nextToken()))
                .logStreams())
        .extracting(s -> s.logStreamName())
        .containsExactly("a");
  }

  @Test
  void queriesRunByThemselves() {
    stream("/app", "one");
    put(
        "one",
        now - 60_000,
        IntStream.range(0, 100)
            .mapToObj(i -> "{\"status\": %d, \"ms\": %d}".formatted(i % 2 == 0 ? 200 : 500, i))
            .toArray(String[]::new));
    var id =
        logs.startQuery(
                r ->
                    r.logGroupName("/app")
                        .startTime(now / 1000 - 3600)
                        .endTime(now / 1000)
                        .queryString(
                            "stats count(*) as n, max(ms) as slowest by status | sort status asc"))
            .queryId();
    var results = logs.getQueryResults(r -> r.queryId(id));
    while (results.status() == QueryStatus.RUNNING) {
      results = logs.getQueryResults(r -> r.queryId(id));
    }
    assertThat(results.status()).isEqualTo(QueryStatus.COMPLETE);
    assertThat(results.results().toString())
        .contains("Value=200", "Value=500", "Value=50", "Value=98", "Value=99");
    assertThat(results.statistics().recordsScanned()).isEqualTo(100);
    assertThatThrownBy(
            () ->
                logs.startQuery(
                    r -> r.logGroupName("/app").startTime(0L).endTime(1L).queryString("nonsense")))
        .isInstanceOf(MalformedQueryException.class);
    assertThat(logs.describeQueries().queries())
        .singleElement()
        .satisfies(
            query ->
                assertThat(query.queryString())
                    .isEqualTo(
                        "SOURCE \"/app\" START=%d000 END=%d999 | %s"
                            .formatted(
                                now / 1000 - 3600,
                                now / 1000,
                                "stats count(*) as n, max(ms) as slowest by status | sort status"
                                    + " asc")));
    assertThatThrownBy(
            () ->
                logs.startQuery(
                    r ->
                        r.logGroupName("none")
                            .startTime(0L)
                            .endTime(1L)
                            .queryString("fields @message")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("Log group 'none' does not exist for account ID '123456789012'");
    assertThatThrownBy(
            () -> logs.describeLogStreams(r -> r.logGroupName("/app").logGroupIdentifier("/app")))
        .hasMessageContaining("LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  }

  @Test
  void theLastTimeThatThereIsEndsAQueryLikeAnyOther() {
    stream("/app", "one");
    put("one", now - 1000, "hello");
    var id =
        logs.startQuery(
                r ->
                    r.logGroupName("/app")
                        .startTime(0L)
                        .endTime(Long.MAX_VALUE)
                        .queryString("fields @message"))
            .queryId();
    var results = logs.getQueryResults(r -> r.queryId(id));
    while (results.status() == QueryStatus.RUNNING) {
      results = logs.getQueryResults(r -> r.queryId(id));
    }
    assertThat(results.status()).isEqualTo(QueryStatus.COMPLETE);
    assertThat(results.results().toString()).contains("Value=hello");
  }

  @Test
  void anEventIsFoundByItsPointer() {
    stream("/app", "one");
    put("one", now - 1000, "hello");
    var id =
        logs.startQuery(
                r ->
                    r.logGroupName("/app")
                        .startTime(now / 1000 - 60)
                        .endTime(now / 1000 + 1)
                        .queryString("fields @message"))
            .queryId();
    var results = logs.getQueryResults(r -> r.queryId(id));
    while (results.status() == QueryStatus.RUNNING) {
      results = logs.getQueryResults(r -> r.queryId(id));
    }
    var pointer =
        results.results().getFirst().stream()
            .filter(field -> field.field().equals("@ptr"))
            .findFirst()
            .orElseThrow()
            .value();
    assertThat(logs.getLogRecord(r -> r.logRecordPointer(pointer)).logRecord())
        .containsEntry("@message", "hello")
        .containsEntry("@logStream", "one");
  }

  @Test
  void permissionsAreOnGroupsAndStreams() {
    stream("/app", "one");
    var iam = lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("alice"));
    iam.putUserPolicy(
        r ->
            r.userName("alice")
                .policyName("p")
                .policyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:PutLogEvents","logs:FilterLogEvents"],
                      "Resource":"arn:aws:logs:us-east-1:123456789012:log-group:/app:*"}]}"""));
    var key = iam.createAccessKey(r -> r.userName("alice")).accessKey();
    var alice =
        lab.client(
            CloudWatchLogsClient.builder(),
            AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()));
    alice.putLogEvents(
        r ->
            r.logGroupName("/app")
                .logStreamName("one")
                .logEvents(e -> e.timestamp(now).message("x")));
    assertThat(alice.filterLogEvents(r -> r.logGroupName("/app")).events()).hasSize(1);
    assertThatThrownBy(() -> alice.deleteLogGroup(r -> r.logGroupName("/app")))
        .isInstanceOf(CloudWatchLogsException.class)
        .hasMessageContaining("is not authorized to perform: logs:DeleteLogGroup");
  }

  @Test
  void metricFiltersMakeMetrics() {
    stream("/app", "one");
    logs.putMetricFilter(
        r ->
            r.logGroupName("/app")
                .filterName("latency")
                .filterPattern("{ $.ms = * }")
                .metricTransformations(
                    t ->
                        t.metricName("Latency")
                            .metricNamespace("App")
                            .metricValue("$.ms")
                            .dimensions(Map.of("user", "$.user"))));
    put(
        "one",
        now,
        "{\"ms\": 10, \"user\": \"alice\"}",
        "{\"ms\": 30, \"user\": \"alice\"}",
        "other");
    lab.cloudWatch.evaluate();
    var points =
        lab.client(CloudWatchClient.builder())
            .getMetricStatistics(
                r ->
                    r.namespace("App")
                        .metricName("Latency")
                        .dimensions(d -> d.name("user").value("alice"))
                        .startTime(Instant.ofEpochMilli(now).minusSeconds(120))
                        .endTime(Instant.ofEpochMilli(now).plusSeconds(120))
                        .period(300)
                        .statistics(Statistic.SUM, Statistic.MAXIMUM))
            .datapoints();
    assertThat(points)
        .singleElement()
        .satisfies(
            point -> {
              assertThat(point.sum()).isEqualTo(40);
              assertThat(point.maximum()).isEqualTo(30);
            });
  }

  @Test
  void metricFiltersAreTestedAndKept() {
    logs.createLogGroup(r -> r.logGroupName("/app"));
    logs.putMetricFilter(
        r ->
            r.logGroupName("/app")
                .filterName("errors")
                .filterPattern("[..., status = 5*, bytes]")
                .metricTransformations(
                    t -> t.metricName("Errors").metricNamespace("App").metricValue("1")));
    assertThat(logs.describeMetricFilters(r -> r.logGroupName("/app")).metricFilters())
        .singleElement()
        .satisfies(
            filter -> {
              assertThat(filter.filterName()).isEqualTo("errors");
              assertThat(filter.metricTransformations().getFirst().metricName())
                  .isEqualTo("Errors");
            });
    assertThat(
            logs.testMetricFilter(
                    r ->
                        r.filterPattern("[..., status = 5*, bytes]")
                            .logEventMessages("GET / 500 12", "GET / 200 12"))
                .matches())
        .singleElement()
        .satisfies(match -> assertThat(match.extractedValues()).containsEntry("$status", "500"));
    assertThatThrownBy(
            () -> logs.testMetricFilter(r -> r.filterPattern("{ $.a = }").logEventMessages("{}")))
        .isInstanceOfSatisfying(
            InvalidParameterException.class,
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo("Invalid metric filter pattern"));
    logs.deleteMetricFilter(r -> r.logGroupName("/app").filterName("errors"));
    assertThat(logs.describeMetricFilters(r -> r.logGroupName("/app")).metricFilters()).isEmpty();
  }
}
