package dev.bulwark.storage.s3;

import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The deletes that come between a conditional write's beginning and its end: what the condition
 * then finds is not what it was meant for, so the write conflicts. A whole object is watched in
 * memory while its bytes come in; an upload in parts has the mark in its record.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html#conditional-error-response">Conditional
 *     write behavior</a>
 */
final class ConditionalWrites {
  /** More uploads of one key are not marked: a delete is not to grow with them. */
  private static final int MOST_MARKED = 1000;

  private final S3Tables tables;

  /** By the object's row: the writes whose bytes come in. */
  private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();

  ConditionalWrites(S3Tables tables) {
    this.tables = tables;
  }

  /** A write of a whole object, from when it begins until it is stored or has failed. */
  final class Watch implements AutoCloseable {
    private final @Nullable String row;
    private volatile boolean overtaken;

    private Watch(@Nullable String row) {
      this.row = row;
    }

    boolean isOvertaken() {
      return overtaken;
    }

    @Override
    public void close() {
      if (row != null) {
        watches.computeIfPresent(
            row,
            (key, set) -> {
              set.remove(this);
              return set.isEmpty() ? null : set;
            });
      }
    }
  }

  /** Watches over the key of a write, where that has a condition. */
  Watch begin(String bucket, String key, boolean conditional) {
    if (!conditional) {
      return new Watch(null);
    }
    var row = S3Tables.key(bucket, key);
    var watch = new Watch(row);
    watches.compute(
        row,
        (unused, set) -> {
          var all = set == null ? ConcurrentHashMap.<Watch>newKeySet() : set;
          all.add(watch);
          return all;
        });
    return watch;
  }

  /** Whether an object of an upload's key was deleted since the upload began. */
  Predicate<ReadTx> ofUpload(String row) {
    return tx -> {
      var upload = tables.uploads.get(tx, row);
      return upload != null && upload.overtaken();
    };
  }

  /** Takes notice of a current object's delete. One that is undone may cause a needless retry. */
  void deleted(WriteTx tx, String bucket, String key) {
    watches.getOrDefault(S3Tables.key(bucket, key), Set.of()).forEach(w -> w.overtaken = true);
    var uploads = Scan.prefix(Key.prefix(bucket, key)).limit(MOST_MARKED);
    for (var row : tables.uploads.scan(tx, uploads)) {
      if (!row.value().overtaken()) {
        tables.uploads.put(tx, row.key(), row.value().toOvertaken());
      }
    }
  }
}
