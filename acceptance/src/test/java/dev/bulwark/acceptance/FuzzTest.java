package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.acceptance.FuzzRequests.Shot;
import dev.bulwark.acceptance.RawConnection.Answer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever comes in, the server answers in the form of the protocol, blames the sender, and stays
 * alive. Another seed: {@code -Dfuzz.seed=…}; more requests: {@code -Dfuzz.requests=…}.
 */
class FuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20_260_101L);
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 20_000);
  private static final int CONNECTIONS = 4;
  private static final int HANG_MILLIS = 20_000;
  private static final int MOST_REPORTED = 20;

  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void noRequestIsTooBadToBeAnswered(@TempDir Path folder, TestReporter reporter) throws Exception {
    var data = folder.resolve("a/b/c/data");
    reporter.publishEntry("fuzz.seed", Long.toString(SEED));
    try (var server = RunningServer.start("--data", data.toString())) {
      prepare(server);
      try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
        var runs = new ArrayList<Future<?>>();
        for (var i = 0; i < CONNECTIONS; i++) {
          var seed = SEED + i;
          runs.add(threads.submit(callable(server, seed)));
        }
        for (var run : runs) {
          run.get();
        }
      }
      reporter.publishEntry("statuses", new TreeMap<>(statuses).toString());
      assertThat(failures).as("seed %d", SEED).isEmpty();
      try (var connection = new RawConnection(server.endpoint(), HANG_MILLIS)) {
        var health =
            connection.send(
                Requests.of(server.endpoint(), "GET", "/_bulwark/health", "", new byte[0]));
        assertThat(health.status()).isEqualTo(200);
      }
      assertThat(server.s3(RunningServer.ROOT).listBuckets().owner()).isNotNull();
    }
    // Enough of them were well-formed and reached what they were for.
    assertThat(statuses.getOrDefault(200, 0) + statuses.getOrDefault(501, 0))
        .isGreaterThan(REQUESTS / 20);
    assertThat(S3KeysTest.filesOutsideOf(data, folder)).isEmpty();
    for (var parent = data.getParent(); parent != null; parent = parent.getParent()) {
      try (var entries = Files.list(parent)) {
        assertThat(entries.filter(e -> e.getFileName().toString().contains("fuzz-escape")))
            .isEmpty();
      }
    }
  }

  private Callable<Boolean> callable(RunningServer server, long seed) {
    return () -> {
      run(server, seed);
      return true;
    };
  }

  private void run(RunningServer server, long seed) throws IOException {
    var requests = new FuzzRequests(new Random(seed), server.endpoint());
    var before = "nothing";
    try (var connection = new RawConnection(server.endpoint(), HANG_MILLIS)) {
      for (var i = 0; i < REQUESTS / CONNECTIONS && failures.size() < MOST_REPORTED; i++) {
        var shot = requests.next();
        var problem = fire(connection, shot);
        if (problem != null) {
          failures.add(
              "#%d of %d, %s: %s\n%s\nafter %s\n"
                  .formatted(i, seed, shot.what(), problem, beginning(shot.bytes()), before));
        }
        before = shot.what();
      }
    }
  }

  private static String beginning(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, 900), StandardCharsets.ISO_8859_1);
  }

  private @Nullable String fire(RawConnection connection, Shot shot) throws IOException {
    if (shot.broken()) {
      connection.close();
    }
    try {
      var answer = connection.send(shot.bytes(), shot.head(), shot.broken());
      if (answer != null) {
        statuses.merge(answer.status(), 1, Integer::sum);
      }
      return judge(shot, answer);
    } catch (SocketTimeoutException e) {
      return "no answer in time";
    } catch (AssertionError e) {
      return e.getMessage();
    }
  }

  private static @Nullable String judge(Shot shot, @Nullable Answer answer) {
    if (shot.broken()) {
      // Such a request may be cut off. If it is answered, then as the sender's fault.
      return answer == null || answer.status() < 500 || answer.status() == 501
          ? null
          : "status " + answer.status() + ": " + answer.text();
    }
    if (answer == null) {
      return "closed without an answer";
    }
    if (answer.status() < 400 || shot.head()) {
      return answer.status() < 500 || answer.status() == 501 ? null : "status " + answer.status();
    }
    if (answer.status() >= 500 && answer.status() != 501) {
      return "status " + answer.status() + ": " + answer.text();
    }
    var error = ErrorBody.of(answer);
    if (error.code().isBlank()) {
      return "an error without a code: " + answer.text();
    }
    return answer.header("x-amzn-requestid").isEmpty()
            && answer.header("x-amz-request-id").isEmpty()
        ? "an error without a request id: " + answer.text()
        : null;
  }

  /** Something for the requests to find. */
  private static void prepare(RunningServer server) throws IOException {
    try (var connection = new RawConnection(server.endpoint(), HANG_MILLIS)) {
      var trust =
          "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"123456789012\"}}]}";
      for (var form :
          List.of(
              new String[] {"Action", "CreateUser", "UserName", "fuzz-user"},
              new String[] {"Action", "CreateGroup", "GroupName", "fuzz-group"},
              new String[] {
                "Action", "CreateRole", "RoleName", "fuzz-role", "AssumeRolePolicyDocument", trust
              })) {
        var full = new ArrayList<>(List.of(form));
        full.addAll(List.of("Version", "2010-05-08"));
        var answer =
            connection.send(
                Requests.signed(
                    Requests.form(server.endpoint(), full.toArray(String[]::new)),
                    RunningServer.ROOT,
                    "iam"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      }
      var bucket =
          connection.send(
              Requests.signed(
                  Requests.of(server.endpoint(), "PUT", "/fuzz-bucket", "", new byte[0]),
                  RunningServer.ROOT,
                  "s3"));
      assertThat(bucket.status()).as(bucket.text()).isEqualTo(200);
    }
  }
}
