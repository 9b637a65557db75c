package dev.bulwark.access;

import dev.bulwark.wire.HttpRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;

/**
 * Canonical request, string to sign, and signature.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create
 *     a signed request</a>
 */
final class Canonical {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private final Bytes request = new Bytes(1024);
  private final Bytes toSign = new Bytes(192);
  private boolean foreign;

  /** Writes the canonical request and the string to sign. */
  void write(
      HttpRequest http,
      boolean s3,
      CanonicalQuery query,
      SignedHeaders headers,
      String payloadHash,
      String date,
      CredentialScope scope,
      Charset charset) {
    request.clear();
    request.utf8(http.method()).add('\n');
    if (s3) {
      UriEncoding.s3Path(request, http.rawPath());
    } else {
      UriEncoding.path(request, http.rawPath());
    }
    request.add('\n');
    query.write(request);
    request.add('\n');
    foreign = headers.write(request, http.headers(), charset);
    request.add('\n').utf8(headers.text()).add('\n').utf8(payloadHash);
    toSign.clear();
    toSign.ascii(ALGORITHM).add('\n').utf8(date).add('\n');
    scope.write(toSign);
    toSign.add('\n').hex(Crypto.sha256(request.array(), 0, request.size()));
  }

  void write(
      HttpRequest http,
      boolean s3,
      CanonicalQuery query,
      SignedHeaders headers,
      String payloadHash,
      String date,
      CredentialScope scope) {
    write(http, s3, query, headers, payloadHash, date, scope, StandardCharsets.UTF_8);
  }

  /** Whether a signed header has characters beyond ASCII, whose bytes the text does not tell. */
  boolean foreign() {
    return foreign;
  }

  /** In lower-case hexadecimal, as ASCII. */
  byte[] signature(Mac key) {
    return new Bytes(64).hex(Crypto.hmac(key, toSign.array(), 0, toSign.size())).toByteArray();
  }

  Bytes request() {
    return request;
  }

  Bytes toSign() {
    return toSign;
  }
}
