package dev.bulwark.storage.s3;

import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.WriteTx;
import org.jspecify.annotations.Nullable;

/** Finds the access point that a request names in the place of a bucket. */
final class AccessPointLookup {
  private static final int CACHED = 10_000;
  private static final int PAGE = 1000;

  private final S3Tables tables;
  private final StoreCache<AccessPoint> points;
  private final StoreCache<String> aliases;

  AccessPointLookup(S3Tables tables) {
    this.tables = tables;
    this.points = tables.accessPoints.cached(CACHED, AccessPoint::of);
    this.aliases = tables.accessPointAliases.cached(CACHED);
  }

  /** The access point of an alias, a host's label or an ARN; null where there is none. */
  @Nullable AccessPoint find(String name) {
    var key =
        name.endsWith(AccessPointNames.ALIAS_END) ? aliases.get(name) : AccessPointNames.key(name);
    return key == null ? null : points.get(key);
  }

  @Nullable AccessPoint find(String accountId, String name) {
    return points.get(Key.of(accountId, name));
  }

  /** Whether a bucket of that name would be taken for an access point. */
  boolean isTaken(WriteTx tx, String bucket) {
    var key = AccessPointNames.key(bucket);
    return key != null && tables.accessPoints.contains(tx, key);
  }

  /** Whether access points of a bucket's own account lead to it. */
  boolean leadTo(WriteTx tx, BucketRecord bucket) {
    String after = null;
    while (true) {
      var scan = Scan.equal(bucket.name()).after(after).limit(PAGE);
      var rows = tables.accessPoints.scanByIndex(tx, S3Tables.BY_BUCKET, scan);
      for (var row : rows) {
        if (row.value().accountId().equals(bucket.accountId())) {
          return true;
        }
      }
      if (rows.size() < PAGE) {
        return false;
      }
      after = rows.getLast().cursor();
    }
  }

  /** The key scan of an account's access points. */
  static Scan of(String accountId) {
    return Scan.prefix(Key.prefix(accountId));
  }
}
