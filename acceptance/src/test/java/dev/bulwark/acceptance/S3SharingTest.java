package dev.bulwark.acceptance;

import static dev.bulwark.acceptance.S3ObjectsTest.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.SigV4Signer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Objects for those who have no key: bucket policies for everybody, and signed links. */
class S3SharingTest {
  private final RunningServer server = RunningServer.shared();
  private final S3Client s3 = server.s3(RunningServer.ROOT);
  private final HttpClient http = HttpClient.newHttpClient();
  private final String bucket = "sharing-" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void create() {
    s3.createBucket(r -> r.bucket(bucket));
    s3.putObject(r -> r.bucket(bucket).key("page.html"), RequestBody.fromString("hello"));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder object(String key) {
    return HttpRequest.newBuilder(server.endpoint().resolve("/" + bucket + "/" + key));
  }

  @Test
  void aBucketIsOpenToEverybodyOnlyAsFarAsItsPolicySays() throws Exception {
    assertThat(send(object("page.html")).statusCode()).isEqualTo(403);
    assertThat(send(object("page.html")).body()).contains("<Code>AccessDenied</Code>");
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*"}]}"""
            .formatted(bucket);
    assertThatThrownBy(() -> s3.putBucketPolicy(r -> r.bucket(bucket).policy(policy)))
        .satisfies(failing(403, "AccessDenied"));
    s3.deletePublicAccessBlock(r -> r.bucket(bucket));
    s3.putBucketPolicy(r -> r.bucket(bucket).policy(policy));
    assertThat(s3.getBucketPolicy(r -> r.bucket(bucket)).policy()).isEqualTo(policy);
    assertThat(s3.getBucketPolicyStatus(r -> r.bucket(bucket)).policyStatus().isPublic()).isTrue();
    var opened = send(object("page.html"));
    assertThat(opened.statusCode()).isEqualTo(200);
    assertThat(opened.body()).isEqualTo("hello");
    assertThat(send(object("page.html").DELETE()).statusCode()).isEqualTo(403);
    assertThat(send(object("new").PUT(BodyPublishers.ofString("x"))).statusCode()).isEqualTo(403);
    assertThat(send(object("")).statusCode()).isEqualTo(403);
    // Who may not list does not learn what is not there.
    assertThat(send(object("nothing")).statusCode()).isEqualTo(403);
    s3.deleteBucketPolicy(r -> r.bucket(bucket));
    assertThat(send(object("page.html")).statusCode()).isEqualTo(403);
    assertThatThrownBy(() -> s3.getBucketPolicy(r -> r.bucket(bucket)))
        .satisfies(failing(404, "NoSuchBucketPolicy"));
    assertThatThrownBy(() -> s3.putBucketPolicy(r -> r.bucket(bucket).policy("{\"Version\":")))
        .satisfies(failing(400, "MalformedPolicy"));
  }

  private S3Presigner presigner() {
    return S3Presigner.builder()
        .endpointOverride(server.endpoint())
        .region(Region.of(RunningServer.REGION))
        .credentialsProvider(StaticCredentialsProvider.create(RunningServer.ROOT))
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .build();
  }

  @Test
  void aSignedLinkServesWhatItWasMadeForAndNothingElse() throws Exception {
    try (var presigner = presigner()) {
      var link =
          presigner
              .presignGetObject(
                  r ->
                      r.signatureDuration(Duration.ofMinutes(5))
                          .getObjectRequest(g -> g.bucket(bucket).key("page.html")))
              .url()
              .toURI();
      var got = send(HttpRequest.newBuilder(link));
      assertThat(got.statusCode()).isEqualTo(200);
      assertThat(got.body()).isEqualTo("hello");
      assertThat(send(HttpRequest.newBuilder(link).DELETE()).statusCode()).isEqualTo(403);
      var other = URI.create(link.toString().replace("page.html", "other.html"));
      var refused = send(HttpRequest.newBuilder(other));
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("<Code>SignatureDoesNotMatch</Code>");
      var longer = URI.create(link.toString().replace("X-Amz-Expires=300", "X-Amz-Expires=3000"));
      assertThat(send(HttpRequest.newBuilder(longer)).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void aSignedLinkTakesAnUpload() throws Exception {
    try (var presigner = presigner()) {
      var link =
          presigner
              .presignPutObject(
                  r ->
                      r.signatureDuration(Duration.ofMinutes(5))
                          .putObjectRequest(
                              p -> p.bucket(bucket).key("sent").contentType("text/plain")))
              .url()
              .toURI();
      var put =
          send(
              HttpRequest.newBuilder(link)
                  .header("content-type", "text/plain")
                  .PUT(BodyPublishers.ofString("uploaded")));
      assertThat(put.statusCode()).isEqualTo(200);
      assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("sent")).asUtf8String())
          .isEqualTo("uploaded");
      var otherType =
          send(
              HttpRequest.newBuilder(link)
                  .header("content-type", "text/html")
                  .PUT(BodyPublishers.ofString("uploaded")));
      assertThat(otherType.statusCode()).isEqualTo(403);
    }
  }

  @Test
  void aSignedLinkEnds() throws Exception {
    try (var connection = new RawConnection(server.endpoint(), 20_000)) {
      var signer =
          new SigV4Signer(
              RunningServer.ROOT.accessKeyId(),
              RunningServer.ROOT.secretAccessKey(),
              null,
              RunningServer.REGION,
              "s3");
      var old =
          signer.presign(
              Requests.of(server.endpoint(), "GET", "/" + bucket + "/page.html", "", new byte[0]),
              Duration.ofMinutes(10),
              Instant.now().minus(Duration.ofMinutes(11)));
      var answer = connection.send(old);
      assertThat(answer.status()).isEqualTo(403);
      assertThat(ErrorBody.of(answer))
          .isEqualTo(new ErrorBody("AccessDenied", "Request has expired"));
      var tooLong =
          signer.presign(
              Requests.of(server.endpoint(), "GET", "/" + bucket + "/page.html", "", new byte[0]),
              Duration.ofDays(8),
              Instant.now());
      assertThat(ErrorBody.of(connection.send(tooLong)).code())
          .isEqualTo("AuthorizationQueryParametersError");
    }
  }
}
