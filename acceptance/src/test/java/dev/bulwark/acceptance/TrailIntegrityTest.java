package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

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
      var trails = server.client(CloudTrailClient.builder(), RunningServer.ROOT);
      s3.createBucket(r -> r.bucket(BUCKET));
      s3.putBucketPolicy(
          r ->
              r.bucket(BUCKET)
                  .policy(
                      """
                      {"Version": "2012-10-17", "Statement": [
                        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                         "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::integrity-trail"},
                        {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                         "Action": "s3:PutObject", "Resource": "arn:aws:s3:::integrity-trail/*",
                         "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}]}"""));
      var arn =
          trails
              .createTrail(
                  r -> r.name("integrity").s3BucketName(BUCKET).enableLogFileValidation(true))
              .trailARN();
      trails.startLogging(r -> r.name("integrity"));
      for (var hour = 1; hour <= 3; hour++) {
        s3.listBuckets();
        advance(server, Duration.ofMinutes(6));
        int files = hour;
        await(() -> keys(s3, "/CloudTrail/").size() >= files);
        advance(server, Duration.ofMinutes(56));
        await(() -> keys(s3, "/CloudTrail-Digest/").size() >= files);
      }

      var tool = Tool.of(aws.get(), server, folder);
      var intact = validate(tool, arn);
      assertThat(intact.status()).as(intact.printed()).isZero();
      assertThat(intact.printed())
          .contains("3/3 digest files valid")
          .containsPattern("(\\d+)/\\1 log files valid")
          .doesNotContain("INVALID");

      var logs = keys(s3, "/CloudTrail/");
      var digests = keys(s3, "/CloudTrail-Digest/");
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

  private static void advance(RunningServer server, Duration by) {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(server.endpoint().resolve("/_bulwark/clock"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"advance\":\"" + by + "\"}"))
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Files come within seconds after the clock has been moved. */
  private static void await(BooleanSupplier there) {
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).as("what was awaited did not come").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static List<String> keys(S3Client s3, String part) {
    return s3.listObjectsV2(r -> r.bucket(BUCKET)).contents().stream()
        .map(S3Object::key)
        .filter(key -> key.contains(part) && key.endsWith(".gz"))
        .toList();
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
