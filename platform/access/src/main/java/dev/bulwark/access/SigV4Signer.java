package dev.bulwark.access;

import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests by Signature Version 4, for callers inside, for load drivers and for tests.
 * Requests are not changed: each method returns a new one. The Host header must be there.
 * Thread-safe.
 */
public final class SigV4Signer {
  private static final Set<String> NEVER_SIGNED =
      Set.of("authorization", "user-agent", "expect", "connection", "x-amzn-trace-id");

  private final String accessKeyId;
  private final byte[] seed;
  private final @Nullable String sessionToken;
  private final String region;
  private final String service;

  /**
   * A signer for one key and one credential scope.
   *
   * @param sessionToken null for a long-term key
   * @param service the signing name; {@code s3} is signed by S3's rules
   */
  public SigV4Signer(
      String accessKeyId,
      String secretKey,
      @Nullable String sessionToken,
      String region,
      String service) {
    this.accessKeyId = accessKeyId;
    this.seed = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
    this.sessionToken = sessionToken;
    this.region = region;
    this.service = service;
  }

  /** Signs in the header, with the SHA-256 of a body that is in memory. */
  public HttpRequest sign(HttpRequest request, byte[] body, Instant time) {
    var hash = Crypto.sha256Hex(body);
    return sign(request.withBody(Body.of(body)), hash, time);
  }

  /**
   * Signs in the header.
   *
   * @param payloadHash the body's SHA-256 in hexadecimal, or {@code UNSIGNED-PAYLOAD}
   */
  public HttpRequest sign(HttpRequest request, String payloadHash, Instant time) {
    return header(request, payloadHash, time).request();
  }

  private record Signed(HttpRequest request, ChunkSigner chunks) {}

  private Signed header(HttpRequest request, String payloadHash, Instant time) {
    var date = AmzDate.format(time);
    var headers = copy(request.headers());
    headers.remove("authorization");
    headers.set("x-amz-date", date);
    if (s3()) {
      headers.set("x-amz-content-sha256", payloadHash);
    }
    if (sessionToken != null) {
      headers.set("x-amz-security-token", sessionToken);
    }
    var signed = covered(headers);
    var scope = scope(date);
    var key = key(scope);
    var unsigned = with(request, request.rawQuery(), headers);
    var signature =
        signature(
            unsigned,
            CanonicalQuery.parse(request.rawQuery()),
            signed,
            payloadHash,
            date,
            scope,
            key);
    headers.set(
        "authorization",
        Canonical.ALGORITHM
            + " Credential="
            + credential(scope)
            + ", SignedHeaders="
            + signed.text()
            + ", Signature="
            + new String(signature, StandardCharsets.US_ASCII));
    return new Signed(unsigned, new ChunkSigner(key, date, scope, signature));
  }

  /**
   * Signs in the query, over all headers of the request that can be signed. S3's body stays
   * unsigned, others' is taken as empty.
   *
   * @param lifetime at most seven days
   */
  public HttpRequest presign(HttpRequest request, Duration lifetime, Instant time) {
    var date = AmzDate.format(time);
    var scope = scope(date);
    var signed = covered(request.headers());
    var query = new StringBuilder(request.rawQuery());
    append(query, "X-Amz-Algorithm", Canonical.ALGORITHM);
    append(query, "X-Amz-Credential", credential(scope));
    append(query, "X-Amz-Date", date);
    append(query, "X-Amz-Expires", Long.toString(lifetime.toSeconds()));
    if (sessionToken != null) {
      append(query, "X-Amz-Security-Token", sessionToken);
    }
    append(query, "X-Amz-SignedHeaders", signed.text());
    var signature =
        signature(
            request,
            CanonicalQuery.parse(query.toString()),
            signed,
            s3() ? PayloadReader.UNSIGNED : Crypto.EMPTY_HASH,
            date,
            scope,
            key(scope));
    append(query, CanonicalQuery.SIGNATURE, new String(signature, StandardCharsets.US_ASCII));
    return with(request, query.toString(), copy(request.headers()));
  }

  /** Signs each chunk of a body: {@code STREAMING-AWS4-HMAC-SHA256-PAYLOAD}. */
  public HttpRequest signChunks(HttpRequest request, byte[] content, int chunkSize, Instant time) {
    return chunked(
        request, content, chunkSize, new HttpHeaders(), PayloadReader.SIGNED_CHUNKS, time);
  }

  /**
   * Signs each chunk of a body, and trailing headers: {@code
   * STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER}.
   */
  public HttpRequest signChunks(
      HttpRequest request, byte[] content, int chunkSize, HttpHeaders trailers, Instant time) {
    return chunked(
        request, content, chunkSize, trailers, PayloadReader.SIGNED_CHUNKS_TRAILER, time);
  }

  /**
   * Sends chunks and trailing headers without signatures of their own: {@code
   * STREAMING-UNSIGNED-PAYLOAD-TRAILER}.
   */
  public HttpRequest unsignedChunks(
      HttpRequest request, byte[] content, int chunkSize, HttpHeaders trailers, Instant time) {
    return chunked(
        request, content, chunkSize, trailers, PayloadReader.UNSIGNED_CHUNKS_TRAILER, time);
  }

  private HttpRequest chunked(
      HttpRequest request,
      byte[] content,
      int chunkSize,
      HttpHeaders trailers,
      String mode,
      Instant time) {
    var headers = copy(request.headers());
    headers.set("content-encoding", "aws-chunked");
    headers.set("x-amz-decoded-content-length", Integer.toString(content.length));
    if (!mode.equals(PayloadReader.SIGNED_CHUNKS)) {
      headers.set("x-amz-trailer", String.join(",", trailers.names()));
    }
    // The length of the encoded body does not depend on signatures, so a first pass finds it.
    var length = encode(content, chunkSize, trailers, mode, null).length;
    headers.set("content-length", Integer.toString(length));
    var signed = header(with(request, request.rawQuery(), headers), mode, time);
    return signed
        .request()
        .withBody(Body.of(encode(content, chunkSize, trailers, mode, signed.chunks())));
  }

  private static byte[] encode(
      byte[] content,
      int chunkSize,
      HttpHeaders trailers,
      String mode,
      @Nullable ChunkSigner signer) {
    var out = new ByteArrayOutputStream(content.length + 512);
    var signed = !mode.equals(PayloadReader.UNSIGNED_CHUNKS_TRAILER);
    for (int from = 0; from < content.length; from += chunkSize) {
      int size = Math.min(chunkSize, content.length - from);
      chunkHeader(out, content, from, size, signed, signer);
      out.write(content, from, size);
      out.writeBytes(CRLF);
    }
    chunkHeader(out, content, 0, 0, signed, signer);
    if (!mode.equals(PayloadReader.SIGNED_CHUNKS)) {
      var covered = new Bytes(128);
      trailers.forEach(
          (name, value) -> {
            covered.utf8(name).add(':').utf8(value).add('\n');
            out.writeBytes((name + ":" + value + "\r\n").getBytes(StandardCharsets.UTF_8));
          });
      if (signed) {
        out.writeBytes("x-amz-trailer-signature:".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(
            signer == null
                ? new byte[64]
                : signer.trailer(Crypto.sha256(covered.array(), 0, covered.size())));
        out.writeBytes(CRLF);
      }
    }
    out.writeBytes(CRLF);
    return out.toByteArray();
  }

  private static final byte[] CRLF = {'\r', '\n'};

  private static void chunkHeader(
      ByteArrayOutputStream out,
      byte[] content,
      int from,
      int size,
      boolean signed,
      @Nullable ChunkSigner signer) {
    out.writeBytes(Integer.toHexString(size).getBytes(StandardCharsets.US_ASCII));
    if (signed) {
      out.writeBytes(";chunk-signature=".getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(
          signer == null ? new byte[64] : signer.chunk(Crypto.sha256(content, from, size)));
    }
    out.writeBytes(CRLF);
  }

  private boolean s3() {
    return service.equals("s3");
  }

  private CredentialScope scope(String date) {
    return new CredentialScope(
        accessKeyId, date.substring(0, 8), region, service, CredentialScope.TERMINATOR);
  }

  private static String credential(CredentialScope scope) {
    var out = new Bytes(96).utf8(scope.accessKeyId()).add('/');
    scope.write(out);
    return out.toString();
  }

  private Mac key(CredentialScope scope) {
    return Crypto.signingKey(seed, scope.date(), region, service);
  }

  private byte[] signature(
      HttpRequest request,
      CanonicalQuery query,
      SignedHeaders headers,
      String payloadHash,
      String date,
      CredentialScope scope,
      Mac key) {
    var canonical = new Canonical();
    canonical.write(request, s3(), query, headers, payloadHash, date, scope);
    return canonical.signature(key);
  }

  private static SignedHeaders covered(HttpHeaders headers) {
    List<String> names = new ArrayList<>();
    for (var name : headers.names()) {
      if (!NEVER_SIGNED.contains(name.toLowerCase(Locale.ROOT))) {
        names.add(name);
      }
    }
    return SignedHeaders.of(names);
  }

  private static void append(StringBuilder query, String name, String value) {
    if (!query.isEmpty()) {
      query.append('&');
    }
    query.append(name).append('=').append(UriEncoding.encode(value));
  }

  private static HttpHeaders copy(HttpHeaders headers) {
    var copy = new HttpHeaders();
    headers.forEach(copy::add);
    return copy;
  }

  private static HttpRequest with(HttpRequest request, String query, HttpHeaders headers) {
    return new HttpRequest(
        request.method(),
        request.rawPath(),
        query,
        headers,
        request.body(),
        request.remoteAddress(),
        request.tls());
  }
}
