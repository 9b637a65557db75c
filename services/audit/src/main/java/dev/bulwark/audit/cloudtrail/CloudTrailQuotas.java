package dev.bulwark.audit.cloudtrail;

/**
 * How many there may be.
 *
 * @param lookupsPerSecond calls of LookupEvents of an account in a Region
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html">Quotas</a>
 */
public record CloudTrailQuotas(int trailsOfRegion, int lookupsPerSecond) {
  /** AWS's own. */
  public static final CloudTrailQuotas AWS = new CloudTrailQuotas(5, 2);

  /** The same with another rate of LookupEvents. */
  public CloudTrailQuotas withLookupsPerSecond(int lookups) {
    return new CloudTrailQuotas(trailsOfRegion, lookups);
  }
}
