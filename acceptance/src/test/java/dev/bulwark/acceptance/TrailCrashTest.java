package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.cloudtrail.model.QueryStatus;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The server is killed while clients write and log files are delivered: every change that was
 * acknowledged is found by LookupEvents, in the trail's files and in an event data store, and in
 * each of them once. The trail's topic has a subscriber that is gone.
 */
class TrailCrashTest {
  private static final int ROUNDS = 4;
  private static final int WRITERS = 4;
  private static final int CALLS = 40;
  private static final String BUCKET = "crash-trail";
  private static final Pattern CREATED =
      Pattern.compile("\"eventName\":\"CreateUser\".*?\"userName\":\"(user-[0-9-]+)\"");

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void whatWasAcknowledgedIsRecordedOnce(@TempDir Path folder) throws Exception {
    var random = new Random(Long.getLong("crash.seed", 11L));
    var data = folder.resolve("data").toString();
    var acknowledged = new ConcurrentLinkedQueue<String>();
    var server = RunningServer.start("--data", data, "--lab");
    try {
      new TrailBucket(server, BUCKET).makeTrail("crash", true);
      notifyDeadQueue(server);
      var store = trails(server).createEventDataStore(r -> r.name("crash")).eventDataStoreArn();
      for (var round = 0; round < ROUNDS; round++) {
        var writers = write(server, round, acknowledged);
        var enough = (round + 1) * CALLS;
        TrailBucket.await(() -> acknowledged.size() >= enough);
        new TrailBucket(server, BUCKET).advance(Duration.ofMinutes(6));
        // Somewhere before, within or after the delivery.
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3000)).toNanos());
        server.kill();
        for (var writer : writers) {
          writer.join();
        }
        server = RunningServer.start("--data", data, "--lab");
      }
      reconcile(server, store, List.copyOf(acknowledged));
    } finally {
      server.kill();
    }
  }

  private static CloudTrailClient trails(RunningServer server) {
    return server.client(CloudTrailClient.builder(), RunningServer.ROOT);
  }

  private static void notifyDeadQueue(RunningServer server) {
    var sns = server.client(SnsClient.builder(), RunningServer.ROOT);
    var sqs = server.client(SqsClient.builder(), RunningServer.ROOT);
    var topic = sns.createTopic(r -> r.name("crash")).topicArn();
    sns.setTopicAttributes(
        r ->
            r.topicArn(topic)
                .attributeName("Policy")
                .attributeValue(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                      "Principal": {"Service": "cloudtrail.amazonaws.com"},
                      "Action": "SNS:Publish", "Resource": "%s"}]}\
                    """
                        .formatted(topic)));
    var queue = sqs.createQueue(r -> r.queueName("dead")).queueUrl();
    var arn =
        sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(arn));
    sqs.deleteQueue(r -> r.queueUrl(queue));
    trails(server).updateTrail(r -> r.name("crash").snsTopicName(topic));
  }

  /** Makes users until the server is gone. */
  private static List<Thread> write(
      RunningServer server, int round, ConcurrentLinkedQueue<String> acknowledged) {
    var writers = new ArrayList<Thread>();
    var number = new AtomicInteger();
    var iam =
        server.client(
            IamClient.builder()
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry())),
            RunningServer.ROOT);
    for (var i = 0; i < WRITERS; i++) {
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (number.get() < CALLS * 2) {
                        var name = "user-" + round + "-" + number.getAndIncrement();
                        iam.createUser(r -> r.userName(name));
                        acknowledged.add(name);
                      }
                    } catch (SdkException e) {
                      // The server was killed.
                    }
                  }));
    }
    return writers;
  }

  private static void reconcile(RunningServer server, String store, List<String> acknowledged)
      throws Exception {
    var users =
        server.client(IamClient.builder(), RunningServer.ROOT).listUsersPaginator().users().stream()
            .map(user -> user.userName())
            .toList();
    assertThat(users).containsAll(acknowledged);
    var bucket = new TrailBucket(server, BUCKET);
    bucket.advance(Duration.ofMinutes(40));
    TrailBucket.await(() -> created(bucket).size() >= users.size());
    assertThat(created(bucket)).as("log files").containsExactlyInAnyOrderElementsOf(users);
    assertThat(looked(server)).as("LookupEvents").containsExactlyInAnyOrderElementsOf(users);
    assertThat(queried(server, store)).as("Lake").containsExactlyInAnyOrderElementsOf(users);
    var status = trails(server).getTrailStatus(r -> r.name("crash"));
    assertThat(status.latestDeliveryError()).isNull();
    assertThat(status.latestNotificationError()).isNull();
    assertThat(status.latestNotificationTime()).isNotNull();
  }

  private static List<String> created(TrailBucket bucket) {
    var names = new ArrayList<String>();
    for (var key : bucket.keys("/CloudTrail/")) {
      for (var record : bucket.text(key).split("(?=\\{\"eventVersion\")")) {
        var matcher = CREATED.matcher(record);
        if (matcher.find()) {
          names.add(matcher.group(1));
        }
      }
    }
    return names;
  }

  private static List<String> looked(RunningServer server) {
    return trails(server)
        .lookupEventsPaginator(
            r ->
                r.lookupAttributes(
                    a ->
                        a.attributeKey(LookupAttributeKey.EVENT_NAME).attributeValue("CreateUser")))
        .events()
        .stream()
        .map(
            event -> {
              var matcher = CREATED.matcher(event.cloudTrailEvent());
              assertThat(matcher.find()).isTrue();
              return matcher.group(1);
            })
        .toList();
  }

  private static List<String> queried(RunningServer server, String store) {
    var trails = trails(server);
    var sql =
        "SELECT requestParameters['userName'] AS name FROM %s WHERE eventName = 'CreateUser'"
            .formatted(store.substring(store.indexOf('/') + 1));
    var id = trails.startQuery(r -> r.queryStatement(sql)).queryId();
    TrailBucket.await(
        () -> trails.describeQuery(r -> r.queryId(id)).queryStatus() == QueryStatus.FINISHED);
    return trails.getQueryResultsPaginator(r -> r.queryId(id)).stream()
        .flatMap(page -> page.queryResultRows().stream())
        .map(row -> row.getFirst().get("name"))
        .toList();
  }
}
