package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The stock {@code aws cloudtrail validate-logs} believes log files that are as delivered alone.
 */
class TrailIntegrityTest {
  private static final String BUCKET = "integrity-trail";

  @Test
  void validateLogsFindsWhatWasChangedRemovedAndForged(@TempDir Path folder) throws IOException {
    var aws = Tool.onPath("aws");
    assumeTrue(aws.isPresent(), "there is no aws on the PATH");
    try (var server = RunningServer.start("--ephemeral", "--lab")) {
      var s3 = server.s3(RunningServer.ROOT);
      var bucket = new TrailBucket(server, BUCKET);
      var arn = bucket.makeTrail("integrity", true);
      for (var hour = 1; hour <= 3; hour++) {
        s3.listBuckets();
        bucket.advance(Duration.ofMinutes(6));
        int files = hour;
        TrailBucket.await(() -> bucket.keys("/CloudTrail/").size() >= files);
        bucket.advance(Duration.ofMinutes(56));
        TrailBucket.await(() -> bucket.keys("/CloudTrail-Digest/").size() >= files);
      }

      var tool = Tool.of(aws.get(), server, folder);
      var intact = validate(tool, arn);
      assertThat(intact.status()).as(intact.printed()).isZero();
      assertThat(intact.printed())
          .contains("3/3 digest files valid")
          .containsPattern("(\\d+)/\\1 log files valid")
          .doesNotContain("INVALID");

      var logs = bucket.keys("/CloudTrail/");
      var digests = bucket.keys("/CloudTrail-Digest/");
      change(s3, logs.get(0));
      s3.deleteObject(r -> r.bucket(BUCKET).key(logs.get(1)));
      forge(s3, digests.get(0));
      var touched = validate(tool, arn);
      assertThat(touched.status()).isNotZero();
      assertThat(touched.printed())
          .contains("s3://" + BUCKET + "/" + logs.get(1) + "\tINVALID: not found")
          .contains(
              "s3://" + BUCKET + "/" + digests.get(0) + "\tINVALID: signature verification failed");

      s3.deleteObject(r -> r.bucket(BUCKET).key(digests.get(1)));
      assertThat(validate(tool, arn).printed())
          .contains("s3://" + BUCKET + "/" + digests.get(1) + "\tINVALID: not found");
    }
  }

  private static Tool.Result validate(Tool tool, String arn) {
    var now = Instant.now().plus(Duration.ofHours(4)).truncatedTo(ChronoUnit.SECONDS);
    return tool.run(
        "cloudtrail",
        "validate-logs",
        "--trail-arn",
        arn,
        "--start-time",
        now.minus(Duration.ofHours(12)).toString(),
        "--end-time",
        now.toString(),
        "--verbose");
  }

  private static void change(S3Client s3, String key) throws IOException {
    rewrite(s3, key, "\"eventVersion\":\"1.11\"", "\"eventVersion\":\"1.10\"");
  }

  private static void forge(S3Client s3, String key) throws IOException {
    rewrite(s3, key, "\"logFiles\":[{", "\"logFiles\":[{\"forged\":\"1\",");
  }

  private static void rewrite(S3Client s3, String key, String from, String to) throws IOException {
    var object = s3.getObjectAsBytes(r -> r.bucket(BUCKET).key(key));
    String text;
    try (var in = new GZIPInputStream(new ByteArrayInputStream(object.asByteArray()))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(text).contains(from);
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }
    s3.putObject(
        r -> r.bucket(BUCKET).key(key).metadata(object.response().metadata()),
        RequestBody.fromBytes(bytes.toByteArray()));
  }
}
