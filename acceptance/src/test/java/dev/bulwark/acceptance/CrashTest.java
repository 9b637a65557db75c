package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The server is killed in the middle of writing, again and again on the same data: what it has
 * acknowledged is there, what it has not is there in full or not at all, and the record of events
 * agrees.
 */
class CrashTest {
  private static final long SEED = Long.getLong("crash.seed", 7L);
  private static final int ROUNDS = 3;
  private static final int WRITERS = 8;

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void whatWasAcknowledgedSurvivesAKill(@TempDir Path folder, TestReporter reporter)
      throws Exception {
    var random = new Random(SEED);
    var data = folder.resolve("data").toString();
    var server = RunningServer.start("--data", data);
    try {
      server.s3(RunningServer.ROOT).createBucket(r -> r.bucket(CrashWriter.BUCKET));
      var writers = new ArrayList<CrashWriter>();
      for (var i = 0; i < WRITERS; i++) {
        writers.add(new CrashWriter(i, SEED));
      }
      for (var round = 0; round < ROUNDS; round++) {
        var victim = server;
        var enough = new CountDownLatch(150 + random.nextInt(300));
        var threads = new ArrayList<Thread>();
        for (var writer : writers) {
          threads.add(
              Thread.ofVirtual().start(() -> writer.writeUntilItDies(victim.endpoint(), enough)));
        }
        assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
        server.kill();
        for (var thread : threads) {
          thread.join();
        }
        server = RunningServer.start("--data", data);
        for (var writer : writers) {
          writer.verify(server);
        }
        reporter.publishEntry("round " + round, acknowledged(writers));
      }
      deleteAll(server.s3(RunningServer.ROOT));
      server.kill();
      server = RunningServer.start("--data", data);
      assertThat(files(folder.resolve("data/blobs"))).isEmpty();
      assertThat(files(folder.resolve("data/packs"))).isEmpty();
    } finally {
      server.kill();
    }
    var report = RunningServer.command("doctor", "--data", data);
    assertThat(report.printed())
        .contains("every page and index is sound", "every checksum was right");
  }

  private static void deleteAll(S3Client s3) {
    s3.listMultipartUploads(r -> r.bucket(CrashWriter.BUCKET))
        .uploads()
        .forEach(
            u ->
                s3.abortMultipartUpload(
                    r -> r.bucket(CrashWriter.BUCKET).key(u.key()).uploadId(u.uploadId())));
    s3.listObjectsV2(r -> r.bucket(CrashWriter.BUCKET))
        .contents()
        .forEach(o -> s3.deleteObject(r -> r.bucket(CrashWriter.BUCKET).key(o.key())));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static String acknowledged(List<CrashWriter> writers) {
    return writers.stream().mapToInt(CrashWriter::acknowledged).sum() + " writes acknowledged";
  }
}
