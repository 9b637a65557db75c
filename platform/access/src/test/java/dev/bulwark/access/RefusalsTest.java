package dev.bulwark.access;

import static dev.bulwark.access.Fixture.KEY;
import static dev.bulwark.access.Fixture.NOW;
import static dev.bulwark.access.Fixture.SECRET;
import static dev.bulwark.access.Fixture.copy;
import static dev.bulwark.access.Fixture.request;
import static dev.bulwark.access.Fixture.signer;
import static dev.bulwark.access.Fixture.utf8;
import static dev.bulwark.access.Fixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words in which services refuse requests that they cannot authenticate. */
class RefusalsTest {
  private static final byte[] BODY = utf8("Action=GetCallerIdentity&Version=2011-06-15");
  private static final SigningPolicy EC2 =
      SigningPolicy.regional(AuthFamily.EC2, "us-east-1", "ec2");
  private static final SigningPolicy LAMBDA =
      SigningPolicy.regional(AuthFamily.REST_JSON, "us-east-1", "lambda");

  private final SigV4Authenticator authenticator = Fixture.authenticator(NOW);

  private static HttpRequest post() {
    return request("POST /", "Host", "localhost:4566").withBody(Body.of(BODY));
  }

  private static HttpRequest signed(String service) {
    return signer(service).sign(post(), BODY, NOW);
  }

  private static HttpRequest withHeader(HttpRequest request, String name, String value) {
    return with(request, copy(request.headers()).set(name, value));
  }

  private ApiException refusal(HttpRequest request, SigningPolicy policy) {
    return Objects.requireNonNull(Fixture.refusal(authenticator, request, policy), "accepted");
  }

  private void assertRefused(
      HttpRequest request, SigningPolicy policy, String code, int status, String message) {
    var error = refusal(request, policy);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.httpStatus()).isEqualTo(status);
    assertThat(error).hasMessage(message);
  }

  private static SigningPolicy policy(String service) {
    return switch (service) {
      case "ec2" -> EC2;
      case "kms" -> Fixture.KMS;
      case "lambda" -> LAMBDA;
      case "s3" -> Fixture.S3;
      default -> Fixture.STS;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "sts, InvalidClientTokenId, 403, The security token included in the request is invalid.",
    "ec2, AuthFailure, 401, AWS was not able to validate the provided access credentials",
    "kms, UnrecognizedClientException, 400, The security token included in the request is invalid.",
    "lambda, UnrecognizedClientException, 403, The security token included in the request is invalid.",
    "s3, InvalidAccessKeyId, 403, The AWS Access Key Id you provided does not exist in our records.",
  })
  void unknownKey(String service, String code, int status, String message) {
    var stranger = new SigV4Signer("AKIAUNKNOWN", SECRET, null, "us-east-1", service);
    assertRefused(stranger.sign(post(), BODY, NOW), policy(service), code, status, message);
  }

  @Test
  void inactiveKeyIsAsGoodAsUnknown() {
    var off = Credential.longTerm(KEY, utf8(SECRET), Fixture.ALICE, false);
    var source = new SigV4Authenticator((id, token) -> off, Clock.fixed(NOW, ZoneOffset.UTC));
    var error = Fixture.refusal(source, signed("sts"), Fixture.STS);
    assertThat(error).isNotNull();
    assertThat(error.code()).isEqualTo("InvalidClientTokenId");
  }

  @ParameterizedTest
  @CsvSource({
    "sts, ExpiredToken, 403, The security token included in the request is expired",
    "ec2, RequestExpired, 400, Request has expired.",
    "kms, ExpiredTokenException, 400, The security token included in the request is expired",
    "lambda, ExpiredTokenException, 403, The security token included in the request is expired",
    "s3, ExpiredToken, 400, The provided token has expired.",
  })
  void expiredToken(String service, String code, int status, String message) {
    var expired = Credential.temporary(KEY, utf8(SECRET), Fixture.ALICE, NOW);
    var source = new SigV4Authenticator((id, t) -> expired, Clock.fixed(NOW, ZoneOffset.UTC));
    var request =
        new SigV4Signer(KEY, SECRET, "token", "us-east-1", service).sign(post(), BODY, NOW);
    var error = Fixture.refusal(source, request, policy(service));
    assertThat(error).isNotNull().hasMessage(message);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.httpStatus()).isEqualTo(status);
  }

  @Test
  void longTermKeysCarryNoToken() {
    var request = new SigV4Signer(KEY, SECRET, "token", "us-east-1", "sts").sign(post(), BODY, NOW);
    assertThat(refusal(request, Fixture.STS).code()).isEqualTo("InvalidClientTokenId");
    var s3 = new SigV4Signer(KEY, SECRET, "token", "us-east-1", "s3").sign(post(), BODY, NOW);
    assertThat(refusal(s3, Fixture.S3).code()).isEqualTo("InvalidToken");
  }

  @ParameterizedTest
  @CsvSource({
    "sts, MissingAuthenticationToken, 403, Request is missing Authentication Token",
    "ec2, MissingAuthenticationToken, 403, Request is missing Authentication Token",
    "kms, MissingAuthenticationTokenException, 400, Missing Authentication Token",
    "lambda, MissingAuthenticationTokenException, 403, Missing Authentication Token",
  })
  void missingSignature(String service, String code, int status, String message) {
    assertRefused(post(), policy(service), code, status, message);
  }

  @Test
  void s3LetsAnonymousRequestsPass() {
    var authentication = authenticator.authenticate(post(), Fixture.S3);
    assertThat(authentication.principal()).isEqualTo(Principal.Anonymous.INSTANCE);
    assertThat(authentication.accessKeyId()).isNull();
    assertThat(authentication.type()).isEqualTo(Authentication.Type.NONE);
    assertThat(Fixture.bytes(authentication.request())).isEqualTo(BODY);
  }

  @Test
  void wrongSecretShowsWhatShouldHaveBeenSigned() {
    var wrong = new SigV4Signer(KEY, "wrong", null, "us-east-1", "sts");
    assertRefused(
        wrong.sign(post(), BODY, NOW),
        Fixture.STS,
        "SignatureDoesNotMatch",
        403,
        """
        The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.

        The Canonical String for this request should have been
        'POST
        /

        host:localhost:4566
        x-amz-date:20260304T050607Z

        host;x-amz-date
        ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843'

        The String-to-Sign should have been
        'AWS4-HMAC-SHA256
        20260304T050607Z
        20260304/us-east-1/sts/aws4_request
        %s'
        """
            .formatted(
                Crypto.sha256Hex(
                    utf8(
                        """
                        POST
                        /

                        host:localhost:4566
                        x-amz-date:20260304T050607Z

                        host;x-amz-date
                        ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843"""))));
  }

  @Test
  void wrongSecretAtS3() {
    var wrong = new SigV4Signer(KEY, "wrong", null, "us-east-1", "s3");
    var error = refusal(wrong.sign(request("GET /b/k", "Host", "h"), new byte[0], NOW), Fixture.S3);
    assertThat(error.code()).isEqualTo("SignatureDoesNotMatch");
    assertThat(error)
        .hasMessage(
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
    assertThat(error.details())
        .containsOnlyKeys(
            "AWSAccessKeyId",
            "StringToSign",
            "SignatureProvided",
            "StringToSignBytes",
            "CanonicalRequest",
            "CanonicalRequestBytes")
        .containsEntry("AWSAccessKeyId", KEY);
    assertThat((String) error.details().get("StringToSignBytes")).startsWith("41 57 53 34 2d 48");
    assertThat((String) error.details().get("CanonicalRequest"))
        .startsWith("GET\n/b/k\n\nhost:h\n");
  }

  @ParameterizedTest
  @CsvSource({
    "sts, SignatureDoesNotMatch, 403",
    "kms, InvalidSignatureException, 400",
    "lambda, InvalidSignatureException, 403",
  })
  void clocksMayDifferByAQuarterOfAnHour(String service, String code, int status) {
    var policy = policy(service);
    for (var skew : new int[] {-900, 900}) {
      assertThat(
              authenticator
                  .authenticate(signer(service).sign(post(), BODY, NOW.plusSeconds(skew)), policy)
                  .signatureAge())
          .hasSeconds(-skew);
    }
    assertRefused(
        signer(service).sign(post(), BODY, NOW.minusSeconds(901)),
        policy,
        code,
        status,
        "Signature expired: 20260304T045106Z is now earlier than 20260304T045107Z (20260304T050607Z - 15 min.)");
    assertRefused(
        signer(service).sign(post(), BODY, NOW.plusSeconds(901)),
        policy,
        code,
        status,
        "Signature not yet current: 20260304T052108Z is still later than 20260304T052107Z (20260304T050607Z + 15 min.)");
  }

  @Test
  void clocksOfS3() {
    var error = refusal(signer("s3").sign(post(), BODY, NOW.minusSeconds(901)), Fixture.S3);
    assertThat(error.code()).isEqualTo("RequestTimeTooSkewed");
    assertThat(error.details())
        .containsEntry("RequestTime", "20260304T045106Z")
        .containsEntry("ServerTime", "2026-03-04T05:06:07Z")
        .containsEntry("MaxAllowedSkewMilliseconds", 900_000L);
  }

  @Test
  void scopesOfServices() {
    var elsewhere = new SigV4Signer(KEY, SECRET, null, "nowhere-1", "iam");
    assertRefused(
        elsewhere.sign(post(), BODY, NOW),
        Fixture.STS,
        "SignatureDoesNotMatch",
        403,
        "Credential should be scoped to a valid region, not 'nowhere-1'. Credential should be scoped to correct service: 'sts'.");
    var request = signed("sts");
    var authorization = Objects.requireNonNull(request.headers().first("authorization"));
    assertRefused(
        withHeader(request, "authorization", authorization.replace("/20260304/", "/20260303/")),
        Fixture.STS,
        "SignatureDoesNotMatch",
        403,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260303' != '20260304', from '20260304T050607Z'.");
    assertRefused(
        withHeader(request, "authorization", authorization.replace("aws4_request", "aws5")),
        Fixture.STS,
        "SignatureDoesNotMatch",
        403,
        "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.");
  }

  @Test
  void scopesOfS3() {
    var elsewhere = new SigV4Signer(KEY, SECRET, null, "us_east_1", "s3");
    var error = refusal(elsewhere.sign(post(), BODY, NOW), Fixture.S3);
    assertThat(error.code()).isEqualTo("AuthorizationHeaderMalformed");
    assertThat(error)
        .hasMessage(
            "The authorization header is malformed; the region 'us_east_1' is wrong; expecting 'us-east-1'");
    assertThat(error.details()).containsEntry("Region", "us-east-1");
    var presigned = elsewhere.presign(post(), Duration.ofMinutes(1), NOW);
    assertThat(refusal(presigned, Fixture.S3).code())
        .isEqualTo("AuthorizationQueryParametersError");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "AWS4-HMAC-SHA256 | Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter."
            + " Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b | Authorization header requires 'Signature' parameter."
            + " Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 Credential=a/b",
        "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0 |"
            + " Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a'",
        "AWS4-HMAC-SHA256 Credential= a/b/c/d/e, SignedHeaders=host, Signature=0 | 'a/b/c/d/e' not a valid key=value pair"
            + " (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential= a/b/c/d/e, SignedHeaders=host, Signature=0'.",
        "AWS AKIA:signature | Authorization header requires 'Credential' parameter. Authorization header requires 'Signature'"
            + " parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS AKIA:signature",
        "AWS4-ECDSA-P256-SHA256 Credential=a/b/c/d | Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
      })
  void malformedHeader(String header, String message) {
    var request = withHeader(signed("sts"), "authorization", header);
    assertRefused(request, Fixture.STS, "IncompleteSignature", 400, message);
    var json = refusal(request, Fixture.KMS);
    assertThat(json.code()).isEqualTo("IncompleteSignatureException");
  }

  @Test
  void missingOrOddDate() {
    var request = signed("sts");
    var without = copy(request.headers());
    without.remove("x-amz-date");
    assertThat(refusal(with(request, without), Fixture.STS))
        .hasMessageContaining(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    assertThat(refusal(withHeader(request, "x-amz-date", "2026-03-04"), Fixture.STS))
        .hasMessage(
            "Date must be in ISO-8601 'basic format'. Got '2026-03-04'. See http://en.wikipedia.org/wiki/ISO_8601");
  }

  @Test
  void hostMustBeSigned() {
    var request = signed("kms");
    var authorization = Objects.requireNonNull(request.headers().first("authorization"));
    assertRefused(
        withHeader(request, "authorization", authorization.replace("host;", "")),
        Fixture.KMS,
        "InvalidSignatureException",
        400,
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    assertThat(refusal(withHeader(request, "x-amz-target", "TrentService.Encrypt"), Fixture.KMS))
        .hasMessage("'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.");
  }

  @Test
  void s3HeadersMustBeSigned() {
    var request = withHeader(signed("s3"), "x-amz-acl", "public-read");
    var error = refusal(request, Fixture.S3);
    assertThat(error.code()).isEqualTo("AccessDenied");
    assertThat(error).hasMessage("There were headers present in the request which were not signed");
    assertThat(error.details()).containsEntry("HeadersNotSigned", "x-amz-acl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "604801 | X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
        "63070000000000000000000 | X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less"
            + " than 604800 seconds",
        "-1 | X-Amz-Expires must be non-negative",
        "undefined | X-Amz-Expires should be a number",
      })
  void presignedLifetime(String expires, String message) {
    var presigned = signer("s3").presign(post(), Duration.ofSeconds(77), NOW);
    var request =
        with(presigned, "/", presigned.rawQuery().replace("Expires=77", "Expires=" + expires));
    assertRefused(request, Fixture.S3, "AuthorizationQueryParametersError", 400, message);
  }

  @Test
  void presignedRequestsExpire() {
    var request = request("GET /b/k", "Host", "h");
    var late = signer("s3").presign(request, Duration.ofSeconds(300), NOW.minusSeconds(300));
    var error = refusal(late, Fixture.S3);
    assertThat(error.code()).isEqualTo("AccessDenied");
    assertThat(error).hasMessage("Request has expired");
    assertThat(error.details())
        .containsEntry("X-Amz-Expires", 300L)
        .containsEntry("Expires", "2026-03-04T05:06:07Z")
        .containsEntry("ServerTime", "2026-03-04T05:06:07Z");
    var early = signer("s3").presign(request, Duration.ofDays(7), NOW.plus(Duration.ofDays(1)));
    assertThat(refusal(early, Fixture.S3)).hasMessage("Request is not yet valid");
  }

  @Test
  void presignedServiceRequestsLiveAQuarterOfAnHour() {
    var request =
        request(
            "GET /?Action=GetCallerIdentity&Version=2011-06-15", "Host", "h", "x-k8s-aws-id", "c");
    var token = signer("sts").presign(request, Duration.ofSeconds(60), NOW.minusSeconds(899));
    assertThat(authenticator.authenticate(token, Fixture.STS).signedHeaders())
        .containsExactly("host", "x-k8s-aws-id");
    var old = signer("sts").presign(request, Duration.ofHours(10), NOW.minusSeconds(900));
    assertThat(refusal(old, Fixture.STS)).hasMessageStartingWith("Signature expired: ");
  }

  @Test
  void presignedParametersMustBeThereOnce() {
    var presigned =
        signer("s3").presign(request("GET /b/k", "Host", "h"), Duration.ofHours(1), NOW);
    var message =
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date,"
            + " X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
    for (var parameter : presigned.rawQuery().split("&")) {
      assertThat(
              refusal(
                  with(presigned, "/b/k", presigned.rawQuery().replace(parameter, "")), Fixture.S3))
          .hasMessage(message);
      assertThat(
              refusal(with(presigned, "/b/k", presigned.rawQuery() + "&" + parameter), Fixture.S3))
          .hasMessage(message);
    }
  }

  @Test
  void oneMechanismOnly() {
    var presigned = signer("s3").presign(post(), Duration.ofHours(1), NOW);
    var both =
        withHeader(
            presigned,
            "authorization",
            Objects.requireNonNull(signed("s3").headers().first("authorization")));
    assertThat(refusal(both, Fixture.S3).code()).isEqualTo("InvalidArgument");
  }

  @Test
  void s3PayloadHash() {
    var request = signed("s3");
    var without = copy(request.headers());
    without.remove("x-amz-content-sha256");
    assertRefused(
        with(request, without),
        Fixture.S3,
        "InvalidRequest",
        400,
        "Missing required header for this request: x-amz-content-sha256");
    var odd = refusal(withHeader(request, "x-amz-content-sha256", "x"), Fixture.S3);
    assertThat(odd.code()).isEqualTo("InvalidArgument");
  }

  @Test
  void bodiesInMemoryAreBounded() {
    var policy = Fixture.STS.withMaxBufferedBody(BODY.length - 1);
    assertThat(refusal(signed("sts"), policy).httpStatus()).isEqualTo(413);
    var endless =
        signed("sts").withBody(new Body(new java.io.ByteArrayInputStream(new byte[99]), -1));
    assertThat(refusal(endless, policy).httpStatus()).isEqualTo(413);
  }

  @Test
  void newSecretsCountAtOnce() {
    var secrets = new String[] {"first"};
    var source =
        new SigV4Authenticator(
            (id, token) -> Credential.longTerm(KEY, utf8(secrets[0]), Fixture.ALICE, true),
            Clock.fixed(NOW, ZoneOffset.UTC));
    var first = new SigV4Signer(KEY, "first", null, "us-east-1", "sts");
    var second = new SigV4Signer(KEY, "second", null, "us-east-1", "sts");
    assertThat(Fixture.refusal(source, first.sign(post(), BODY, NOW), Fixture.STS)).isNull();
    secrets[0] = "second";
    assertThat(Fixture.refusal(source, first.sign(post(), BODY, NOW), Fixture.STS)).isNotNull();
    assertThat(Fixture.refusal(source, second.sign(post(), BODY, NOW), Fixture.STS)).isNull();
  }

  @Test
  void rubbishIsRefusedInAnOrderlyWay() {
    var random = new Random(99);
    var parts =
        new String[] {
          "AWS4-HMAC-SHA256",
          "Credential=",
          "SignedHeaders=",
          "Signature=",
          KEY,
          "/",
          ",",
          " ",
          "=",
          "20260304",
          "us-east-1",
          "s3",
          "sts",
          "aws4_request",
          "host",
          ";",
          "%",
          "%zz",
          "\u0000",
          "é",
          "&",
          "X-Amz-Algorithm",
          "X-Amz-Date=20260304T050607Z",
          "X-Amz-Expires=1",
          "99991332T996199Z",
        };
    for (int i = 0; i < 20_000; i++) {
      var header = new StringBuilder(random.nextBoolean() ? "AWS4-HMAC-SHA256 " : "");
      var query =
          new StringBuilder(random.nextBoolean() ? "X-Amz-Algorithm=AWS4-HMAC-SHA256&" : "");
      for (int n = random.nextInt(20); n > 0; n--) {
        header.append(parts[random.nextInt(parts.length)]);
        query.append(parts[random.nextInt(parts.length)]);
      }
      var request =
          request(
              "GET /" + parts[random.nextInt(parts.length)],
              "x-amz-date",
              random.nextInt(3) == 0 ? header.toString() : "20260304T050607Z");
      request =
          random.nextBoolean()
              ? with(request, request.rawPath(), query.toString())
              : withHeader(request, "authorization", header.toString());
      var policy = random.nextBoolean() ? Fixture.S3 : Fixture.STS;
      var error = Fixture.refusal(authenticator, request, policy);
      if (policy == Fixture.STS || request.headers().contains("authorization")) {
        assertThat(error).isNotNull();
        assertThat(error.httpStatus()).isBetween(400, 499);
      }
    }
  }

  @Test
  void instantsOfLeapYears() {
    assertThat(AmzDate.parse("20240229T235959Z")).isEqualTo(Instant.parse("2024-02-29T23:59:59Z"));
    assertThat(AmzDate.parse("20260229T000000Z")).isNull();
    assertThat(AmzDate.format(NOW)).isEqualTo("20260304T050607Z");
  }
}
