package dev.bulwark.storage.s3;

import dev.bulwark.base.Ids;
import dev.bulwark.state.Attachment;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the versions of an object follow each other. The newest is in the table of objects, where it
 * is no delete marker; all others are in the table of versions, the newest first. All of it happens
 * in the transaction of a call.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html">How S3
 *     Versioning works</a>
 */
final class Versions {
  private static final int KEPT_ID_BYTES = 12;

  /**
   * What a delete came to.
   *
   * @param versionId of the version that was made or deleted; null where there is none to tell
   * @param marker whether that is a delete marker; null where there is none to tell
   */
  record Deleted(@Nullable String versionId, @Nullable Boolean marker) {
    static final Deleted NOTHING_TO_TELL = new Deleted(null, null);
  }

  private final S3Tables tables;
  private final ObjectRows rows;
  private final ConditionalWrites conditions;

  Versions(S3Tables tables, ObjectRows rows, ConditionalWrites conditions) {
    this.tables = tables;
    this.rows = rows;
    this.conditions = conditions;
  }

  /** The id of a version that answers tell; null where the bucket never had versions. */
  static @Nullable String shown(BucketRecord bucket, ObjectRecord object) {
    return bucket.rules().versioning().isKept() ? object.versionName() : null;
  }

  /** Where bytes that came in are to lie, in a bucket whose objects may have to make room. */
  static Content content(BucketRecord bucket, Received received) {
    var content = received.content();
    return content instanceof Content.Packed && bucket.rules().versioning().isKept()
        ? new Content.Kept(Ids.token(KEPT_ID_BYTES))
        : content;
  }

  /**
   * Makes an object the newest version of its key.
   *
   * @param bucket as it is in this transaction
   * @param existing what is there now
   * @param object with the id that it brings along, where it comes from another bucket
   * @param attachment the bytes of a small one
   * @param parts of an object in parts
   * @return the object with its version
   */
  ObjectRecord put(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      @Nullable ObjectRecord existing,
      ObjectRecord object,
      @Nullable Attachment attachment,
      @Nullable PartList parts,
      List<String> orphans) {
    var stored = object;
    var replaced = existing;
    if (bucket.rules().versioning().isKept()) {
      long sequence = nextPlace(tx, bucket.name(), key, existing);
      stored = placed(bucket, object, sequence);
      if (object.extras().versionId() != null) {
        rows.addForeign(tx, bucket.name(), key, stored);
      }
      replaced = makeRoom(tx, bucket, key, existing, orphans);
    }
    if (parts != null) {
      rows.put(tx, bucket.name(), key, replaced, stored, parts, orphans);
    } else {
      rows.put(tx, bucket.name(), key, replaced, stored, attachment, orphans);
    }
    return stored;
  }

  /** An object or marker in its place, with an id where it has none yet and is to have one. */
  private static ObjectRecord placed(BucketRecord bucket, ObjectRecord object, long sequence) {
    var given = object.extras().versionId();
    boolean enabled = bucket.rules().versioning() == Versioning.ENABLED;
    var id = given != null || !enabled ? given : VersionIds.of(sequence);
    return object.withExtras(object.extras().withVersion(id, sequence));
  }

  private long nextPlace(WriteTx tx, String bucket, String key, @Nullable ObjectRecord existing) {
    var newest = existing != null ? existing : rows.newestOlder(tx, bucket, key).orElse(null);
    return newest == null ? 1 : newest.extras().sequence() + 1;
  }

  /**
   * Makes room for another version; returns what it replaces instead of following it: where
   * versioning is suspended, the null version.
   */
  private @Nullable ObjectRecord makeRoom(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      @Nullable ObjectRecord existing,
      List<String> orphans) {
    if (bucket.rules().versioning() == Versioning.SUSPENDED) {
      if (existing != null && existing.isNullVersion()) {
        return existing;
      }
      dropOlderNull(tx, bucket.name(), key, orphans);
    }
    if (existing != null) {
      displace(tx, bucket.name(), key, existing);
    }
    return null;
  }

  private void dropOlderNull(WriteTx tx, String bucket, String key, List<String> orphans) {
    var row = rows.versionRow(tx, bucket, key, ObjectRecord.NULL_VERSION);
    if (row != null) {
      dropOlder(
          tx, bucket, key, row, Objects.requireNonNull(tables.versions.get(tx, row)), orphans);
    }
  }

  private void dropOlder(
      WriteTx tx, String bucket, String key, String row, ObjectRecord older, List<String> orphans) {
    tables.versions.delete(tx, row);
    rows.dropForeign(tx, bucket, key, older);
    rows.releaseContent(tx, row, older, orphans);
    if (older.isNullVersion()) {
      tables.nullVersions.delete(tx, S3Tables.key(bucket, key));
    }
  }

  /** Moves the current object among the older versions. Its row in the table of objects stays. */
  private void displace(WriteTx tx, String bucket, String key, ObjectRecord object) {
    var from = S3Tables.key(bucket, key);
    var rank = VersionIds.rank(object.extras().sequence());
    var to = S3Tables.versionKey(bucket, key, rank);
    var moved = object;
    if (object.content() instanceof Content.Packed) {
      moved = object.withContent(detach(tx, from, to));
    }
    moveContents(tx, object, from, to);
    tables.versions.put(tx, to, moved);
    if (object.isNullVersion()) {
      tables.nullVersions.put(tx, from, rank);
    }
  }

  /**
   * Gives bytes that lie beside an object's row a row of their own. Happens once to what was put
   * before the bucket kept versions.
   */
  private Content detach(WriteTx tx, String row, String to) {
    var beside = Objects.requireNonNull(tables.objects.attached(tx, row)).attachment();
    var content = new Content.Kept(Ids.token(KEPT_ID_BYTES));
    var bytes = Objects.requireNonNull(beside).read();
    tables.kept.put(tx, content.id(), to, tables.kept.attach(content.id(), bytes));
    return content;
  }

  private void moveContents(WriteTx tx, ObjectRecord object, String from, String to) {
    if (object.content().hasRow()) {
      tables.contents.put(tx, to, Objects.requireNonNull(tables.contents.get(tx, from)));
      tables.contents.delete(tx, from);
    }
  }

  // Deletes

  /** Deletes an object: for good, or behind a marker. */
  Deleted delete(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      @Nullable ObjectRecord existing,
      long time,
      List<String> orphans) {
    if (!bucket.rules().versioning().isKept()) {
      if (existing != null) {
        conditions.deleted(tx, bucket.name(), key);
        rows.delete(tx, bucket.name(), key, existing, orphans);
      }
      return Deleted.NOTHING_TO_TELL;
    }
    var marker = ObjectRecord.marker(time, null, 0);
    return new Deleted(mark(tx, bucket, key, existing, marker, orphans).versionName(), true);
  }

  /**
   * Puts a delete marker before the versions of a key.
   *
   * @param marker with the id that it brings along, where it comes from another bucket
   * @return the marker with its version
   */
  ObjectRecord mark(
      WriteTx tx,
      BucketRecord bucket,
      String key,
      @Nullable ObjectRecord existing,
      ObjectRecord marker,
      List<String> orphans) {
    long sequence = nextPlace(tx, bucket.name(), key, existing);
    var replaced = makeRoom(tx, bucket, key, existing, orphans);
    if (existing != null) {
      conditions.deleted(tx, bucket.name(), key);
    }
    if (replaced != null) {
      rows.delete(tx, bucket.name(), key, replaced, orphans);
    } else {
      tables.objects.delete(tx, S3Tables.key(bucket.name(), key));
    }
    var placed = placed(bucket, marker, sequence);
    if (marker.extras().versionId() != null) {
      rows.addForeign(tx, bucket.name(), key, placed);
    }
    var rank = VersionIds.rank(sequence);
    tables.versions.put(tx, S3Tables.versionKey(bucket.name(), key, rank), placed);
    if (placed.isNullVersion()) {
      tables.nullVersions.put(tx, S3Tables.key(bucket.name(), key), rank);
    }
    return placed;
  }

  /**
   * Deletes a version for good; the one before takes its place, where it was the newest.
   *
   * @param version as it was found in this transaction; null where there is none
   */
  Deleted deleteVersion(
      WriteTx tx,
      String bucket,
      String key,
      String versionId,
      @Nullable ObjectRecord version,
      List<String> orphans) {
    if (version == null) {
      return new Deleted(versionId, null);
    }
    var current = rows.find(tx, bucket, key);
    if (current != null && ObjectRows.isNamed(current, versionId)) {
      conditions.deleted(tx, bucket, key);
      rows.delete(tx, bucket, key, current, orphans);
      current = null;
    } else {
      var row = S3Tables.versionKey(bucket, key, VersionIds.rank(version.extras().sequence()));
      dropOlder(tx, bucket, key, row, version, orphans);
    }
    if (current == null) {
      promote(tx, bucket, key);
    }
    return new Deleted(versionId, version.isMarker() ? true : null);
  }

  /** Makes the newest of the older versions the current one, unless it is a delete marker. */
  private void promote(WriteTx tx, String bucket, String key) {
    var newest = rows.newestOlder(tx, bucket, key).orElse(null);
    if (newest == null || newest.isMarker()) {
      return;
    }
    var to = S3Tables.key(bucket, key);
    var from = S3Tables.versionKey(bucket, key, VersionIds.rank(newest.extras().sequence()));
    tables.versions.delete(tx, from);
    moveContents(tx, newest, from, to);
    tables.objects.put(tx, to, newest, null);
    if (newest.isNullVersion()) {
      tables.nullVersions.delete(tx, to);
    }
  }
}
