package dev.bulwark.storage.s3;

import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is in buckets, for those who look through all of it: millions of objects, in the order of
 * their keys, in constant memory. Each batch is a view of its own, so that a long look holds up
 * nobody; what changes meanwhile is seen or not.
 */
public final class BucketContents {
  private static final int BATCH = 1000;

  /**
   * An object, a version of it, or a delete marker.
   *
   * @param versionId {@code null} in letters for the null version
   * @param latest whether it is the newest of its key
   * @param marker whether it marks that the object was deleted; then it has no size
   * @param eTag in its quotes
   * @param encryption {@code AES256}, {@code aws:kms}, {@code aws:kms:dsse}; null where the client
   *     keeps the key
   * @param keyArn of KMS; null for none
   */
  public record Item(
      String key,
      String versionId,
      boolean latest,
      boolean marker,
      long size,
      String eTag,
      Instant lastModified,
      String storageClass,
      @Nullable String encryption,
      @Nullable String keyArn,
      Map<String, String> tags) {}

  private final Store store;
  private final S3Tables tables;

  public BucketContents(Store store) {
    this.store = store;
    this.tables = new S3Tables(store);
  }

  /**
   * Shows the objects of a bucket, one after the other.
   *
   * @param after the key to go on after; null from the start
   * @param consumer told of each, until it answers false
   */
  public void objects(
      String bucket, String prefix, @Nullable String after, Predicate<Item> consumer) {
    var all = Scan.prefix(Key.of(bucket, prefix)).limit(BATCH);
    var scan = after == null ? all : all.after(Key.of(bucket, after));
    while (true) {
      var current = scan;
      var batch = store.read(tx -> tables.objects.scan(tx, current));
      for (var row : batch) {
        var key = row.key().substring(bucket.length() + 1);
        if (!consumer.test(item(key, row.value(), true))) {
          return;
        }
      }
      if (batch.size() < BATCH) {
        return;
      }
      scan = all.after(batch.getLast().cursor());
    }
  }

  /**
   * Shows all versions and delete markers of a bucket, of each key the newest first.
   *
   * @param consumer told of each, until it answers false
   */
  public void versions(String bucket, String prefix, Predicate<Item> consumer) {
    records(
        bucket, prefix, found -> consumer.test(item(found.key(), found.object(), found.latest())));
  }

  /** Shows the same as they are stored. */
  void records(String bucket, String prefix, Predicate<ObjectScan.Item> consumer) {
    ObjectScan.Item last = null;
    while (true) {
      var from = last;
      var batch = store.read(tx -> batch(new ObjectScan(tables, tx, bucket, prefix), from));
      for (var found : batch) {
        if (!consumer.test(found)) {
          return;
        }
      }
      if (batch.size() < BATCH) {
        return;
      }
      last = batch.getLast();
    }
  }

  private static List<ObjectScan.Item> batch(ObjectScan scan, ObjectScan.@Nullable Item after) {
    if (after != null) {
      scan.afterVersion(after.key(), VersionIds.rank(after.object().extras().sequence()));
    }
    var batch = new ArrayList<ObjectScan.Item>(BATCH);
    while (batch.size() < BATCH) {
      var next = scan.next();
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    return batch;
  }

  private static Item item(String key, ObjectRecord object, boolean latest) {
    var encryption = new String[2];
    new EncryptionAnswer(object.encryption(), null)
        .send(name -> encryption[0] = name, arn -> encryption[1] = arn, flag -> {});
    return new Item(
        key,
        object.versionName(),
        latest,
        object.isMarker(),
        object.size(),
        object.eTag(),
        object.lastModifiedTime(),
        object.headers().storageClassName(),
        encryption[0],
        encryption[1],
        object.tags());
  }
}
