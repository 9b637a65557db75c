package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket of a server that CloudTrail delivers to. */
record TrailBucket(RunningServer server, String bucket) {

  private S3Client s3() {
    return server.s3(RunningServer.ROOT);
  }

  /** Makes the bucket, and a trail that logs to it; returns the trail's ARN. */
  String makeTrail(String name, boolean validated) {
    s3().createBucket(r -> r.bucket(bucket));
    s3().putBucketPolicy(
            r ->
                r.bucket(bucket)
                    .policy(
                        """
                        {"Version": "2012-10-17", "Statement": [
                          {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                           "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::%1$s"},
                          {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                           "Action": "s3:PutObject", "Resource": "arn:aws:s3:::%1$s/*",
                           "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}]}"""
                            .formatted(bucket)));
    var trails = server.client(CloudTrailClient.builder(), RunningServer.ROOT);
    var arn =
        trails
            .createTrail(r -> r.name(name).s3BucketName(bucket).enableLogFileValidation(validated))
            .trailARN();
    trails.startLogging(r -> r.name(name));
    return arn;
  }

  /** The keys of files whose keys have that part. */
  List<String> keys(String part) {
    return s3().listObjectsV2Paginator(r -> r.bucket(bucket)).contents().stream()
        .map(S3Object::key)
        .filter(key -> key.contains(part) && key.endsWith(".gz"))
        .toList();
  }

  /** What a file holds. */
  String text(String key) {
    var bytes = s3().getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray();
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves the clock of a laboratory. */
  void advance(Duration by) {
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
  static void await(BooleanSupplier there) {
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).as("what was awaited did not come").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }
}
