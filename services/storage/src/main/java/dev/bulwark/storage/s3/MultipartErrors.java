package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import org.jspecify.annotations.Nullable;

/** The errors of uploads in parts. */
final class MultipartErrors {
  private MultipartErrors() {}

  static ApiException noSuchUpload(String uploadId) {
    return S3Errors.of(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or"
                + " completed.")
        .with("UploadId", uploadId);
  }

  static ApiException invalidPart(String uploadId, int part, String eTag) {
    return S3Errors.of(
            400,
            "InvalidPart",
            "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified"
                + " entity tag may not match the part's entity tag.")
        .with("UploadId", uploadId)
        .with("PartNumber", part)
        .with("ETag", eTag);
  }

  static ApiException invalidPartOrder(String uploadId) {
    return S3Errors.of(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.")
        .with("UploadId", uploadId);
  }

  static ApiException entityTooSmall(long size, int part, String eTag) {
    return S3Errors.of(
            400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .with("ProposedSize", size)
        .with("MinSizeAllowed", Limits.SMALLEST_PART_BYTES)
        .with("PartNumber", part)
        .with("ETag", eTag);
  }

  static ApiException partChecksumMissing(ChecksumAlgorithm algorithm, int part) {
    return S3Errors.invalidRequest(
        "The upload was created using a "
            + algorithm.lowerCaseName()
            + " checksum. The complete request must include the checksum for each part. It was missing for part "
            + part
            + " in the request.");
  }

  static ApiException checksumTypeMismatch(ChecksumAlgorithm expected, String actual) {
    return S3Errors.invalidRequest(
        "Checksum Type mismatch occurred, expected checksum Type: "
            + expected.lowerCaseName()
            + ", actual checksum Type: "
            + actual);
  }

  static ApiException checksumTypeUnusable(String type, ChecksumAlgorithm algorithm) {
    return S3Errors.invalidRequest(
        "The "
            + type
            + " checksum type cannot be used with the "
            + algorithm.lowerCaseName()
            + " checksum algorithm.");
  }

  static ApiException invalidCopyRange(String header) {
    return S3Errors.invalidArgument(
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets"
            + " of the first and last bytes to copy",
        "x-amz-copy-source-range",
        header);
  }

  static ApiException completedTypeMismatch(String expected, String actual) {
    return S3Errors.invalidRequest(
        "The upload was created using the "
            + expected
            + " checksum mode. The complete request must use the same checksum mode, not "
            + actual
            + ".");
  }

  static ApiException mpuObjectSizeMismatch(long expected, long actual) {
    return S3Errors.invalidRequest(
        "The provided 'x-amz-mp-object-size' header value "
            + expected
            + " does not match what was computed: "
            + actual);
  }

  static ApiException partNumberOutOfRange(@Nullable Integer value) {
    return S3Errors.invalidArgument(
        "Part number must be an integer between 1 and 10000, inclusive",
        "partNumber",
        value == null ? null : value.toString());
  }
}
