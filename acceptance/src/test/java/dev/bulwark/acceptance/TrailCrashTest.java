package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iam.IamClient;

/**
 * The server is killed while it delivers log files: every change that was acknowledged is in the
 * files, and in them once.
 */
class TrailCrashTest {
  private static final int ROUNDS = 4;
  private static final int CALLS = 40;
  private static final Pattern CREATED =
      Pattern.compile("\"eventName\":\"CreateUser\".*?\"userName\":\"(user-[0-9-]+)\"");

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void whatWasAcknowledgedIsDeliveredOnce(@TempDir Path folder) {
    var random = new Random(Long.getLong("crash.seed", 11L));
    var data = folder.resolve("data").toString();
    var acknowledged = new ArrayList<String>();
    var server = RunningServer.start("--data", data, "--lab");
    try {
      new TrailBucket(server, "crash-trail").makeTrail("crash", true);
      for (var round = 0; round < ROUNDS; round++) {
        var iam = server.client(IamClient.builder(), RunningServer.ROOT);
        for (var i = 0; i < CALLS; i++) {
          var name = "user-" + round + "-" + i;
          iam.createUser(r -> r.userName(name));
          acknowledged.add(name);
        }
        new TrailBucket(server, "crash-trail").advance(Duration.ofMinutes(6));
        // Somewhere before, within or after the delivery.
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3000)).toNanos());
        server.kill();
        server = RunningServer.start("--data", data, "--lab");
      }
      var bucket = new TrailBucket(server, "crash-trail");
      bucket.advance(Duration.ofMinutes(40));
      TrailBucket.await(() -> created(bucket).size() >= acknowledged.size());
      assertThat(created(bucket)).containsExactlyInAnyOrderElementsOf(acknowledged);
    } finally {
      server.kill();
    }
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
}
