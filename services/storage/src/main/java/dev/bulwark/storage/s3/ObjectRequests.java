package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CopyObjectRequest;
import dev.bulwark.api.s3.CreateMultipartUploadRequest;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Call;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What requests say about objects, checked against S3's limits and against what is built. */
final class ObjectRequests {
  private static final Set<String> STORAGE_CLASSES =
      Set.of(
          "STANDARD",
          "REDUCED_REDUNDANCY",
          "STANDARD_IA",
          "ONEZONE_IA",
          "INTELLIGENT_TIERING",
          "GLACIER",
          "DEEP_ARCHIVE",
          "GLACIER_IR");

  private ObjectRequests() {}

  /** Refuses what was meant to be a part of an upload, and does not tell of which. */
  static void checkNoPart(HttpRequest request) {
    var query = request.rawQuery();
    if (!query.contains("partNumber=")) {
      return;
    }
    for (var parameter : query.split("&")) {
      if (parameter.startsWith("partNumber=")) {
        throw S3Errors.invalidArgument(
            "This operation does not accept partNumber without uploadId",
            "partNumber",
            "partNumber");
      }
    }
  }

  static void checkKey(String key) {
    // No string is longer in characters than in UTF-8, so the short ones need no encoding.
    if (key.length() * 3 > Limits.KEY_BYTES) {
      int size = key.getBytes(StandardCharsets.UTF_8).length;
      if (size > Limits.KEY_BYTES) {
        throw S3Errors.keyTooLong(size);
      }
    }
  }

  /** The body of an upload, whose length has to be known. */
  static @Nullable Body measured(@Nullable Body body) {
    if (body != null && body.length() < 0) {
      throw S3Errors.missingContentLength();
    }
    return body;
  }

  /** Refuses headers of a write whose meaning is not built: none may be passed over in silence. */
  static void checkBuilt(HttpHeaders headers) {
    if (headers.first("x-amz-write-offset-bytes") != null) {
      throw S3Errors.headerNotBuilt("x-amz-write-offset-bytes");
    }
  }

  /** Refuses headers that say how to encrypt, which is settled when an object is read. */
  static void checkRead(HttpHeaders headers) {
    if (headers.first("x-amz-server-side-encryption") != null) {
      throw S3Errors.invalidArgument(
          "x-amz-server-side-encryption header is not supported for this operation.",
          "x-amz-server-side-encryption",
          headers.first("x-amz-server-side-encryption"));
    }
  }

  static ObjectHeaders headers(PutObjectRequest in) {
    return new ObjectHeaders(
        in.contentType(),
        in.cacheControl(),
        in.contentDisposition(),
        withoutChunking(in.contentEncoding()),
        in.contentLanguage(),
        in.expires(),
        in.websiteRedirectLocation(),
        storageClass(in.storageClass()),
        metadata(in.metadata()));
  }

  static ObjectHeaders headers(CreateMultipartUploadRequest in) {
    return new ObjectHeaders(
        in.contentType(),
        in.cacheControl(),
        in.contentDisposition(),
        withoutChunking(in.contentEncoding()),
        in.contentLanguage(),
        in.expires(),
        in.websiteRedirectLocation(),
        storageClass(in.storageClass()),
        metadata(in.metadata()));
  }

  static ObjectHeaders headers(CopyObjectRequest in) {
    return new ObjectHeaders(
        in.contentType(),
        in.cacheControl(),
        in.contentDisposition(),
        withoutChunking(in.contentEncoding()),
        in.contentLanguage(),
        in.expires(),
        in.websiteRedirectLocation(),
        storageClass(in.storageClass()),
        metadata(in.metadata()));
  }

  /** The storage class as it is kept: null for the usual one. */
  static @Nullable String storageClass(@Nullable String storageClass) {
    if (storageClass == null || storageClass.equals("STANDARD")) {
      return null;
    }
    if (!STORAGE_CLASSES.contains(storageClass)) {
      throw S3Errors.invalidStorageClass(storageClass);
    }
    return storageClass;
  }

  /** {@code aws-chunked} is an encoding of the transfer, not of the object. */
  private static @Nullable String withoutChunking(@Nullable String encoding) {
    if (encoding == null || !encoding.contains("aws-chunked")) {
      return encoding;
    }
    var rest = new StringBuilder();
    for (var part : encoding.split(",")) {
      if (!part.strip().equals("aws-chunked")) {
        rest.append(rest.isEmpty() ? "" : ",").append(part.strip());
      }
    }
    return rest.isEmpty() ? null : rest.toString();
  }

  /** User metadata, which is limited. */
  static Map<String, String> metadata(@Nullable Map<String, String> metadata) {
    if (metadata == null || metadata.isEmpty()) {
      return Map.of();
    }
    int size = 0;
    for (var entry : metadata.entrySet()) {
      size += entry.getKey().getBytes(StandardCharsets.UTF_8).length;
      size += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (size > Limits.METADATA_BYTES) {
      throw S3Errors.metadataTooLarge(size);
    }
    return metadata;
  }

  /**
   * The address of an object, below the host that the request came to.
   *
   * @param bucket as the request names it: in the host or in the path
   */
  static String location(String bucket, String key, Call call) {
    var host = String.valueOf(call.http().headers().first("host"));
    return (call.http().secure() ? "https://" : "http://")
        + host
        + (host.startsWith(bucket + '.') ? "" : '/' + bucket)
        + '/'
        + urlEncoded(key);
  }

  /** A key as it stands in URLs. */
  static String urlEncoded(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
