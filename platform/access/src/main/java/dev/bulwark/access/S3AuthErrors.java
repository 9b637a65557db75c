package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How S3 says it, with the members that S3's errors carry beside the message.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error
 *     responses</a>
 */
record S3AuthErrors() implements AuthErrors {
  private static final String QUERY_PARAMETERS = "AuthorizationQueryParametersError";
  private static final String HEADER_MALFORMED = "AuthorizationHeaderMalformed";
  private static final String HEADER_PREFIX = "The authorization header is malformed; ";
  private static final String CREDENTIAL_PREFIX = "Error parsing the X-Amz-Credential parameter; ";

  private static ApiException malformed(String detail, boolean query) {
    return query
        ? new ApiException(QUERY_PARAMETERS, 400, CREDENTIAL_PREFIX + detail)
        : new ApiException(HEADER_MALFORMED, 400, HEADER_PREFIX + detail);
  }

  private static ApiException denied(String message) {
    return new ApiException("AccessDenied", 403, message);
  }

  static String clip(String text) {
    return ServiceAuthErrors.clip(text);
  }

  @Override
  public ApiException missing() {
    return denied("Access Denied");
  }

  @Override
  public ApiException ambiguous() {
    return new ApiException(
            "InvalidArgument",
            400,
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or"
                + " the Authorization header should be specified")
        .with("ArgumentName", "Authorization");
  }

  @Override
  public ApiException unsupported(String algorithm, boolean query) {
    return query && !algorithm.isEmpty()
        ? new ApiException(
            QUERY_PARAMETERS, 400, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"")
        : new ApiException(
            "InvalidRequest",
            400,
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
  }

  /** The Authorization header is of no kind that S3 has ever had. */
  static ApiException unsupportedType(String authorization) {
    return new ApiException("InvalidArgument", 400, "Unsupported Authorization Type")
        .with("ArgumentName", "Authorization")
        .with("ArgumentValue", clip(authorization));
  }

  @Override
  public ApiException malformedComponent(String component, String authorization) {
    return malformed(
        "the authorization component \"" + clip(component) + "\" is malformed.", false);
  }

  @Override
  public ApiException missingParameters(AuthorizationHeader header, boolean dateMissing) {
    if (header.credential() != null
        && header.signature() != null
        && header.signedHeaders() != null) {
      return denied("AWS authentication requires a valid Date or x-amz-date header");
    }
    return malformed(
        "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
        false);
  }

  @Override
  public ApiException missingQueryParameters(List<String> missing) {
    return new ApiException(
        QUERY_PARAMETERS,
        400,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date,"
            + " X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }

  @Override
  public ApiException malformedCredential(String credential, boolean query) {
    return malformed(
        "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        query);
  }

  @Override
  public ApiException badDate(String value, boolean query) {
    return query
        ? new ApiException(
            QUERY_PARAMETERS,
            400,
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        : denied("AWS authentication requires a valid Date or x-amz-date header");
  }

  @Override
  public ApiException wrongScope(
      CredentialScope scope, SigningPolicy policy, String date, boolean query) {
    if (!scope.hasPlainDate()) {
      return malformed(
          "incorrect date format \""
              + clip(scope.date())
              + "\". This date in the credential must be in the format \"yyyyMMdd\".",
          query);
    }
    if (!policy.services().contains(scope.service())) {
      return malformed(
          "incorrect service \""
              + clip(scope.service())
              + "\". This endpoint belongs to \""
              + policy.services().getFirst()
              + "\".",
          query);
    }
    if (!scope.terminator().equals(CredentialScope.TERMINATOR)) {
      return malformed(
          "incorrect terminal \""
              + clip(scope.terminator())
              + "\". This endpoint uses \"aws4_request\".",
          query);
    }
    if (!policy.regions().test(scope.region())) {
      return malformed(
              "the region '"
                  + clip(scope.region())
                  + "' is wrong; expecting '"
                  + policy.expectedRegion()
                  + "'",
              query)
          .with("Region", policy.expectedRegion());
    }
    return query
        ? new ApiException(
            QUERY_PARAMETERS,
            400,
            "Invalid credential date \""
                + scope.date()
                + "\". This date is not the same as X-Amz-Date: \""
                + date.substring(0, 8)
                + "\".")
        : malformed("Invalid credential date. Date is not the same as X-Amz-Date.", false);
  }

  @Override
  public ApiException expired(Instant signed, Instant now) {
    return skewed(signed, now);
  }

  @Override
  public ApiException notYetCurrent(Instant signed, Instant now) {
    return skewed(signed, now);
  }

  private static ApiException skewed(Instant signed, Instant now) {
    return new ApiException(
            "RequestTimeTooSkewed",
            403,
            "The difference between the request time and the current time is too large.")
        .with("RequestTime", AmzDate.format(signed))
        .with("ServerTime", seconds(now))
        .with("MaxAllowedSkewMilliseconds", SigV4Authenticator.MAX_SKEW.toMillis());
  }

  private static String seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public ApiException badExpires(String value) {
    var digits = value.startsWith("-") ? value.substring(1) : value;
    var number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    String message;
    if (!number) {
      message = "X-Amz-Expires should be a number";
    } else if (value.startsWith("-")) {
      message = "X-Amz-Expires must be non-negative";
    } else {
      message =
          "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800"
              + " seconds";
    }
    return new ApiException(QUERY_PARAMETERS, 400, message);
  }

  @Override
  public ApiException presignExpired(Instant signed, long expires, Instant now) {
    return denied("Request has expired")
        .with("X-Amz-Expires", expires)
        .with("Expires", seconds(signed.plusSeconds(expires)))
        .with("ServerTime", seconds(now));
  }

  @Override
  public ApiException presignNotYetValid(Instant signed, long expires, Instant now) {
    return denied("Request is not yet valid")
        .with("X-Amz-Date", signed.toEpochMilli())
        .with("Expires", seconds(signed.plusSeconds(expires)))
        .with("ServerTime", seconds(now));
  }

  @Override
  public ApiException notSigned(List<String> headers) {
    return denied("There were headers present in the request which were not signed")
        .with("HeadersNotSigned", String.join(", ", headers));
  }

  @Override
  public ApiException unknown(String accessKeyId, @Nullable String sessionToken) {
    return sessionToken == null
        ? new ApiException(
                "InvalidAccessKeyId",
                403,
                "The AWS Access Key Id you provided does not exist in our records.")
            .with("AWSAccessKeyId", clip(accessKeyId))
        : new ApiException(
                "InvalidToken", 400, "The provided token is malformed or otherwise invalid.")
            .with("Token-0", clip(sessionToken));
  }

  @Override
  public ApiException expiredToken(@Nullable String sessionToken) {
    var error = new ApiException("ExpiredToken", 400, "The provided token has expired.");
    return sessionToken == null ? error : error.with("Token-0", clip(sessionToken));
  }

  @Override
  public ApiException mismatch(String accessKeyId, Canonical canonical, String provided) {
    return mismatch()
        .with("AWSAccessKeyId", accessKeyId)
        .with("StringToSign", canonical.toSign().toString())
        .with("SignatureProvided", clip(provided))
        .with("StringToSignBytes", spaced(canonical.toSign()))
        .with("CanonicalRequest", canonical.request().toString())
        .with("CanonicalRequestBytes", spaced(canonical.request()));
  }

  /** Without members: for chunks and trailers. */
  static ApiException mismatch() {
    return new ApiException(
        "SignatureDoesNotMatch",
        403,
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
  }

  private static String spaced(Bytes bytes) {
    var out = new StringBuilder(bytes.size() * 3);
    for (int i = 0; i < bytes.size(); i++) {
      int b = bytes.array()[i];
      if (i > 0) {
        out.append(' ');
      }
      out.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
    }
    return out.toString();
  }

  @Override
  public ApiException tooLarge(long limit) {
    return new ApiException(
            "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed object size.")
        .with("MaxSizeAllowed", limit);
  }

  @Override
  public ApiException incompleteBody() {
    return incomplete();
  }

  static ApiException incomplete() {
    return new ApiException("IncompleteBody", 400, "The request body terminated unexpectedly");
  }
}
