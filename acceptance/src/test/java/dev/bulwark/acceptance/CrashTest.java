package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /** Writers look up their events again and again. */
  private static final Map<String, String> LOOKUPS =
      Map.of("BULWARK_CLOUDTRAIL_LOOKUPS_PER_SECOND", "100000");

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void whatWasAcknowledgedSurvivesAKill(@TempDir Path folder, TestReporter reporter)
      throws Exception {
    var random = new Random(SEED);
    var data = folder.resolve("data").toString();
    var server = RunningServer.start(LOOKUPS, "--data", data);
    try {
      makeBuckets(server.s3(RunningServer.ROOT));
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
        server = RunningServer.start(LOOKUPS, "--data", data);
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

  private static void makeBuckets(S3Client s3) {
    CrashWriter.BUCKETS.forEach(bucket -> s3.createBucket(r -> r.bucket(bucket)));
    s3.putBucketVersioning(
        r ->
            r.bucket(CrashWriter.BUCKETS.getLast())
                .versioningConfiguration(v -> v.status("Enabled")));
  }

  private static void deleteAll(S3Client s3) {
    for (var bucket : CrashWriter.BUCKETS) {
      s3.listMultipartUploads(r -> r.bucket(bucket))
          .uploads()
          .forEach(
              u ->
                  s3.abortMultipartUpload(
                      r -> r.bucket(bucket).key(u.key()).uploadId(u.uploadId())));
      for (var page : s3.listObjectVersionsPaginator(r -> r.bucket(bucket))) {
        page.versions().forEach(v -> delete(s3, bucket, v.key(), v.versionId()));
        page.deleteMarkers().forEach(v -> delete(s3, bucket, v.key(), v.versionId()));
      }
      s3.deleteBucket(r -> r.bucket(bucket));
    }
  }

  private static void delete(S3Client s3, String bucket, String key, String version) {
    s3.deleteObject(r -> r.bucket(bucket).key(key).versionId(version));
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
