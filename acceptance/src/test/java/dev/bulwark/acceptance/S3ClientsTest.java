package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PostPolicy;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetBucketVersioningArgs;
import io.minio.StatObjectArgs;
import io.minio.http.Method;
import io.minio.messages.VersioningConfiguration;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.Random;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** Clients of others: MinIO's, the SDK's transfer manager, the aws CLI's {@code s3} commands. */
class S3ClientsTest {
  private final RunningServer server = RunningServer.shared();
  private final String bucket = "clients-" + UUID.randomUUID().toString().substring(0, 8);

  @TempDir Path folder;

  private static byte[] bytes(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private MinioClient minio() {
    return MinioClient.builder()
        .endpoint(server.endpoint().toString())
        .region(RunningServer.REGION)
        .credentials(RunningServer.ROOT.accessKeyId(), RunningServer.ROOT.secretAccessKey())
        .build();
  }

  @Test
  @Timeout(120)
  void minioStoresVersionsAndPresigns() throws Exception {
    var minio = minio();
    minio.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
    assertThat(minio.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())).isTrue();
    minio.setBucketVersioning(
        SetBucketVersioningArgs.builder()
            .bucket(bucket)
            .config(new VersioningConfiguration(VersioningConfiguration.Status.ENABLED, false))
            .build());
    var large = bytes(11 << 20);
    var first = put(minio, "a b/ü", large);
    put(minio, "a b/ü", bytes(10));
    try (var read =
        minio.getObject(
            GetObjectArgs.builder().bucket(bucket).object("a b/ü").versionId(first).build())) {
      assertThat(read.readAllBytes()).isEqualTo(large);
    }
    assertThat(
            minio
                .statObject(StatObjectArgs.builder().bucket(bucket).object("a b/ü").build())
                .size())
        .isEqualTo(10);
    minio.removeObject(RemoveObjectArgs.builder().bucket(bucket).object("a b/ü").build());
    var listed =
        minio.listObjects(
            ListObjectsArgs.builder().bucket(bucket).recursive(true).includeVersions(true).build());
    assertThat(StreamSupport.stream(listed.spliterator(), false).count()).isEqualTo(3);
    var url =
        minio.getPresignedObjectUrl(
            GetPresignedObjectUrlArgs.builder()
                .method(Method.GET)
                .bucket(bucket)
                .object("a b/ü")
                .versionId(first)
                .build());
    try (var http = HttpClient.newHttpClient()) {
      var got =
          http.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(got.body()).isEqualTo(large);
    }
  }

  private String put(MinioClient minio, String key, byte[] content) throws Exception {
    return minio
        .putObject(
            PutObjectArgs.builder().bucket(bucket).object(key).stream(
                    new ByteArrayInputStream(content), content.length, 5 << 20)
                .build())
        .versionId();
  }

  @Test
  @Timeout(60)
  void aFormPostsWhatMinioSigned() throws Exception {
    var minio = minio();
    minio.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
    var policy = new PostPolicy(bucket, ZonedDateTime.now().plusHours(1));
    policy.addEqualsCondition("key", "posted");
    policy.addStartsWithCondition("Content-Type", "text/");
    policy.addContentLengthRangeCondition(1, 100);
    var fields = minio.getPresignedPostFormData(policy);
    fields.put("key", "posted");
    fields.put("Content-Type", "text/plain");
    var form = new ByteArrayOutputStream();
    fields.forEach(
        (name, value) ->
            form.writeBytes(
                "--B\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                    .formatted(name, value)
                    .getBytes(StandardCharsets.UTF_8)));
    form.writeBytes(
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n--B--\r\n"
            .getBytes(StandardCharsets.UTF_8));
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(server.endpoint().resolve("/" + bucket))
                  .header("Content-Type", "multipart/form-data; boundary=B")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }
    assertThat(
            server
                .s3(RunningServer.ROOT)
                .getObjectAsBytes(b -> b.bucket(bucket).key("posted"))
                .asUtf8String())
        .isEqualTo("hello");
  }

  @Test
  @Timeout(120)
  void theTransferManagerGoesOnWhereItPaused() throws Exception {
    server.s3(RunningServer.ROOT).createBucket(b -> b.bucket(bucket));
    var content = bytes(40 << 20);
    var source = Files.write(folder.resolve("source"), content);
    try (var s3 =
            S3AsyncClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.of(RunningServer.REGION))
                .forcePathStyle(true)
                .multipartEnabled(true)
                .credentialsProvider(StaticCredentialsProvider.create(RunningServer.ROOT))
                .build();
        var transfers = S3TransferManager.builder().s3Client(s3).build()) {
      var upload =
          transfers.uploadFile(
              u -> u.source(source).putObjectRequest(p -> p.bucket(bucket).key("k")));
      var paused = upload.pause();
      transfers.resumeUploadFile(paused).completionFuture().join();
      var target = folder.resolve("target");
      transfers
          .downloadFile(d -> d.destination(target).getObjectRequest(g -> g.bucket(bucket).key("k")))
          .completionFuture()
          .join();
      assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    }
  }

  @Test
  @Timeout(180)
  void theCommandLineSynchronizes() throws Exception {
    var program = Tool.onPath("aws");
    assumeThat(program).as("the aws CLI is not installed").isPresent();
    var aws = Tool.of(program.get(), server, folder);
    aws.run("s3", "mb", "s3://" + bucket).ok();
    var from = Files.createDirectories(folder.resolve("from/deep"));
    Files.write(from.resolve("one"), bytes(1000));
    Files.write(from.resolve("large"), bytes(30 << 20));
    aws.run("s3", "sync", "from", "s3://" + bucket, "--no-progress").ok();
    assertThat(aws.run("s3", "sync", "from", "s3://" + bucket, "--no-progress").ok())
        .doesNotContain("upload:");
    aws.run("s3", "sync", "s3://" + bucket, "to", "--no-progress").ok();
    assertThat(Files.mismatch(from.resolve("large"), folder.resolve("to/deep/large")))
        .isEqualTo(-1);
    aws.run("s3", "rm", "s3://" + bucket, "--recursive").ok();
    aws.run("s3", "rb", "s3://" + bucket).ok();
  }
}
