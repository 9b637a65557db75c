package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import org.jspecify.annotations.Nullable;

/** What S3 says of replication configurations: word for word where its words are known. */
final class ReplicationErrors {
  private ReplicationErrors() {}

  static ApiException notConfigured(String bucket) {
    return S3Errors.notConfigured(
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
        bucket);
  }

  static ApiException unversioned() {
    return S3Errors.invalidRequest(
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }

  static ApiException destinationUnversioned() {
    return S3Errors.invalidRequest("Destination bucket must have versioning enabled.");
  }

  static ApiException destinationMissing() {
    return S3Errors.invalidRequest("Destination bucket must exist.");
  }

  /** AWS's words are not known. */
  static ApiException toItself() {
    return S3Errors.invalidRequest("Destination bucket cannot be the same as the source bucket.");
  }

  static ApiException keepsVersions() {
    return LockErrors.invalidBucketState(
        "A replication configuration is present on this bucket, so the versioning state cannot be changed.");
  }

  static ApiException notOfSchema(String what) {
    return S3Errors.invalidRequest(
        what
            + " for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for"
            + " more information.");
  }

  static ApiException markersByTags() {
    return S3Errors.invalidRequest(
        "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide"
            + " for more information.");
  }

  static ApiException without(String missing, String present) {
    return S3Errors.invalidRequest(missing + " must be specified if " + present + " is present.");
  }

  static ApiException severalDestinations() {
    return S3Errors.invalidRequest("Number of distinct destination bucket ARNs cannot exceed 1");
  }

  static ApiException overlap(String prefix, String other) {
    return S3Errors.invalidRequest(
        "Found overlapping prefixes '" + prefix + "' and '" + other + "' for same action type");
  }

  /** AWS documents that priorities are unique; its words are not known. */
  static ApiException samePriority(int priority) {
    return S3Errors.invalidRequest("Found duplicate priority " + priority);
  }

  /** AWS documents the number; its words are not known. */
  static ApiException minutes(String member) {
    return S3Errors.invalidRequest(member + " minutes must be 15");
  }

  /** AWS's words are not known. */
  static ApiException invalidRole(@Nullable String role) {
    return S3Errors.invalidArgument("Invalid Role ARN", "Role", role);
  }

  /** AWS's words are not known. */
  static ApiException invalidBucket(String arn) {
    return S3Errors.invalidArgument("Invalid bucket ARN", "Bucket", arn);
  }
}
