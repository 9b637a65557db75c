package dev.bulwark.storage.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The source of a copy.
 *
 * @param versionId null where none is named
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html">CopyObject</a>
 */
record CopySource(String bucket, String key, @Nullable String versionId) {
  private static final String VERSION = "?versionId=";
  private static final String POINT_OBJECT = "/object/";

  /**
   * Parses an {@code x-amz-copy-source} header: bucket and key, percent-encoded, with or without a
   * slash before; or the ARN of an object behind an access point.
   */
  static CopySource parse(@Nullable String header) {
    if (header == null) {
      throw S3Errors.invalidCopySource("bucket name", null);
    }
    int version = header.lastIndexOf(VERSION);
    var path = decode(version < 0 ? header : header.substring(0, version), header);
    int start = path.startsWith("/") ? 1 : 0;
    boolean arn = path.startsWith("arn:", start);
    int slash = path.indexOf(arn ? POINT_OBJECT : "/", start);
    int key = slash + (arn ? POINT_OBJECT.length() : 1);
    if (slash == start || path.length() == start) {
      throw S3Errors.invalidCopySource("bucket name", header);
    }
    if (slash < 0 || key >= path.length()) {
      throw S3Errors.invalidCopySource("object key", header);
    }
    var source =
        new CopySource(
            path.substring(start, slash),
            path.substring(key),
            version < 0 ? null : header.substring(version + VERSION.length()));
    ObjectRequests.checkKey(source.key());
    return source;
  }

  private static String decode(String path, String header) {
    try {
      // A plus stands for itself in a path.
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw S3Errors.invalidCopySource("encoding", header);
    }
  }
}
