package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.GetBucketWebsiteOutput;
import dev.bulwark.api.s3.GetBucketWebsiteRequest;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;

/**
 * Configurations that no bucket has, because the operations that would set them are not built:
 * asked for them, S3 says so, and clients that read all of a bucket (Terraform does) need that
 * answer.
 */
final class UnsetConfigurations {
  private final Buckets buckets;

  UnsetConfigurations(Buckets buckets) {
    this.buckets = buckets;
  }

  GetBucketWebsiteOutput website(GetBucketWebsiteRequest in, Call call) {
    throw unset(
        in.bucket(),
        call,
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration");
  }

  private ApiException unset(String bucket, Call call, String code, String message) {
    buckets.require(bucket, call);
    return S3Errors.notConfigured(code, message, bucket);
  }
}
