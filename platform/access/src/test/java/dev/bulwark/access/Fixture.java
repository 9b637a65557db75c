package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** A key, an account and requests for tests. */
final class Fixture {
  static final String ACCOUNT = "123456789012";
  static final String KEY = "AKIAIOSFODNN7EXAMPLE";
  static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  static final Principal ALICE =
      Principal.IamUser.of(ACCOUNT, "alice", "/", "AIDACKCEVSQ6C2EXAMPLE");
  static final SigningPolicy STS = SigningPolicy.regional(AuthFamily.QUERY, "us-east-1", "sts");
  static final SigningPolicy S3 = SigningPolicy.regional(AuthFamily.S3, "us-east-1", "s3");
  static final SigningPolicy KMS = SigningPolicy.regional(AuthFamily.JSON, "us-east-1", "kms");

  private Fixture() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static SigV4Authenticator authenticator(Instant now) {
    return authenticator(KEY, SECRET, now);
  }

  static SigV4Authenticator authenticator(String key, String secret, Instant now) {
    var credential = Credential.longTerm(key, utf8(secret), ALICE, true);
    return new SigV4Authenticator(
        (id, token) -> id.equals(key) ? credential : null, Clock.fixed(now, ZoneOffset.UTC));
  }

  static SigV4Signer signer(String service) {
    return new SigV4Signer(KEY, SECRET, null, "us-east-1", service);
  }

  /** A request from {@code METHOD path?query}, and headers as name, value, name, value, … */
  static HttpRequest request(String line, String... headers) {
    int space = line.indexOf(' ');
    var target = line.substring(space + 1);
    int mark = target.indexOf('?');
    var fields = new HttpHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      fields.add(headers[i], headers[i + 1]);
    }
    return new HttpRequest(
        line.substring(0, space),
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? "" : target.substring(mark + 1),
        fields,
        Body.empty(),
        "203.0.113.7",
        true);
  }

  static HttpRequest with(HttpRequest request, HttpHeaders headers) {
    return new HttpRequest(
        request.method(),
        request.rawPath(),
        request.rawQuery(),
        headers,
        request.body(),
        request.remoteAddress(),
        request.secure());
  }

  static HttpRequest with(HttpRequest request, String path, String query) {
    return new HttpRequest(
        request.method(),
        path,
        query,
        request.headers(),
        request.body(),
        request.remoteAddress(),
        request.secure());
  }

  static HttpHeaders copy(HttpHeaders headers) {
    var copy = new HttpHeaders();
    headers.forEach(copy::add);
    return copy;
  }

  static byte[] bytes(HttpRequest request) {
    try {
      return request.body().stream().readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What authentication, and reading the body, answers to a request; null where all is well. */
  static @Nullable ApiException refusal(
      SigV4Authenticator authenticator, HttpRequest request, SigningPolicy policy) {
    try {
      bytes(authenticator.authenticate(request, policy).request());
      return null;
    } catch (ApiException e) {
      return e;
    }
  }
}
