package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A disk without room: writes say so, reads go on, and writes work again when there is room. A
 * trail delivers then what it could not before.
 */
class DiskFullTest {
  private static final int BALLAST = 8 << 20;

  @Test
  void theServerOutlivesAFullDisk(@TempDir Path folder) throws Exception {
    var disk = Files.createDirectories(folder.resolve("disk"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=48m", "bulwark-test", disk.toString()))
        .as("this user may not mount a small disk")
        .isTrue();
    try {
      Files.write(disk.resolve("ballast"), new byte[BALLAST]);
      try (var server = RunningServer.start("--data", disk.resolve("data").toString(), "--lab")) {
        fill(server, disk);
      }
    } finally {
      run("umount", "--lazy", disk.toString());
    }
  }

  private static void fill(RunningServer server, Path disk) throws IOException {
    var s3 =
        server.client(
            S3Client.builder()
                .forcePathStyle(true)
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry())),
            RunningServer.ROOT);
    var trail = new TrailBucket(server, "full-trail");
    trail.makeTrail("full", false);
    s3.createBucket(r -> r.bucket("full-disk"));
    var written = new ArrayList<String>();
    S3Exception refusal = null;
    for (var i = 0; i < 200 && refusal == null; i++) {
      var key = "object-" + i;
      try {
        s3.putObject(r -> r.bucket("full-disk").key(key), RequestBody.fromBytes(new byte[1 << 20]));
        written.add(key);
      } catch (S3Exception e) {
        refusal = e;
      }
    }
    assertThat(refusal).as("the disk was never full").isNotNull();
    assertThat(refusal.statusCode()).isIn(503, 507);
    assertThat(refusal.awsErrorDetails().errorCode()).isNotBlank();
    assertThat(written).isNotEmpty();
    fillWithSmallWrites(s3);
    // The log file is due, and has no room.
    trail.advance(Duration.ofMinutes(6));

    assertThat(server.isAlive()).isTrue();
    assertThat(s3.listObjectsV2(r -> r.bucket("full-disk")).contents())
        .extracting(o -> o.key())
        .containsAll(written);
    for (var key : List.of(written.getFirst(), written.getLast())) {
      assertThat(s3.getObjectAsBytes(r -> r.bucket("full-disk").key(key)).asByteArray())
          .hasSize(1 << 20);
    }

    Files.delete(disk.resolve("ballast"));
    s3.putObject(r -> r.bucket("full-disk").key("after"), RequestBody.fromBytes(new byte[100_000]));
    server.client(IamClient.builder(), RunningServer.ROOT).createUser(r -> r.userName("after"));
    assertThat(s3.getObjectAsBytes(r -> r.bucket("full-disk").key("after")).asByteArray())
        .hasSize(100_000);
    trail.advance(Duration.ofMinutes(70));
    TrailBucket.await(() -> count(trail, "\"userName\":\"after\"") > 0);
    assertThat(count(trail, "\"eventName\":\"CreateBucket\".*\"full-disk\""))
        .as("events from before the disk was full")
        .isOne();
  }

  /** How often something is in the trail's files. */
  private static long count(TrailBucket trail, String pattern) {
    var wanted = Pattern.compile(pattern);
    return trail.keys("/CloudTrail/").stream()
        .flatMap(key -> Stream.of(trail.text(key).split("(?=\\{\"eventVersion\")")))
        .filter(record -> wanted.matcher(record).find())
        .count();
  }

  /** Until the store itself has no room; reads must go on even so. */
  private static void fillWithSmallWrites(S3Client s3) {
    for (var i = 0; i < 3000; i++) {
      var key = "small-" + i;
      try {
        s3.putObject(r -> r.bucket("full-disk").key(key), RequestBody.fromBytes(new byte[20_000]));
      } catch (SdkException e) {
        return;
      }
    }
  }

  private static boolean run(String... command) throws IOException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
