package dev.bulwark.storage.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bucket as it is stored.
 *
 * @param created in milliseconds of the epoch
 * @param publicAccessBlock null where it was taken off
 * @param ownershipControls whether the bucket has ownership controls (of which BucketOwnerEnforced
 *     is the one built)
 * @param tags in the order in which they were given
 * @param policy the bucket policy as it was put
 */
record BucketRecord(
    String name,
    String accountId,
    String region,
    long created,
    @Nullable PublicAccessBlock publicAccessBlock,
    boolean ownershipControls,
    Map<String, String> tags,
    @Nullable String policy) {

  private static final int FORMAT = 1;

  /** The settings of Block Public Access. */
  record PublicAccessBlock(
      boolean blockPublicAcls,
      boolean ignorePublicAcls,
      boolean blockPublicPolicy,
      boolean restrictPublicBuckets) {
    /** What a new bucket has. */
    static final PublicAccessBlock ALL = new PublicAccessBlock(true, true, true, true);
  }

  String arn() {
    return "arn:aws:s3:::" + name;
  }

  /** Whether this is the same bucket, not another that got its name later. */
  boolean isSame(@Nullable BucketRecord other) {
    return other != null && other.created == created && other.accountId.equals(accountId);
  }

  BucketRecord withPublicAccessBlock(@Nullable PublicAccessBlock block) {
    return new BucketRecord(
        name, accountId, region, created, block, ownershipControls, tags, policy);
  }

  BucketRecord withOwnershipControls(boolean present) {
    return new BucketRecord(
        name, accountId, region, created, publicAccessBlock, present, tags, policy);
  }

  BucketRecord withTags(Map<String, String> newTags) {
    return new BucketRecord(
        name, accountId, region, created, publicAccessBlock, ownershipControls, newTags, policy);
  }

  BucketRecord withPolicy(@Nullable String newPolicy) {
    return new BucketRecord(
        name, accountId, region, created, publicAccessBlock, ownershipControls, tags, newPolicy);
  }

  byte[] toBytes() {
    var out = new RecordWriter(128);
    out.number(FORMAT).text(name).text(accountId).text(region).number(created);
    out.flag(publicAccessBlock != null);
    if (publicAccessBlock != null) {
      out.flag(publicAccessBlock.blockPublicAcls())
          .flag(publicAccessBlock.ignorePublicAcls())
          .flag(publicAccessBlock.blockPublicPolicy())
          .flag(publicAccessBlock.restrictPublicBuckets());
    }
    return out.flag(ownershipControls).map(tags).optional(policy).toBytes();
  }

  static BucketRecord ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    int format = in.integer();
    if (format != FORMAT) {
      throw new IllegalStateException("bucket record of format " + format);
    }
    return new BucketRecord(
        in.text(),
        in.text(),
        in.text(),
        in.number(),
        in.flag() ? new PublicAccessBlock(in.flag(), in.flag(), in.flag(), in.flag()) : null,
        in.flag(),
        in.map(),
        in.optional());
  }
}
