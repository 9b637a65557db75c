package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;

/** The errors of object lock. */
final class LockErrors {
  private LockErrors() {}

  static ApiException lockNotConfigured() {
    return S3Errors.invalidRequest("Bucket is missing Object Lock Configuration");
  }

  /** The same of a new object, for which S3 has other words. */
  static ApiException lockNotConfiguredForWrite() {
    return S3Errors.invalidRequest("Bucket is missing ObjectLockConfiguration");
  }

  static ApiException bypassWithoutLock() {
    return S3Errors.of(
            400,
            "InvalidArgument",
            "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.")
        .with("ArgumentName", "x-amz-bypass-governance-retention");
  }

  static ApiException locked() {
    return S3Errors.accessDenied("Access Denied because object protected by object lock.");
  }

  static ApiException noLockOnObject() {
    return S3Errors.of(
        404,
        "NoSuchObjectLockConfiguration",
        "The specified object does not have a ObjectLock configuration");
  }

  static ApiException invalidBucketState(String message) {
    return S3Errors.of(409, "InvalidBucketState", message);
  }
}
