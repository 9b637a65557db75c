package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.acceptance.RawConnection.Answer;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/**
 * Who cannot prove to be somebody is told so in the words that each family of services has for it.
 */
class SignaturesTest {
  private final RunningServer server = RunningServer.shared();
  private final RawConnection connection = new RawConnection(server.endpoint(), 20_000);

  @AfterEach
  void close() {
    connection.close();
  }

  /** How an error reads: status and code. */
  record Refusal(int status, String code) {
    static Refusal of(Answer answer) {
      return new Refusal(answer.status(), ErrorBody.of(answer).code());
    }
  }

  /** The families of services, each by one of its own. */
  enum Family {
    QUERY(
        "sts",
        endpoint -> Requests.form(endpoint, "Action", "GetCallerIdentity", "Version", "2011-06-15"),
        new Refusal(403, "SignatureDoesNotMatch"),
        new Refusal(403, "InvalidClientTokenId"),
        new Refusal(403, "SignatureDoesNotMatch"),
        new Refusal(403, "MissingAuthenticationToken")),
    EC2(
        "ec2",
        endpoint -> Requests.form(endpoint, "Action", "DescribeInstances", "Version", "2016-11-15"),
        new Refusal(401, "AuthFailure"),
        new Refusal(401, "AuthFailure"),
        new Refusal(400, "RequestExpired"),
        new Refusal(403, "MissingAuthenticationToken")),
    JSON_1_1(
        "kms",
        endpoint -> ProtocolsTest.json(endpoint, "1.1", "TrentService.ListKeys"),
        new Refusal(400, "InvalidSignatureException"),
        new Refusal(400, "UnrecognizedClientException"),
        new Refusal(400, "InvalidSignatureException"),
        new Refusal(400, "MissingAuthenticationTokenException")),
    JSON_1_0(
        "dynamodb",
        endpoint -> ProtocolsTest.json(endpoint, "1.0", "DynamoDB_20120810.ListTables"),
        new Refusal(400, "InvalidSignatureException"),
        new Refusal(400, "UnrecognizedClientException"),
        new Refusal(400, "InvalidSignatureException"),
        new Refusal(400, "MissingAuthenticationTokenException")),
    REST_JSON(
        "lambda",
        endpoint -> Requests.of(endpoint, "GET", "/2015-03-31/functions", "", new byte[0]),
        new Refusal(403, "InvalidSignatureException"),
        new Refusal(403, "UnrecognizedClientException"),
        new Refusal(403, "InvalidSignatureException"),
        new Refusal(403, "MissingAuthenticationTokenException")),
    REST_XML(
        "s3",
        endpoint -> Requests.of(endpoint, "GET", "/", "", new byte[0]),
        new Refusal(403, "SignatureDoesNotMatch"),
        new Refusal(403, "InvalidAccessKeyId"),
        new Refusal(403, "RequestTimeTooSkewed"),
        new Refusal(403, "AccessDenied")),
    CBOR(
        "monitoring",
        endpoint -> {
          var request =
              Requests.of(
                  endpoint,
                  "POST",
                  "/service/GraniteServiceVersion20100801/operation/ListMetrics",
                  "",
                  new byte[] {(byte) 0xa0});
          request
              .headers()
              .set("smithy-protocol", "rpc-v2-cbor")
              .set("content-type", "application/cbor");
          return request;
        },
        new Refusal(400, "InvalidSignatureException"),
        new Refusal(400, "UnrecognizedClientException"),
        new Refusal(400, "InvalidSignatureException"),
        new Refusal(400, "MissingAuthenticationTokenException"));

    final String signingName;
    final Function<URI, HttpRequest> request;
    final Refusal wrongSecret;
    final Refusal unknownKey;
    final Refusal skewed;
    final Refusal unsigned;

    Family(
        String signingName,
        Function<URI, HttpRequest> request,
        Refusal wrongSecret,
        Refusal unknownKey,
        Refusal skewed,
        Refusal unsigned) {
      this.signingName = signingName;
      this.request = request;
      this.wrongSecret = wrongSecret;
      this.unknownKey = unknownKey;
      this.skewed = skewed;
      this.unsigned = unsigned;
    }
  }

  private HttpRequest request(Family family) {
    return family.request.apply(server.endpoint());
  }

  @ParameterizedTest
  @EnumSource
  void aGoodSignatureIsAccepted(Family family) throws IOException {
    var answer =
        connection.send(Requests.signed(request(family), RunningServer.ROOT, family.signingName));
    assertThat(answer.status()).isIn(200, 501);
  }

  @ParameterizedTest
  @EnumSource
  void aWrongSecretIsRefused(Family family) throws IOException {
    var wrong =
        AwsBasicCredentials.create(RunningServer.ROOT.accessKeyId(), "another-secret-0123456789");
    var answer = connection.send(Requests.signed(request(family), wrong, family.signingName));
    assertThat(Refusal.of(answer)).isEqualTo(family.wrongSecret);
    assertThat(answer.text()).doesNotContain(RunningServer.ROOT.secretAccessKey());
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownKeyIsRefused(Family family) throws IOException {
    var unknown =
        AwsBasicCredentials.create("AKIAUNKNOWN234567ABC", "secret-0123456789-0123456789");
    var answer = connection.send(Requests.signed(request(family), unknown, family.signingName));
    assertThat(Refusal.of(answer)).isEqualTo(family.unknownKey);
  }

  @ParameterizedTest
  @EnumSource
  void aSignatureOfAnotherTimeIsRefused(Family family) throws IOException {
    for (var skew : new Duration[] {Duration.ofMinutes(-16), Duration.ofMinutes(16)}) {
      var answer =
          connection.send(
              Requests.signed(
                  request(family),
                  RunningServer.ROOT,
                  family.signingName,
                  Instant.now().plus(skew)));
      assertThat(Refusal.of(answer)).isEqualTo(family.skewed);
    }
    var early =
        Requests.signed(
            request(family),
            RunningServer.ROOT,
            family.signingName,
            Instant.now().minus(Duration.ofMinutes(14)));
    assertThat(connection.send(early).status()).isIn(200, 501);
  }

  @ParameterizedTest
  @EnumSource
  void noSignatureIsRefused(Family family) throws IOException {
    var request = request(family);
    // A client names the service by its host name where no signature does.
    request.headers().set("host", family.signingName + ".us-east-1.amazonaws.com");
    assertThat(Refusal.of(connection.send(request))).isEqualTo(family.unsigned);
  }

  @ParameterizedTest
  @EnumSource
  void aSignatureForAnotherServiceDoesNotServe(Family family) throws IOException {
    var answer =
        connection.send(
            Requests.signed(
                request(family),
                RunningServer.ROOT,
                family == Family.JSON_1_1 ? "secretsmanager" : "kms"));
    assertThat(answer.status()).isBetween(400, 404);
    assertThat(ErrorBody.of(answer).code()).isNotBlank();
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatWasChangedAfterSigningIsRefused(Family family) throws IOException {
    var signed = Requests.signed(request(family), RunningServer.ROOT, family.signingName);
    signed.headers().set("x-amz-date", signed.headers().first("x-amz-date").replace("Z", "0Z"));
    assertThat(connection.send(signed).status()).isBetween(400, 403);
  }
}
