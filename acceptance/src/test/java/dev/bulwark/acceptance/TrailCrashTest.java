package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.iam.IamClient;

/**
 * The server is killed under load while it delivers log files: every change that was acknowledged,
 * by its request's id, is in the files and in LookupEvents, and in each of them once.
 */
class TrailCrashTest {
  private static final int ROUNDS = 4;
  private static final int CLIENTS = 4;
  private static final Pattern CREATED =
      Pattern.compile("\"eventName\":\"CreateUser\".*?\"requestID\":\"([^\"]+)\"");

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void whatWasAcknowledgedIsDeliveredOnce(@TempDir Path folder) throws InterruptedException {
    var random = new Random(Long.getLong("crash.seed", 11L));
    var data = folder.resolve("data").toString();
    var acknowledged = new ConcurrentLinkedQueue<String>();
    var server = start(data);
    try {
      new TrailBucket(server, "crash-trail").makeTrail("crash", true);
      for (var round = 0; round < ROUNDS; round++) {
        var load = new Load(server, round, acknowledged);
        load.awaitSome();
        new TrailBucket(server, "crash-trail").advance(Duration.ofMinutes(6));
        // Somewhere before, within or after the delivery, and in the middle of calls.
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3000)).toNanos());
        server.kill();
        load.end();
        server = start(data);
      }
      var bucket = new TrailBucket(server, "crash-trail");
      bucket.advance(Duration.ofMinutes(40));
      TrailBucket.await(() -> created(bucket).containsAll(acknowledged));
      // Calls that were cut off may have happened, and be recorded, without an answer.
      assertThat(created(bucket)).doesNotHaveDuplicates();
      assertThat(lookedUp(server)).doesNotHaveDuplicates().containsAll(acknowledged);
    } finally {
      server.kill();
    }
  }

  private static RunningServer start(String data) {
    return RunningServer.start(
        Map.of("BULWARK_CLOUDTRAIL_LOOKUPS_PER_SECOND", "1000"), "--data", data, "--lab");
  }

  /** Clients that make users until the server is gone, each no more than a hundred. */
  private static final class Load {
    private static final int MOST = 100;
    private static final int SOME = 20;

    private final List<Thread> clients = new ArrayList<>();
    private final Queue<String> acknowledged;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final int before;

    Load(RunningServer server, int round, Queue<String> acknowledged) {
      this.acknowledged = acknowledged;
      this.before = acknowledged.size();
      for (int i = 0; i < CLIENTS; i++) {
        var prefix = "user-" + round + "-" + i + "-";
        var iam = server.client(IamClient.builder(), RunningServer.ROOT);
        clients.add(Thread.ofVirtual().start(() -> call(iam, prefix)));
      }
    }

    private void call(IamClient iam, String prefix) {
      for (int i = 0; i < MOST && !ended.get(); i++) {
        var name = prefix + i;
        try {
          acknowledged.add(iam.createUser(r -> r.userName(name)).responseMetadata().requestId());
        } catch (SdkException e) {
          return;
        }
      }
    }

    void awaitSome() {
      TrailBucket.await(() -> acknowledged.size() >= before + SOME);
    }

    void end() throws InterruptedException {
      ended.set(true);
      for (var client : clients) {
        client.join();
      }
    }
  }

  private static List<String> created(TrailBucket bucket) {
    var ids = new ArrayList<String>();
    for (var key : bucket.keys("/CloudTrail/")) {
      for (var record : bucket.text(key).split("(?=\\{\"eventVersion\")")) {
        add(record, ids);
      }
    }
    return ids;
  }

  private static List<String> lookedUp(RunningServer server) {
    var ids = new ArrayList<String>();
    server
        .client(CloudTrailClient.builder(), RunningServer.ROOT)
        .lookupEventsPaginator(
            r ->
                r.lookupAttributes(
                    a ->
                        a.attributeKey(LookupAttributeKey.EVENT_NAME).attributeValue("CreateUser")))
        .events()
        .forEach(event -> add(event.cloudTrailEvent(), ids));
    return ids;
  }

  private static void add(String record, List<String> ids) {
    var matcher = CREATED.matcher(record);
    if (matcher.find()) {
      ids.add(matcher.group(1));
    }
  }
}
