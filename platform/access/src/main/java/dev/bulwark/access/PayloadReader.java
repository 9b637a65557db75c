package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.Bodies;
import dev.bulwark.wire.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out how a body is covered by the signature, and makes the body that verifies it. */
final class PayloadReader {
  static final String UNSIGNED = "UNSIGNED-PAYLOAD";
  static final String SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  static final String SIGNED_CHUNKS_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
  static final String UNSIGNED_CHUNKS_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

  /**
   * S3 bodies up to this size are verified at once: most readers of small documents stop before the
   * end of a stream.
   */
  private static final int MAX_EAGER = 64 << 10;

  private static final String HEADER = "x-amz-content-sha256";

  private PayloadReader() {}

  /** A body before the signature is checked. */
  interface Payload {
    /** What may stand in the canonical request; tried in turn. */
    List<String> hashes();

    /** The request with the body to hand on; the signer is null where there is no signature. */
    HttpRequest verified(HttpRequest request, @Nullable ChunkSigner signer);
  }

  private record Buffered(byte[] bytes, List<String> hashes) implements Payload {
    @Override
    public HttpRequest verified(HttpRequest request, @Nullable ChunkSigner signer) {
      return request.withContent(bytes);
    }
  }

  private record Hashed(String hash) implements Payload {
    @Override
    public List<String> hashes() {
      return List.of(hash);
    }

    @Override
    public HttpRequest verified(HttpRequest request, @Nullable ChunkSigner signer) {
      var body = request.body();
      if (body.length() == 0 && hash.equals(Crypto.EMPTY_HASH)) {
        return request;
      }
      var content = request.content();
      if (content == null && body.length() >= 0 && body.length() <= MAX_EAGER) {
        content = readAll(body, MAX_EAGER, new S3AuthErrors());
      }
      if (content != null) {
        var computed = Crypto.sha256Hex(content);
        if (!computed.equals(hash)) {
          throw HashedStream.mismatch(hash, computed);
        }
        return request.withContent(content);
      }
      return request.withBody(new Body(new HashedStream(body.stream(), hash), body.length()));
    }
  }

  private record Unsigned(List<String> hashes) implements Payload {
    @Override
    public HttpRequest verified(HttpRequest request, @Nullable ChunkSigner signer) {
      return request;
    }
  }

  private record Chunked(String mode, long decodedLength, List<String> trailers)
      implements Payload {
    @Override
    public List<String> hashes() {
      return List.of(mode);
    }

    @Override
    public HttpRequest verified(HttpRequest request, @Nullable ChunkSigner signer) {
      var signed = !mode.equals(UNSIGNED_CHUNKS_TRAILER);
      var stream =
          new AwsChunkedStream(
              request.body().stream(),
              decodedLength,
              signed ? signer : null,
              !mode.equals(SIGNED_CHUNKS),
              trailers);
      return request.withBody(new Body(stream, decodedLength));
    }
  }

  static Payload read(
      HttpRequest request,
      CanonicalQuery query,
      SigningPolicy policy,
      boolean presigned,
      AuthErrors errors) {
    if (!policy.s3()) {
      return buffered(request, policy, presigned, errors);
    }
    var values = request.headers().all(HEADER);
    var value = values.isEmpty() ? null : values.getFirst();
    if (value == null && presigned) {
      value = query.first("X-Amz-Content-Sha256");
      return value == null ? presigned(request) : payload(value, request);
    }
    if (value == null) {
      throw new ApiException(
          "InvalidRequest", 400, "Missing required header for this request: " + HEADER);
    }
    return payload(value, request);
  }

  static Payload readUnsigned(HttpRequest request, SigningPolicy policy, AuthErrors errors) {
    if (!policy.s3()) {
      return buffered(request, policy, false, errors);
    }
    var value = request.headers().first(HEADER);
    var payload = value == null ? new Unsigned(List.of(UNSIGNED)) : payload(value, request);
    if (payload instanceof Chunked chunked && !chunked.mode().equals(UNSIGNED_CHUNKS_TRAILER)) {
      throw errors.missing();
    }
    return payload;
  }

  private static Payload buffered(
      HttpRequest request, SigningPolicy policy, boolean presigned, AuthErrors errors) {
    var bytes = readAll(request.body(), policy.maxBufferedBody(), errors);
    var hash = Crypto.sha256Hex(bytes);
    // Presigners differ in what they say of a body that is not there.
    return new Buffered(
        bytes, presigned && bytes.length == 0 ? List.of(hash, UNSIGNED) : List.of(hash));
  }

  /** The SDK for Java hashes the body even of presigned requests where they do not go over TLS. */
  private static Payload presigned(HttpRequest request) {
    return new Unsigned(
        request.body().length() == 0 ? List.of(UNSIGNED, Crypto.EMPTY_HASH) : List.of(UNSIGNED));
  }

  private static Payload payload(String value, HttpRequest request) {
    return switch (value) {
      case UNSIGNED -> new Unsigned(List.of(UNSIGNED));
      case SIGNED_CHUNKS, SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER ->
          new Chunked(
              value, decodedLength(request), AwsChunkedStream.declaredTrailers(request.headers()));
      default -> {
        if (value.startsWith("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")) {
          throw new S3AuthErrors().unsupported("AWS4-ECDSA-P256-SHA256", false);
        }
        if (!isHash(value)) {
          throw invalid(value);
        }
        yield new Hashed(value);
      }
    };
  }

  private static boolean isHash(String value) {
    if (value.length() != 64) {
      return false;
    }
    for (int i = 0; i < 64; i++) {
      char c = value.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static ApiException invalid(String value) {
    return new ApiException(
            "InvalidArgument",
            400,
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER,"
                + " STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"
                + " or a valid sha256 value.")
        .with("ArgumentName", HEADER)
        .with("ArgumentValue", ServiceAuthErrors.clip(value));
  }

  private static long decodedLength(HttpRequest request) {
    var text = request.headers().first("x-amz-decoded-content-length");
    if (text == null || text.isEmpty() || text.length() > 18) {
      throw missingLength();
    }
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw missingLength();
      }
      length = length * 10 + digit;
    }
    return length;
  }

  private static ApiException missingLength() {
    return new ApiException(
        "MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }

  private static byte[] readAll(Body body, int limit, AuthErrors errors) {
    try {
      return Bodies.read(body, limit);
    } catch (Bodies.BodyException e) {
      throw switch (e.failure()) {
        case TOO_LARGE -> errors.tooLarge(limit);
        case NO_ROOM -> Bodies.noRoom();
        case INCOMPLETE, BAD_ENCODING -> errors.incompleteBody();
      };
    }
  }
}
