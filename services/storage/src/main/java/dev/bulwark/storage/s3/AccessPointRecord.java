package dev.bulwark.storage.s3;

import dev.bulwark.state.Key;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An access point as it is stored.
 *
 * @param bucketAccountId who owned the bucket when the access point was made
 * @param vpcId the network that alone may use it; null for the internet
 * @param created in milliseconds of the epoch
 * @param policy as it was put
 */
record AccessPointRecord(
    String accountId,
    String region,
    String name,
    String alias,
    String bucket,
    String bucketAccountId,
    @Nullable String vpcId,
    BucketRecord.PublicAccessBlock block,
    long created,
    @Nullable String policy,
    Map<String, String> tags) {

  String arn() {
    return arn(accountId, region, name);
  }

  static String arn(String accountId, String region, String name) {
    return "arn:aws:s3:" + region + ':' + accountId + ":accesspoint/" + name;
  }

  String key() {
    return Key.of(accountId, name);
  }

  /** What clients put before the host's name to use it. */
  String hostLabel() {
    return name + '-' + accountId;
  }

  String networkOrigin() {
    return vpcId == null ? "Internet" : "VPC";
  }

  AccessPointRecord withPolicy(@Nullable String other) {
    return new AccessPointRecord(
        accountId,
        region,
        name,
        alias,
        bucket,
        bucketAccountId,
        vpcId,
        block,
        created,
        other,
        tags);
  }

  AccessPointRecord withTags(Map<String, String> others) {
    return new AccessPointRecord(
        accountId,
        region,
        name,
        alias,
        bucket,
        bucketAccountId,
        vpcId,
        block,
        created,
        policy,
        others);
  }
}
