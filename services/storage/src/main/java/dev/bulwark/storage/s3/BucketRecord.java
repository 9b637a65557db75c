package dev.bulwark.storage.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bucket as it is stored.
 *
 * @param created in milliseconds of the epoch
 * @param publicAccessBlock null where it was taken off
 * @param ownershipControls null where the bucket has none, which makes it one of ObjectWriter
 * @param tags in the order in which they were given
 * @param policy the bucket policy as it was put
 */
record BucketRecord(
    String name,
    String accountId,
    String region,
    long created,
    @Nullable PublicAccessBlock publicAccessBlock,
    @Nullable Ownership ownershipControls,
    Map<String, String> tags,
    @Nullable String policy,
    BucketRules rules) {

  /** Had no rules yet, and one kind of ownership. */
  private static final int FIRST_FORMAT = 1;

  private static final int FORMAT = 2;

  /** The settings of Block Public Access. */
  record PublicAccessBlock(
      boolean blockPublicAcls,
      boolean ignorePublicAcls,
      boolean blockPublicPolicy,
      boolean restrictPublicBuckets) {
    /** What a new bucket has. */
    static final PublicAccessBlock ALL = new PublicAccessBlock(true, true, true, true);

    static final PublicAccessBlock NOTHING = new PublicAccessBlock(false, false, false, false);

    /** What either of the two blocks. */
    PublicAccessBlock or(PublicAccessBlock other) {
      return new PublicAccessBlock(
          blockPublicAcls || other.blockPublicAcls,
          ignorePublicAcls || other.ignorePublicAcls,
          blockPublicPolicy || other.blockPublicPolicy,
          restrictPublicBuckets || other.restrictPublicBuckets);
    }
  }

  String arn() {
    return "arn:aws:s3:::" + name;
  }

  /** Whether this is the same bucket, not another that got its name later. */
  boolean isSame(@Nullable BucketRecord other) {
    return other != null && other.created == created && other.accountId.equals(accountId);
  }

  /** Who owns new objects. */
  Ownership ownership() {
    return ownershipControls == null ? Ownership.WRITER : ownershipControls;
  }

  BucketRecord withPublicAccessBlock(@Nullable PublicAccessBlock block) {
    return new BucketRecord(
        name, accountId, region, created, block, ownershipControls, tags, policy, rules);
  }

  BucketRecord withOwnershipControls(@Nullable Ownership controls) {
    return new BucketRecord(
        name, accountId, region, created, publicAccessBlock, controls, tags, policy, rules);
  }

  BucketRecord withTags(Map<String, String> newTags) {
    return new BucketRecord(
        name,
        accountId,
        region,
        created,
        publicAccessBlock,
        ownershipControls,
        newTags,
        policy,
        rules);
  }

  BucketRecord withPolicy(@Nullable String newPolicy) {
    return new BucketRecord(
        name,
        accountId,
        region,
        created,
        publicAccessBlock,
        ownershipControls,
        tags,
        newPolicy,
        rules);
  }

  BucketRecord withRules(BucketRules newRules) {
    return new BucketRecord(
        name,
        accountId,
        region,
        created,
        publicAccessBlock,
        ownershipControls,
        tags,
        policy,
        newRules);
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
    out.number(ownershipControls == null ? 0 : ownershipControls.ordinal() + 1);
    out.map(tags).optional(policy);
    rules.write(out);
    return out.toBytes();
  }

  static BucketRecord ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    int format = in.integer();
    if (format != FORMAT && format != FIRST_FORMAT) {
      throw new IllegalStateException("bucket record of format " + format);
    }
    return new BucketRecord(
        in.text(),
        in.text(),
        in.text(),
        in.number(),
        in.flag() ? new PublicAccessBlock(in.flag(), in.flag(), in.flag(), in.flag()) : null,
        ownership(in.integer()),
        in.map(),
        in.optional(),
        format == FIRST_FORMAT ? BucketRules.NEW : BucketRules.read(in));
  }

  /** The first format's flag for BucketOwnerEnforced is its number here. */
  private static @Nullable Ownership ownership(int number) {
    return number == 0 ? null : Ownership.values()[number - 1];
  }
}
