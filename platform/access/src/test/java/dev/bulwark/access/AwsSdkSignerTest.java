package dev.bulwark.access;

import static dev.bulwark.access.Fixture.KEY;
import static dev.bulwark.access.Fixture.NOW;
import static dev.bulwark.access.Fixture.SECRET;
import static dev.bulwark.access.Fixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** What the AWS SDK for Java signs is accepted, byte for byte, whatever it signs. */
class AwsSdkSignerTest {
  private static final AwsCredentialsIdentity IDENTITY = AwsCredentialsIdentity.create(KEY, SECRET);
  private static final String LETTERS =
      "abcXYZ019-._~ !\"#$%&'()*+,:;<=>?@[]^`{|}\\äß€語\uD83D\uDE00";

  private final Random random = new Random(4711);
  private final SigV4Authenticator authenticator = Fixture.authenticator(NOW);

  private String text(int most) {
    var points = LETTERS.codePoints().toArray();
    var out = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      out.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return out.toString();
  }

  private SdkHttpRequest randomRequest(boolean s3, SdkHttpMethod method) {
    var path = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      // The SDK keeps a leading .. that goes above the root; AWS does not.
      var segment = text(12);
      path.append('/').append(UriEncoding.encode(segment.equals("..") ? "x" : segment));
      if (s3 && random.nextInt(4) == 0) {
        path.append(random.nextBoolean() ? "/" : "/./..");
      }
    }
    var builder =
        SdkHttpRequest.builder()
            .method(method)
            .uri(URI.create("http://localhost:4566"))
            .encodedPath(path.toString());
    for (int i = random.nextInt(5); i > 0; i--) {
      builder.appendRawQueryParameter(text(6), random.nextInt(5) == 0 ? "" : text(9));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      builder.appendHeader(
          "x-amz-meta-" + (char) ('a' + random.nextInt(3)),
          "  v " + "abc  DEF".repeat(random.nextInt(3)) + " ");
    }
    return builder.build();
  }

  private SignedRequest sign(
      SdkHttpRequest request,
      byte[] body,
      String service,
      Consumer<SignRequest.Builder<AwsCredentialsIdentity>> more) {
    return AwsV4HttpSigner.create()
        .sign(
            r -> {
              r.identity(IDENTITY)
                  .request(request)
                  .payload(ContentStreamProvider.fromByteArray(body))
                  .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                  .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                  .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC));
              if (service.equals("s3")) {
                r.putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false);
              }
              more.accept(r);
            });
  }

  /** The request as it stands on the wire. */
  private static HttpRequest wire(SignedRequest signed) throws IOException {
    var headers = new HttpHeaders();
    signed
        .request()
        .headers()
        .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    if (!headers.contains("host")) {
      headers.set("host", "localhost:4566");
    }
    var payload = signed.payload();
    byte[] body = new byte[0];
    if (payload.isPresent()) {
      try (var stream = payload.get().newStream()) {
        body = stream.readAllBytes();
      }
    }
    return new HttpRequest(
        signed.request().method().name(),
        signed.request().encodedPath(),
        signed.request().encodedQueryParameters().orElse(""),
        headers,
        new Body(new ByteArrayInputStream(body), body.length),
        "203.0.113.7",
        false);
  }

  private void assertAccepted(SignedRequest signed, SigningPolicy policy, byte[] body)
      throws IOException {
    var request = wire(signed);
    var authentication = authenticator.authenticate(request, policy);
    assertThat(authentication.principal()).isEqualTo(Fixture.ALICE);
    assertThat(Fixture.bytes(authentication.request())).isEqualTo(body);
  }

  @Test
  void headerSignatures() throws IOException {
    for (int i = 0; i < 400; i++) {
      var body = utf8(text(40));
      var request = randomRequest(false, SdkHttpMethod.POST);
      assertAccepted(sign(request, body, "sts", r -> {}), Fixture.STS, body);
    }
  }

  @Test
  void headerSignaturesOfS3() throws IOException {
    for (int i = 0; i < 400; i++) {
      var body = utf8(text(40));
      var signed =
          sign(
              randomRequest(true, SdkHttpMethod.PUT),
              body,
              "s3",
              r -> r.putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, random.nextBoolean()));
      assertAccepted(signed, Fixture.S3, body);
    }
  }

  @Test
  void presignedRequests() throws IOException {
    for (int i = 0; i < 400; i++) {
      var s3 = random.nextBoolean();
      var signed =
          sign(
              randomRequest(s3, SdkHttpMethod.GET),
              new byte[0],
              s3 ? "s3" : "sts",
              r ->
                  r.putProperty(
                          AwsV4FamilyHttpSigner.AUTH_LOCATION,
                          AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                      .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, !s3)
                      .putProperty(
                          AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(5)));
      assertAccepted(signed, s3 ? Fixture.S3 : Fixture.STS, new byte[0]);
    }
  }

  @Test
  void chunkedBodies() throws IOException {
    for (int i = 0; i < 40; i++) {
      var body = new byte[random.nextInt(400_000)];
      random.nextBytes(body);
      var signing = random.nextBoolean();
      var checksum = random.nextBoolean();
      var request =
          randomRequest(true, SdkHttpMethod.PUT).toBuilder()
              .putHeader("Content-Length", Integer.toString(body.length))
              .build();
      var signed =
          sign(
              request,
              body,
              "s3",
              r -> {
                r.putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true)
                    .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, signing);
                if (checksum) {
                  r.putProperty(
                      AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, DefaultChecksumAlgorithm.CRC32);
                }
              });
      var onWire = wire(signed);
      var authentication = authenticator.authenticate(onWire, Fixture.S3);
      var stream = authentication.request().body().stream();
      assertThat(stream.readAllBytes()).isEqualTo(body);
      var mode = onWire.headers().first("x-amz-content-sha256");
      if (signing || checksum) {
        assertThat(mode).startsWith("STREAMING-");
      }
      if (checksum) {
        assertThat(((AwsChunkedStream) stream).trailers().first("x-amz-checksum-crc32"))
            .isNotNull();
      }
    }
  }

  @Test
  void sessionCredentials() throws IOException {
    var temporary = Credential.temporary(KEY, utf8(SECRET), Fixture.ALICE, NOW.plusSeconds(60));
    var source =
        new SigV4Authenticator(
            (id, token) -> "the/token+==".equals(token) ? temporary : null,
            Clock.fixed(NOW, ZoneOffset.UTC));
    var identity = AwsSessionCredentialsIdentity.create(KEY, SECRET, "the/token+==");
    for (var location : AwsV4FamilyHttpSigner.AuthLocation.values()) {
      var signed =
          AwsV4HttpSigner.create()
              .sign(
                  r ->
                      r.identity(identity)
                          .request(randomRequest(false, SdkHttpMethod.GET))
                          .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sts")
                          .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                          .putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, location)
                          .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC)));
      assertThat(source.authenticate(wire(signed), Fixture.STS).accessKeyId()).isEqualTo(KEY);
    }
  }
}
