package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How all services but S3 say it; codes and statuses differ by protocol, words do not. */
record ServiceAuthErrors(AuthFamily family) implements AuthErrors {

  private boolean json() {
    return family == AuthFamily.JSON || family == AuthFamily.REST_JSON;
  }

  private int jsonStatus() {
    return family == AuthFamily.JSON ? 400 : 403;
  }

  private ApiException incomplete(String message) {
    return json()
        ? new ApiException("IncompleteSignatureException", jsonStatus(), message)
        : new ApiException("IncompleteSignature", 400, message);
  }

  private ApiException badSignature(String message) {
    return json()
        ? new ApiException("InvalidSignatureException", jsonStatus(), message)
        : new ApiException("SignatureDoesNotMatch", 403, message);
  }

  private static ApiException ec2Failure() {
    return new ApiException(
        "AuthFailure", 401, "AWS was not able to validate the provided access credentials");
  }

  @Override
  public ApiException missing() {
    return json()
        ? new ApiException(
            "MissingAuthenticationTokenException", jsonStatus(), "Missing Authentication Token")
        : new ApiException(
            "MissingAuthenticationToken", 403, "Request is missing Authentication Token");
  }

  @Override
  public ApiException ambiguous() {
    return incomplete(
        "Only one authentication mechanism is allowed: the X-Amz-Algorithm query parameter or the Authorization header");
  }

  @Override
  public ApiException unsupported(String algorithm, boolean query) {
    return incomplete("Unsupported AWS 'algorithm': '" + clip(algorithm) + "'.");
  }

  @Override
  public ApiException malformedComponent(String component, String authorization) {
    return incomplete(
        "'"
            + clip(component)
            + "' not a valid key=value pair (missing equal-sign) in Authorization header: '"
            + clip(authorization)
            + "'.");
  }

  @Override
  public ApiException missingParameters(AuthorizationHeader header, boolean dateMissing) {
    var message = new StringBuilder();
    if (header.credential() == null) {
      message.append("Authorization header requires 'Credential' parameter. ");
    }
    if (header.signature() == null) {
      message.append("Authorization header requires 'Signature' parameter. ");
    }
    if (header.signedHeaders() == null) {
      message.append("Authorization header requires 'SignedHeaders' parameter. ");
    }
    if (dateMissing) {
      message.append(
          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
    }
    return incomplete(message.append("Authorization=").append(clip(header.text())).toString());
  }

  @Override
  public ApiException missingQueryParameters(List<String> missing) {
    var message = new StringBuilder();
    for (var name : missing) {
      message.append("AWS query-string parameters must include '").append(name).append("'. ");
    }
    return incomplete(message.append("Re-examine the query-string parameters.").toString());
  }

  @Override
  public ApiException malformedCredential(String credential, boolean query) {
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"
            + clip(credential)
            + "'");
  }

  @Override
  public ApiException badDate(String value, boolean query) {
    return incomplete(
        "Date must be in ISO-8601 'basic format'. Got '"
            + clip(value)
            + "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }

  @Override
  public ApiException wrongScope(
      CredentialScope scope, SigningPolicy policy, String date, boolean query) {
    if (family == AuthFamily.EC2) {
      return ec2Failure();
    }
    var sentences = new ArrayList<String>(4);
    if (!policy.regions().test(scope.region())) {
      sentences.add(
          "Credential should be scoped to a valid region, not '" + clip(scope.region()) + "'.");
    }
    if (!policy.services().contains(scope.service())) {
      sentences.add(
          "Credential should be scoped to correct service: '"
              + policy.services().getFirst()
              + "'.");
    }
    if (!scope.terminator().equals(CredentialScope.TERMINATOR)) {
      sentences.add(
          "Credential should be scoped with a valid terminator: 'aws4_request', not '"
              + clip(scope.terminator())
              + "'.");
    }
    if (!date.startsWith(scope.date()) || scope.date().length() != 8) {
      sentences.add(
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
              + clip(scope.date())
              + "' != '"
              + date.substring(0, 8)
              + "', from '"
              + date
              + "'.");
    }
    return badSignature(String.join(" ", sentences));
  }

  @Override
  public ApiException expired(Instant signed, Instant now) {
    return outside(
        signed, now, "Signature expired: ", " is now earlier than ", SigV4Authenticator.MAX_SKEW);
  }

  @Override
  public ApiException notYetCurrent(Instant signed, Instant now) {
    return outside(
        signed,
        now,
        "Signature not yet current: ",
        " is still later than ",
        SigV4Authenticator.MAX_SKEW.negated());
  }

  private ApiException outside(
      Instant signed, Instant now, String begin, String relation, Duration back) {
    if (family == AuthFamily.EC2) {
      return new ApiException("RequestExpired", 400, "Request has expired.");
    }
    return badSignature(
        begin
            + AmzDate.format(signed)
            + relation
            + AmzDate.format(now.minus(back))
            + " ("
            + AmzDate.format(now)
            + (back.isNegative() ? " + " : " - ")
            + back.abs().toMinutes()
            + " min.)");
  }

  @Override
  public ApiException badExpires(String value) {
    return incomplete("X-Amz-Expires should be a number");
  }

  @Override
  public ApiException presignExpired(Instant signed, long expires, Instant now) {
    return expired(signed, now);
  }

  @Override
  public ApiException presignNotYetValid(Instant signed, long expires, Instant now) {
    return notYetCurrent(signed, now);
  }

  @Override
  public ApiException notSigned(List<String> headers) {
    if (family == AuthFamily.EC2) {
      return ec2Failure();
    }
    var name = headers.getFirst();
    return badSignature(
        (name.equals("host") ? "'Host' or ':authority'" : "'" + name + "'")
            + " must be a 'SignedHeader' in the AWS Authorization.");
  }

  @Override
  public ApiException unknown(String accessKeyId, @Nullable String sessionToken) {
    var message = "The security token included in the request is invalid.";
    return switch (family) {
      case JSON, REST_JSON ->
          new ApiException("UnrecognizedClientException", jsonStatus(), message);
      case EC2 -> ec2Failure();
      default -> new ApiException("InvalidClientTokenId", 403, message);
    };
  }

  @Override
  public ApiException expiredToken(@Nullable String sessionToken) {
    var message = "The security token included in the request is expired";
    return switch (family) {
      case JSON, REST_JSON -> new ApiException("ExpiredTokenException", jsonStatus(), message);
      case EC2 -> new ApiException("RequestExpired", 400, "Request has expired.");
      default -> new ApiException("ExpiredToken", 403, message);
    };
  }

  @Override
  public ApiException mismatch(String accessKeyId, Canonical canonical, String provided) {
    if (family == AuthFamily.EC2) {
      return ec2Failure();
    }
    return badSignature(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
            + " and signing method. Consult the service documentation for details.\n\n"
            + "The Canonical String for this request should have been\n'"
            + canonical.request()
            + "'\n\nThe String-to-Sign should have been\n'"
            + canonical.toSign()
            + "'\n");
  }

  @Override
  public ApiException tooLarge(long limit) {
    return new ApiException(
        json() ? "RequestEntityTooLargeException" : "RequestEntityTooLarge",
        413,
        "Request size exceeded the limit of " + limit + " bytes.");
  }

  @Override
  public ApiException incompleteBody() {
    return incomplete("The request body terminated unexpectedly");
  }

  /** Text of the client's, short enough to be sent back. */
  static String clip(String text) {
    return text.length() <= 512 ? text : text.substring(0, 512);
  }
}
