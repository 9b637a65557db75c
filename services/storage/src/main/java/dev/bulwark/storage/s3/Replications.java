package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.ReplicationConfiguration;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Notes in the transactions of changes what is to be brought to other buckets. What came from
 * another bucket is not brought further: so nothing goes in circles.
 */
final class Replications {
  private final S3Tables tables;
  private final ObjectRows rows;
  private final Configurations<ReplicationConfiguration> configurations;
  private final StoreCache<ReplicationRules> rules;
  private final AtomicLong last = new AtomicLong();
  private volatile Runnable worker = () -> {};

  Replications(
      S3Tables tables, ObjectRows rows, Configurations<ReplicationConfiguration> configurations) {
    this.tables = tables;
    this.rows = rows;
    this.configurations = configurations;
    this.rules = configurations.cached(ReplicationRules::of);
  }

  /** Tells who does what is noted. */
  void workedBy(Runnable wake) {
    worker = wake;
  }

  /** Has what was noted done, where anything may have been: after the commit. */
  void committed(BucketRecord bucket) {
    if (rules(bucket) != null) {
      worker.run();
    }
  }

  /** By which rules a new object goes elsewhere; empty for none. */
  Collection<ReplicationRules.Rule> ofObject(BucketRecord bucket, String key, ObjectRecord object) {
    var found = rules(bucket);
    return found == null ? List.of() : found.ofObject(key, object);
  }

  /** The rules of a bucket; null where it has none. To be asked for before a transaction. */
  @Nullable ReplicationRules rules(BucketRecord bucket) {
    return bucket.rules().versioning() == Versioning.ENABLED
        ? rules.get(configurations.row(bucket.name()))
        : null;
  }

  /** Whether a bucket has rules: then it has to keep its versions. */
  boolean isConfigured(String bucket) {
    return rules.get(configurations.row(bucket)) != null;
  }

  /** Notes a new object, which is stored as one that waits for it. */
  void add(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      ObjectRecord stored,
      Collection<ReplicationRules.Rule> by,
      Instant now) {
    queue(tx, bucket, key, stored, ReplicationTask.Kind.OBJECT, by, now);
  }

  /** Notes a delete marker, where rules bring it elsewhere. */
  void addMarker(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      String versionId,
      ReplicationRules found,
      Instant now) {
    var by = found.ofMarker(key);
    if (!by.isEmpty()) {
      var marker = Objects.requireNonNull(rows.find(tx, bucket.name(), key, versionId));
      rows.update(tx, bucket.name(), key, marker.withReplication(ReplicationStatus.PENDING));
      queue(tx, bucket, key, marker, ReplicationTask.Kind.MARKER, by, now);
    }
  }

  /**
   * Notes a change of what is known of an object, where the object went elsewhere and the change
   * does, too.
   *
   * @return the object as it is to be stored
   */
  ObjectRecord addChange(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      ObjectRecord before,
      ObjectRecord after,
      @Nullable ReplicationRules found,
      Instant now) {
    if (found == null || after.extras().replication() == null || isSame(before, after)) {
      return after;
    }
    var by = found.ofChange(key, after);
    if (by.isEmpty()) {
      return after;
    }
    queue(tx, bucket, key, after, ReplicationTask.Kind.CHANGE, by, now);
    return after.withReplication(ReplicationStatus.PENDING);
  }

  /** Whether nothing has changed that goes elsewhere: what was restored here is not there. */
  private static boolean isSame(ObjectRecord before, ObjectRecord after) {
    return before.tags().equals(after.tags())
        && Objects.equals(before.extras().acl(), after.extras().acl())
        && Objects.equals(before.extras().retention(), after.extras().retention())
        && Objects.equals(before.extras().legalHold(), after.extras().legalHold());
  }

  private void queue(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      ObjectRecord object,
      ReplicationTask.Kind kind,
      Collection<ReplicationRules.Rule> by,
      Instant now) {
    for (var rule : by) {
      tables.replications.put(
          tx,
          HexFormat.of().toHexDigits(next(now)),
          new ReplicationTask(
              bucket.name(),
              key,
              object.versionName(),
              kind,
              rule.id(),
              rule.target(),
              now.toEpochMilli(),
              0,
              0,
              false));
    }
  }

  /** Numbers that only grow, also over restarts. */
  private long next(Instant now) {
    long micros = now.toEpochMilli() * 1000;
    return last.updateAndGet(before -> Math.max(before + 1, micros));
  }
}
