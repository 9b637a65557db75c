package dev.bulwark.audit.cloudtrail;

import dev.bulwark.service.Call;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What CloudTrail stores. */
final class TrailTables {
  private static final String BY_NAME = "name";

  /** How far the stream of events was read. */
  record Place(long sequence) {}

  /**
   * How far an account's events in a Region have been delivered for a trail.
   *
   * @param delivered the place in the stream up to which they have been
   * @param pendingKey the file that is being delivered; null where none is
   * @param pendingThrough up to which place it goes
   * @param behind whether delivery failed, so that later events wait in the stream
   */
  record Progress(
      long delivered, @Nullable String pendingKey, long pendingThrough, boolean behind) {
    static final Progress NONE = new Progress(0, null, 0, false);

    Progress pending(String key, long through) {
      return new Progress(delivered, key, through, behind);
    }
  }

  /**
   * How far an account's events in a Region have come to a trail's log group.
   *
   * @param behind whether it did not take them, so that they are read from the stream again
   */
  record LogProgress(long delivered, boolean behind) {}

  /** What GetTrailStatus tells of a Region. */
  record Status(
      @Nullable Instant delivered,
      @Nullable String deliveryError,
      @Nullable Instant notified,
      @Nullable String notificationError,
      @Nullable Instant logsDelivered,
      @Nullable String logsError,
      @Nullable Instant digestDelivered,
      @Nullable String digestError) {
    static final Status NONE = new Status(null, null, null, null, null, null, null, null);

    Status delivered(Instant time) {
      return new Status(
          time,
          null,
          notified,
          notificationError,
          logsDelivered,
          logsError,
          digestDelivered,
          digestError);
    }

    Status deliveryFailed(String error) {
      return new Status(
          delivered,
          error,
          notified,
          notificationError,
          logsDelivered,
          logsError,
          digestDelivered,
          digestError);
    }

    Status notified(Instant time, @Nullable String error) {
      return new Status(
          delivered,
          deliveryError,
          error == null ? time : notified,
          error,
          logsDelivered,
          logsError,
          digestDelivered,
          digestError);
    }

    Status logs(Instant time, @Nullable String error) {
      return new Status(
          delivered,
          deliveryError,
          notified,
          notificationError,
          error == null ? time : logsDelivered,
          error,
          digestDelivered,
          digestError);
    }

    Status digest(Instant time, @Nullable String error) {
      return new Status(
          delivered,
          deliveryError,
          notified,
          notificationError,
          logsDelivered,
          logsError,
          error == null ? time : digestDelivered,
          error);
    }
  }

  /** A file that the next digest will tell of. */
  record DeliveredFile(
      String bucket, String key, String hash, Instant oldest, Instant newest, Instant delivered) {}

  /**
   * The end of a chain of digests.
   *
   * @param end until when it tells of files
   * @param key of the newest digest; null before the first
   */
  record DigestChain(
      Instant end,
      @Nullable String bucket,
      @Nullable String key,
      @Nullable String hash,
      @Nullable String signature) {}

  /** A pair of keys that signs digests. */
  record SigningKey(
      String region,
      String fingerprint,
      byte[] publicKey,
      byte[] sealedPrivateKey,
      Instant from,
      Instant to) {}

  private final Store store;
  private final Table<TrailRecord> trails;
  private final Table<Place> place;
  private final Table<Progress> progress;
  private final Table<LogProgress> logProgress;
  private final Table<Status> statuses;
  private final Table<DeliveredFile> files;
  private final Table<DigestChain> digests;
  private final Table<SigningKey> signingKeys;

  TrailTables(Store store) {
    this.store = store;
    trails =
        store.table(
            TableSpec.json(
                "cloudtrail_trails",
                TrailRecord.class,
                Index.of(BY_NAME, trail -> Key.of(trail.accountId(), trail.name()))));
    place = store.table(TableSpec.json("cloudtrail_place", Place.class));
    progress = store.table(TableSpec.json("cloudtrail_progress", Progress.class));
    logProgress = store.table(TableSpec.json("cloudtrail_log_progress", LogProgress.class));
    statuses = store.table(TableSpec.json("cloudtrail_status", Status.class));
    files = store.table(TableSpec.json("cloudtrail_files", DeliveredFile.class));
    digests = store.table(TableSpec.json("cloudtrail_digests", DigestChain.class));
    signingKeys = store.table(TableSpec.json("cloudtrail_signing_keys", SigningKey.class));
  }

  Store store() {
    return store;
  }

  /** Trails by their ARN. */
  Table<TrailRecord> trails() {
    return trails;
  }

  /** One row: how far the stream of events was read. */
  Table<Place> place() {
    return place;
  }

  /** By trail, account and Region. */
  Table<Progress> progress() {
    return progress;
  }

  /** By trail, account and Region. */
  Table<LogProgress> logProgress() {
    return logProgress;
  }

  /** By trail and Region. */
  Table<Status> statuses() {
    return statuses;
  }

  /** Files that no digest tells of yet, by trail, account, Region and key. */
  Table<DeliveredFile> files() {
    return files;
  }

  /** By trail, account and Region. */
  Table<DigestChain> digests() {
    return digests;
  }

  /** By Region and the time from which they are used. */
  Table<SigningKey> signingKeys() {
    return signingKeys;
  }

  /** Keeps a changed trail, and tells of the change. */
  void put(WriteTx tx, Call call, @Nullable TrailRecord before, TrailRecord after) {
    trails.put(tx, after.arn(), after);
    call.concerns(TrailRecord.TYPE, after.arn());
    call.changed(tx, TrailRecord.TYPE, after.name(), after.arn(), before, after);
  }

  /** All trails of the installation. */
  List<TrailRecord> all(ReadTx tx) {
    return trails.scan(tx, Scan.all()).stream().map(row -> row.value()).toList();
  }

  /** The trails of an account, by name. */
  List<TrailRecord> of(ReadTx tx, String accountId) {
    return trails.scanByIndex(tx, BY_NAME, Scan.prefix(Key.prefix(accountId))).stream()
        .map(row -> row.value())
        .toList();
  }
}
