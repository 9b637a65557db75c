package dev.bulwark.storage.s3;

import dev.bulwark.state.StoreCache;

/** What accounts block of public access to all their buckets. */
final class AccountBlocks {
  private static final int CACHED = 10_000;

  private final StoreCache<BucketRecord.PublicAccessBlock> blocks;

  AccountBlocks(S3Tables tables) {
    this.blocks = tables.accountBlocks.cached(CACHED);
  }

  /** What an account blocks of public access to all that it has. */
  BucketRecord.PublicAccessBlock ofAccount(String accountId) {
    var all = blocks.get(accountId);
    return all == null ? BucketRecord.PublicAccessBlock.NOTHING : all;
  }

  /** What is blocked for a bucket: by itself, or by its account. */
  BucketRecord.PublicAccessBlock of(BucketRecord bucket) {
    var own = bucket.publicAccessBlock();
    var all = blocks.get(bucket.accountId());
    if (own == null) {
      return all == null ? BucketRecord.PublicAccessBlock.NOTHING : all;
    }
    return all == null ? own : own.or(all);
  }
}
