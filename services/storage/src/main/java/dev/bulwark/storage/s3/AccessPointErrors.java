package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;

/** What S3 Control says of access points: word for word where its words are known. */
final class AccessPointErrors {
  private AccessPointErrors() {}

  static ApiException missing(String name) {
    return new ApiException("NoSuchAccessPoint", 404, "The specified accesspoint does not exist")
        .with("AccessPointName", name);
  }

  static ApiException noPolicy(String name) {
    return new ApiException(
            "NoSuchAccessPointPolicy", 404, "The specified accesspoint policy does not exist")
        .with("AccessPointName", name);
  }

  static ApiException exists() {
    return new ApiException(
        "AccessPointAlreadyOwnedByYou",
        409,
        "Your previous request to create the named accesspoint succeeded and you already own it.");
  }

  static ApiException tooMany() {
    return new ApiException(
        "TooManyAccessPoints", 400, "You have attempted to create more access points than allowed");
  }

  /** AWS documents the rules; its words are not known. */
  static ApiException invalidName(String name) {
    return new ApiException("InvalidRequest", 400, "The specified accesspoint name is not valid")
        .with("AccessPointName", name);
  }

  /** AWS's words are not known. */
  static ApiException otherRegion(String region) {
    return S3Errors.invalidRequest(
        "The bucket is in " + region + ", and so must be the access point");
  }

  /** Below an endpoint of one's own, buckets and access points share their hosts' names. */
  static ApiException isBucket(String bucket) {
    return S3Errors.invalidRequest(
        "A bucket has the name " + bucket + ", under which the access point would be reached");
  }

  static ApiException attached(String bucket) {
    return new ApiException(
            "BucketHasAccessPointsAttached",
            400,
            "The bucket you tried to delete has access points attached. Delete your access points before deleting your"
                + " bucket.")
        .with("BucketName", bucket);
  }
}
