package dev.bulwark.storage.s3;

import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is let into buckets, for those who report on it. */
public final class BucketAccess {
  private final S3Tables tables;
  private final Store store;
  private final AccountBlocks blocks;

  /**
   * A bucket.
   *
   * @param policy as it was put; null where there is none
   * @param restrictsPublic whether Block Public Access leaves a public policy to the account itself
   */
  public record Bucket(
      String arn,
      String accountId,
      String region,
      Instant created,
      @Nullable String policy,
      boolean restrictsPublic) {}

  public BucketAccess(Store store) {
    this.store = store;
    this.tables = new S3Tables(store);
    this.blocks = new AccountBlocks(tables);
  }

  /** The buckets of an account in a Region. */
  public List<Bucket> ofAccount(String accountId, String region) {
    return store
        .read(
            tx ->
                tables.buckets.scanByIndex(
                    tx, S3Tables.BY_OWNER, Scan.prefix(Key.prefix(accountId))))
        .stream()
        .map(row -> row.value())
        .filter(bucket -> bucket.region().equals(region))
        .map(this::view)
        .toList();
  }

  /** The bucket of an ARN. */
  public Optional<Bucket> find(String arn) {
    var name = arn.substring(arn.lastIndexOf(':') + 1);
    return name.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(tables.buckets.get(name)).map(this::view);
  }

  private Bucket view(BucketRecord bucket) {
    return new Bucket(
        bucket.arn(),
        bucket.accountId(),
        bucket.region(),
        Instant.ofEpochMilli(bucket.created()),
        bucket.policy(),
        blocks.of(bucket).restrictPublicBuckets());
  }
}
