package dev.bulwark.storage.s3;

import dev.bulwark.access.AwsChunkedStream;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about the integrity of its body.
 *
 * @param contentMd5 of the Content-MD5 header
 * @param algorithm what to compute over the body; null for nothing
 * @param expected the checksum that a header gives
 * @param trailing whether a trailing header will give it
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">Checking
 *     object integrity</a>
 */
record Integrity(
    byte @Nullable [] contentMd5,
    @Nullable ChecksumAlgorithm algorithm,
    byte @Nullable [] expected,
    boolean trailing) {

  private static final String PREFIX = "x-amz-checksum-";
  private static final String ANNOUNCED = "x-amz-sdk-checksum-algorithm";

  /**
   * Reads the headers.
   *
   * @param fallback what to compute where the client names nothing
   * @throws ApiException InvalidDigest or InvalidRequest where they make no sense
   */
  static Integrity of(HttpHeaders headers, @Nullable ChecksumAlgorithm fallback) {
    byte[] md5 = null;
    ChecksumAlgorithm algorithm = null;
    byte[] expected = null;
    boolean trailing = false;
    for (var name : headers.names()) {
      if (name.equals("content-md5")) {
        md5 = contentMd5(String.valueOf(headers.first(name)));
      } else if (name.equals("x-amz-trailer")) {
        for (var trailer : headers.all(name)) {
          for (var part : trailer.split(",")) {
            var found = ofHeader(part.strip().toLowerCase(Locale.ROOT));
            if (found != null) {
              algorithm = onlyOne(algorithm, found);
              trailing = true;
            }
          }
        }
      } else {
        var found = ofHeader(name);
        if (found != null) {
          algorithm = onlyOne(algorithm, found);
          expected = found.parse(String.valueOf(headers.first(name)));
          if (expected == null) {
            throw S3Errors.invalidChecksum(found);
          }
        }
      }
    }
    checkAnnounced(headers.first(ANNOUNCED), algorithm);
    return new Integrity(md5, algorithm == null ? fallback : algorithm, expected, trailing);
  }

  private static ChecksumAlgorithm onlyOne(
      @Nullable ChecksumAlgorithm before, ChecksumAlgorithm found) {
    if (before != null) {
      throw S3Errors.severalChecksums();
    }
    return found;
  }

  private static void checkAnnounced(
      @Nullable String announced, @Nullable ChecksumAlgorithm algorithm) {
    if (announced == null) {
      return;
    }
    if (ChecksumAlgorithm.named(announced) == null) {
      throw S3Errors.invalidChecksumHeader(ANNOUNCED);
    }
    if (algorithm == null) {
      throw S3Errors.announcedChecksumMissing();
    }
    if (!algorithm.name().equalsIgnoreCase(announced)) {
      throw S3Errors.invalidChecksumHeader(ANNOUNCED);
    }
  }

  /** The algorithm whose checksum a header of that name carries; null where it carries none. */
  private static @Nullable ChecksumAlgorithm ofHeader(String name) {
    if (!name.startsWith(PREFIX)) {
      return null;
    }
    var suffix = name.substring(PREFIX.length());
    return switch (suffix) {
      case "algorithm", "type", "mode" -> null;
      default -> {
        var algorithm = ChecksumAlgorithm.named(suffix);
        if (algorithm == null) {
          throw S3Errors.headerNotBuilt(name);
        }
        yield algorithm;
      }
    };
  }

  private static byte[] contentMd5(String header) {
    try {
      var md5 = Base64.getDecoder().decode(header);
      if (md5.length == 16) {
        return md5;
      }
    } catch (IllegalArgumentException e) {
      // Answered below like a value of the wrong length.
    }
    throw S3Errors.invalidContentMd5(header);
  }

  /**
   * Checks a body that is in memory.
   *
   * @return whether the request says anything that it could be checked against
   * @throws ApiException BadDigest, or as {@link #of}
   */
  static boolean checkContent(HttpRequest request) {
    var integrity = of(request.headers(), null);
    var content = request.content();
    if (content == null || (integrity.contentMd5 == null && integrity.algorithm == null)) {
      return false;
    }
    var computed = integrity.algorithm == null ? null : integrity.algorithm.of(content);
    var md5 = ChecksumAlgorithm.messageDigest("MD5").digest(content);
    integrity.check(request.body(), md5, computed);
    return true;
  }

  /**
   * Compares what was announced with what came.
   *
   * @param body the body, read to its end, whose trailing headers may hold the checksum
   * @throws ApiException BadDigest
   */
  void check(Body body, byte[] md5, byte @Nullable [] computed) {
    if (contentMd5 != null && !MessageDigest.isEqual(contentMd5, md5)) {
      throw S3Errors.badContentMd5(
          HexFormat.of().formatHex(contentMd5), Base64.getEncoder().encodeToString(md5));
    }
    if (algorithm == null || computed == null) {
      return;
    }
    var wanted = trailing ? trailer(body, algorithm) : expected;
    if (wanted != null && !MessageDigest.isEqual(wanted, computed)) {
      throw S3Errors.badChecksum(algorithm);
    }
  }

  private static byte[] trailer(Body body, ChecksumAlgorithm algorithm) {
    var value =
        body.stream() instanceof AwsChunkedStream chunked
            ? chunked.trailers().first(algorithm.header())
            : null;
    var checksum = value == null ? null : algorithm.parse(value);
    if (checksum == null) {
      throw S3Errors.invalidChecksum(algorithm);
    }
    return checksum;
  }
}
