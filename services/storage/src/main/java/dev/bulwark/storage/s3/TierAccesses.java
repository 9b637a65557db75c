package dev.bulwark.storage.s3;

import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notes that objects of S3 Intelligent-Tiering are read: at most once a day for each, and without
 * that a reader waits. Reads of other objects cost the look at their storage class.
 */
final class TierAccesses {
  private static final System.Logger LOG = System.getLogger(TierAccesses.class.getName());
  private static final Duration PRECISION = Duration.ofDays(1);

  /** Notes on their way; more reads than this at once are not noted. */
  private static final int MOST = 10_000;

  private final Store store;
  private final ObjectRows rows;
  private final Set<String> underway = ConcurrentHashMap.newKeySet();

  TierAccesses(Store store, ObjectRows rows) {
    this.store = store;
    this.rows = rows;
  }

  /** Tells that an object is read. */
  void note(String bucket, String key, ObjectRecord object, Instant now) {
    if (!isWorthNoting(object, now)) {
      return;
    }
    var version = object.versionName();
    var name = S3Tables.versionKey(bucket, key, version);
    if (underway.size() >= MOST || !underway.add(name)) {
      return;
    }
    try {
      store.append(
          tx -> {
            underway.remove(name);
            var current = rows.find(tx, bucket, key, version);
            if (current != null && isWorthNoting(current, now)) {
              rows.update(tx, bucket, key, AccessTier.accessed(current, now));
            }
          });
    } catch (StoreException e) {
      underway.remove(name);
      LOG.log(System.Logger.Level.DEBUG, "a read is not noted", e);
    }
  }

  private static boolean isWorthNoting(ObjectRecord object, Instant now) {
    if (!AccessTier.isMonitored(object)) {
      return false;
    }
    var tier = AccessTier.of(object, now);
    return tier != null
        && !tier.isArchive()
        && AccessTier.lastAccess(object, now).plus(PRECISION).isBefore(now);
  }
}
