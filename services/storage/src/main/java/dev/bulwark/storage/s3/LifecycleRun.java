package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look at everything in one bucket, and what its rules make of it. What has changed between the
 * look and the change stays until the next time.
 */
final class LifecycleRun {
  private static final int BATCH = 500;

  /** A version with what is to become of it. */
  private record Step(LifecycleAction.Place place, LifecycleAction action) {}

  /** Some keys with their versions, and whether none comes after them. */
  private record Look(List<List<ObjectScan.Item>> keys, boolean isLast) {}

  private final Store store;
  private final S3Tables tables;
  private final Buckets buckets;
  private final ObjectRows rows;
  private final Versions versions;
  private final Blobs blobs;
  private final Notifications notifications;
  private final AccessLogs logs;

  LifecycleRun(
      Store store,
      S3Tables tables,
      Buckets buckets,
      ObjectRows rows,
      Versions versions,
      Blobs blobs,
      Notifications notifications,
      AccessLogs logs) {
    this.store = store;
    this.tables = tables;
    this.buckets = buckets;
    this.rows = rows;
    this.versions = versions;
    this.blobs = blobs;
    this.notifications = notifications;
    this.logs = logs;
  }

  /** Does what is due in a bucket. */
  void run(String name, Instant now) {
    var bytes = tables.configurations.get(S3Tables.configurationKey(name, LifecyclePolicy.KIND));
    var bucket = tables.buckets.get(name);
    if (bytes == null || bucket == null || bucket.rules().mfaDelete()) {
      return;
    }
    var policy = LifecyclePolicy.CODEC.decode(bytes);
    abortUploads(bucket, policy, now);
    String after = null;
    do {
      after = runBatch(bucket, policy, after, now);
    } while (after != null);
  }

  // Objects and versions

  /** Goes over some keys; returns the last of them, or null at the end. */
  private @Nullable String runBatch(
      BucketRecord bucket, LifecyclePolicy policy, @Nullable String after, Instant now) {
    var look = store.read(tx -> look(new ObjectScan(tables, tx, bucket.name(), ""), after));
    var steps = new ArrayList<Step>();
    for (var items : look.keys()) {
      plan(items, bucket.rules().versioning().isKept(), policy, now, steps);
    }
    // One key may have any number of versions: writers are not to wait for all of them.
    for (int from = 0; from < steps.size(); from += BATCH) {
      act(bucket, steps.subList(from, Math.min(from + BATCH, steps.size())), now);
    }
    return look.isLast() ? null : look.keys().getLast().getFirst().key();
  }

  private void act(BucketRecord bucket, List<Step> steps, Instant now) {
    var orphans = new ArrayList<String>();
    var telling = notifications.ofLifecycle(bucket, now);
    var deeds = new ArrayList<AccessLogs.Deed>();
    store.run(
        tx -> {
          orphans.clear();
          deeds.clear();
          buckets.current(tx, bucket);
          steps.forEach(step -> act(tx, bucket, step, now, telling, deeds, orphans));
        });
    blobs.delete(orphans);
    logs.did(bucket, deeds, now);
    notifications.sent(telling);
  }

  /** The versions of the next keys, all those of a key together. */
  private static Look look(ObjectScan scan, @Nullable String after) {
    if (after != null) {
      scan.afterKey(after);
    }
    var keys = new ArrayList<List<ObjectScan.Item>>();
    int count = 0;
    for (var item = scan.next(); item != null; item = scan.next()) {
      if (item.latest()) {
        if (count >= BATCH) {
          return new Look(keys, false);
        }
        keys.add(new ArrayList<>(1));
      }
      keys.getLast().add(item);
      count++;
    }
    return new Look(keys, true);
  }

  private static void plan(
      List<ObjectScan.Item> items,
      boolean versioned,
      LifecyclePolicy policy,
      Instant now,
      List<Step> steps) {
    for (int i = 0; i < items.size(); i++) {
      var item = items.get(i);
      var next = items.get(Math.max(0, i - 1)).object();
      var place =
          new LifecycleAction.Place(
              item.key(),
              item.object(),
              i == 0,
              i,
              next.lastModified(),
              items.size() == 1,
              versioned);
      var action = LifecycleAction.due(policy, place, now);
      if (action != null) {
        steps.add(new Step(place, action));
      }
    }
  }

  private void act(
      WriteTx tx,
      BucketRecord authorized,
      Step step,
      Instant now,
      Notifications.@Nullable Telling telling,
      List<AccessLogs.Deed> deeds,
      List<String> orphans) {
    var bucket = buckets.current(tx, authorized);
    var name = bucket.name();
    var key = step.place().key();
    var object = step.place().object();
    var found = rows.find(tx, name, key, object.versionName());
    if (!object.equals(found)) {
      return;
    }
    switch (step.action()) {
      case LifecycleAction.Expire expire -> {
        // A newer one may have come.
        if (object.equals(rows.find(tx, name, key))) {
          var deleted = versions.delete(tx, bucket, key, object, now.toEpochMilli(), orphans);
          boolean marker = Boolean.TRUE.equals(deleted.marker());
          deeds.add(
              new AccessLogs.Deed(
                  marker ? "S3.CREATE.DELETEMARKER" : "S3.EXPIRE.OBJECT",
                  key,
                  deleted.versionId(),
                  object.size()));
          tell(
              tx,
              telling,
              marker
                  ? "s3:LifecycleExpiration:DeleteMarkerCreated"
                  : "s3:LifecycleExpiration:Delete",
              key,
              null,
              deleted.versionId());
        }
      }
      case LifecycleAction.Delete delete -> {
        if (isFree(object, now)) {
          versions.deleteVersion(tx, name, key, object.versionName(), object, orphans);
          deeds.add(
              new AccessLogs.Deed(
                  "S3.EXPIRE.OBJECT", key, object.extras().versionId(), object.size()));
          tell(tx, telling, "s3:LifecycleExpiration:Delete", key, null, object.versionName());
        }
      }
      case LifecycleAction.Move move -> {
        var headers = object.headers();
        var extras = object.extras();
        if (extras.tiering() != null) {
          // What came back there is no copy, as it is in archives.
          extras = extras.withRestore(null);
        }
        var moved =
            object
                .withHeaders(headers.with(move.storageClass(), headers.websiteRedirectLocation()))
                .withExtras(extras.withTiering(tieringOf(move.storageClass(), now)));
        rows.update(tx, name, key, moved);
        deeds.add(
            new AccessLogs.Deed(
                AccessLogOperations.transition(move.storageClass()),
                key,
                object.extras().versionId(),
                object.size()));
        tell(tx, telling, "s3:LifecycleTransition", key, moved, moved.extras().versionId());
      }
    }
  }

  /** In Intelligent-Tiering it counts how long an object is unread there. */
  private static AccessTier.@Nullable Tiering tieringOf(String storageClass, Instant now) {
    return storageClass.equals(AccessTier.STORAGE_CLASS)
        ? new AccessTier.Tiering(now.toEpochMilli(), null)
        : null;
  }

  private static void tell(
      WriteTx tx,
      Notifications.@Nullable Telling telling,
      String event,
      String key,
      @Nullable ObjectRecord object,
      @Nullable String versionId) {
    if (telling != null) {
      telling.tell(tx, event, key, object, versionId);
    }
  }

  private static boolean isFree(ObjectRecord object, Instant now) {
    try {
      ObjectLocks.requireFree(object, false, now);
      return true;
    } catch (ApiException e) {
      return false;
    }
  }

  // Uploads

  private void abortUploads(BucketRecord bucket, LifecyclePolicy policy, Instant now) {
    var orphans = new ArrayList<String>();
    for (var row : store.read(tx -> dueUploads(tx, bucket.name(), policy, now))) {
      store.run(
          tx -> {
            if (tables.uploads.delete(tx, row)) {
              MultipartUploads.dropParts(tx, tables, Key.last(row, 3), orphans);
            }
          });
      var deed = new AccessLogs.Deed("S3.DELETE.UPLOAD", Key.split(row, 3).get(1), null, 0);
      logs.did(bucket, List.of(deed), now);
    }
    blobs.delete(orphans);
  }

  private List<String> dueUploads(ReadTx tx, String bucket, LifecyclePolicy policy, Instant now) {
    var due = new ArrayList<String>();
    tables.uploads.forEach(
        tx,
        Scan.prefix(Key.prefix(bucket)),
        upload -> {
          var key = Key.split(upload.key(), 3).get(1);
          if (isDue(upload.value(), key, policy, now)) {
            due.add(upload.key());
          }
        });
    return due;
  }

  private static boolean isDue(
      UploadRecord upload, String key, LifecyclePolicy policy, Instant now) {
    return policy.enabled().stream()
        .anyMatch(
            rule -> {
              var abort = rule.abortIncompleteMultipartUpload();
              return abort != null
                  && key.startsWith(LifecycleFilters.of(rule).prefix())
                  && LifecycleTimes.isDue(
                      abort.daysAfterInitiation(), null, upload.initiated(), now);
            });
  }
}
