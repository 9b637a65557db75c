package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.IntelligentTieringConfiguration;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Moves what is unread for long into the archives of S3 Intelligent-Tiering. */
final class TieringJob implements DailyWorker.Job {
  private static final System.Logger LOG = System.getLogger(TieringJob.class.getName());
  private static final int BATCH = 500;

  /** An object that is due, as it was found. */
  private record Move(String key, ObjectRecord object, AccessTier archive) {}

  private final Store store;
  private final ConfiguredBuckets configured;
  private final NamedConfigurations<IntelligentTieringConfiguration> configurations;
  private final BucketContents contents;
  private final Buckets buckets;
  private final ObjectRows rows;
  private final Notifications notifications;

  TieringJob(
      Store store,
      ConfiguredBuckets configured,
      NamedConfigurations<IntelligentTieringConfiguration> configurations,
      BucketContents contents,
      Buckets buckets,
      ObjectRows rows,
      Notifications notifications) {
    this.store = store;
    this.configured = configured;
    this.configurations = configurations;
    this.contents = contents;
    this.buckets = buckets;
    this.rows = rows;
    this.notifications = notifications;
  }

  @Override
  public void run(Instant now) {
    DailyWorker.each(configured.with(configurations.kind()), name -> run(name, now));
  }

  private void run(String name, Instant now) {
    try {
      run(buckets.find(name, null).record(), now);
    } catch (ApiException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "bucket " + name + " went meanwhile");
    }
  }

  private void run(BucketRecord bucket, Instant now) {
    var enabled =
        configurations.all(bucket.name()).stream()
            .filter(configuration -> "Enabled".equals(configuration.status()))
            .toList();
    if (enabled.isEmpty()) {
      return;
    }
    var moves = new ArrayList<Move>();
    contents.records(
        bucket.name(),
        "",
        item -> {
          var archive = due(enabled, item.key(), item.object(), now);
          if (archive != null) {
            moves.add(new Move(item.key(), item.object(), archive));
          }
          if (moves.size() >= BATCH) {
            move(bucket, moves, now);
          }
          return true;
        });
    move(bucket, moves, now);
  }

  /** The archive into which an object is to move; null where it stays. */
  private static @Nullable AccessTier due(
      List<IntelligentTieringConfiguration> enabled, String key, ObjectRecord object, Instant now) {
    if (object.isMarker() || !AccessTier.isMonitored(object) || isBeingRestored(object, now)) {
      return null;
    }
    var present = AccessTier.of(object, now);
    long days = AccessTier.daysUnread(object, now);
    AccessTier lowest = null;
    for (var configuration : enabled) {
      if (IntelligentTiering.filter(configuration).match(key, object.tags())) {
        var due = IntelligentTiering.due(configuration, days);
        if (due != null && (lowest == null || due.compareTo(lowest) > 0)) {
          lowest = due;
        }
      }
    }
    return lowest != null && present != null && lowest.compareTo(present) > 0 ? lowest : null;
  }

  private static boolean isBeingRestored(ObjectRecord object, Instant now) {
    var restore = object.extras().restore();
    return restore != null && restore.isOngoing(now);
  }

  private void move(BucketRecord bucket, List<Move> moves, Instant now) {
    if (moves.isEmpty()) {
      return;
    }
    var telling = notifications.ofLifecycle(bucket, now);
    store.run(
        tx -> {
          buckets.current(tx, bucket);
          for (var move : moves) {
            var key = move.key();
            var found = rows.find(tx, bucket.name(), key, move.object().versionName());
            // What was read or replaced meanwhile stays until the next time.
            if (!move.object().equals(found)) {
              continue;
            }
            var moved = AccessTier.archived(move.object(), move.archive(), now);
            rows.update(tx, bucket.name(), key, moved);
            if (telling != null) {
              telling.tell(tx, "s3:IntelligentTiering", key, moved, moved.extras().versionId());
            }
          }
        });
    notifications.sent(telling);
    moves.clear();
  }
}
