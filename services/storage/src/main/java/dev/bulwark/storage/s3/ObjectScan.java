package dev.bulwark.storage.s3;

import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All versions of a bucket in order: by key, of a key the newest first. Current objects and older
 * versions come from two tables, and are merged on the way.
 */
final class ObjectScan {
  private static final int FIRST_BATCH = 32;
  private static final int BATCH = 1000;

  /**
   * A version.
   *
   * @param latest whether it is the newest of its key
   */
  record Item(String key, ObjectRecord object, boolean latest) {}

  private final S3Tables tables;
  private final ReadTx tx;
  private final String bucket;
  private final Scan objects;
  private final Scan versions;
  private final Source current;
  private final Source older;

  /** The key whose newest version has been passed. */
  private @Nullable String lastKey;

  ObjectScan(S3Tables tables, ReadTx tx, String bucket, String prefix) {
    this.tables = tables;
    this.tx = tx;
    this.bucket = bucket;
    this.objects = Scan.prefix(Key.of(bucket, prefix));
    this.versions = Scan.prefix(open(prefix));
    this.current = new Source(objects, false);
    this.older = new Source(versions, true);
  }

  /** What the rows of all versions begin with whose keys begin with a text. */
  private String open(String prefix) {
    var closed = Key.prefix(bucket, prefix);
    return closed.substring(0, closed.length() - 1);
  }

  /** Goes on after all versions of a key. */
  void afterKey(String key) {
    current.restart(objects.after(Key.of(bucket, key)));
    older.restart(versions.afterPrefix(Key.prefix(bucket, key)));
  }

  /** Goes on after a version of a key, which comes after the current one by the rank. */
  void afterVersion(String key, String rank) {
    current.restart(objects.after(Key.of(bucket, key)));
    older.restart(versions.after(S3Tables.versionKey(bucket, key, rank)));
    lastKey = key;
  }

  /** Goes on after the current object of a key, among its older versions. */
  void afterCurrent(String key) {
    afterVersion(key, "");
  }

  /** Goes on after all keys that begin with a text. */
  void afterPrefix(String prefix) {
    current.restart(objects.afterPrefix(Key.of(bucket, prefix)));
    older.restart(versions.afterPrefix(open(prefix)));
  }

  /** The next version; null at the end. */
  @Nullable Item next() {
    var object = current.peek();
    var version = older.peek();
    if (object == null && version == null) {
      return null;
    }
    boolean fromObjects =
        version == null || (object != null && compare(object.key(), version.key()) <= 0);
    var source = fromObjects ? current : older;
    var taken = source.take();
    boolean latest = !taken.key().equals(lastKey);
    lastKey = taken.key();
    return new Item(taken.key(), taken.object(), latest);
  }

  /** The order of the keys' UTF-8 bytes. */
  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean xAbove = Character.isSurrogate(x);
        boolean yAbove = Character.isSurrogate(y);
        return xAbove == yAbove ? Character.compare(x, y) : xAbove ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  private record Row(String key, ObjectRecord object) {}

  /** The rows of one table, read in batches. */
  private final class Source {
    private final boolean ofVersions;
    private @Nullable Scan scan;
    private List<Entry<ObjectRecord>> batch = List.of();
    private int at;
    private int size = FIRST_BATCH;
    private @Nullable Row head;

    Source(Scan scan, boolean ofVersions) {
      this.scan = scan;
      this.ofVersions = ofVersions;
    }

    void restart(Scan from) {
      scan = from;
      batch = List.of();
      at = 0;
      size = FIRST_BATCH;
      head = null;
    }

    @Nullable Row peek() {
      if (head == null) {
        if (at == batch.size()) {
          read();
        }
        if (at < batch.size()) {
          var row = batch.get(at++);
          var key =
              ofVersions
                  ? Key.split(row.key(), 3).get(1)
                  : row.key().substring(bucket.length() + 1);
          head = new Row(key, row.value());
        }
      }
      return head;
    }

    private void read() {
      batch = List.of();
      at = 0;
      if (scan == null) {
        return;
      }
      var table = ofVersions ? tables.versions : tables.objects;
      batch = table.scan(tx, scan.limit(size));
      scan = batch.size() < size ? null : scan.after(batch.getLast().cursor());
      size = BATCH;
    }

    Row take() {
      var row = peek();
      if (row == null) {
        throw new IllegalStateException("nothing is left");
      }
      head = null;
      return row;
    }
  }
}
