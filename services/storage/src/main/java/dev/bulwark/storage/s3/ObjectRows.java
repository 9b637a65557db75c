package dev.bulwark.storage.s3;

import dev.bulwark.service.Call;
import dev.bulwark.state.Attachment;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The rows of an object: kept together, whatever replaces or deletes it. */
final class ObjectRows {
  static final String TYPE = "AWS::S3::Object";

  /** An object as one view of the store shows it. */
  static final class Found {
    private final ObjectRecord record;
    private final byte @Nullable [] content;
    private final @Nullable Attachment attachment;
    private volatile byte @Nullable [] plain;

    /**
     * An object.
     *
     * @param content its sealed bytes, or its row of the content table; null where that was not
     *     read
     * @param attachment the bytes beside its row; null where there are none
     */
    Found(ObjectRecord record, byte @Nullable [] content, @Nullable Attachment attachment) {
      this.record = record;
      this.content = content;
      this.attachment = attachment;
    }

    ObjectRecord record() {
      return record;
    }

    byte @Nullable [] content() {
      return content;
    }

    PartList partList() {
      if (content == null) {
        throw new IllegalStateException("an object in parts without a list of them");
      }
      return PartList.ofBytes(content);
    }

    /**
     * The bytes of a small object; where they were read with it, opened once for all who read this
     * view, if that is shared. Not to be changed.
     *
     * @throws StoreException NOT_FOUND if they have been moved or replaced since it was found
     */
    byte[] plain(UnaryOperator<byte[]> open, boolean shared) {
      if (content == null) {
        if (attachment == null) {
          throw new IllegalStateException("an object without its content");
        }
        return open.apply(attachment.read());
      }
      if (!shared) {
        return open.apply(content);
      }
      var opened = plain;
      if (opened == null) {
        opened = open.apply(content);
        plain = opened;
      }
      return opened;
    }
  }

  private static final int HOT_OBJECTS = 4096;
  private static final int HOT_BYTES = 8 * 1024;

  private final Store store;
  private final S3Tables tables;

  /**
   * Objects that are read again and again; with their bytes, sealed as in the store, where these
   * are few.
   */
  private final StoreCache<Found> hot;

  ObjectRows(Store store, S3Tables tables) {
    this.store = store;
    this.tables = tables;
    this.hot = tables.objects.cachedTogether(HOT_OBJECTS, this::loadHot);
  }

  private @Nullable Found loadHot(ReadTx tx, String row) {
    var found = tables.objects.attached(tx, row);
    if (found == null) {
      return null;
    }
    var object = found.value();
    var beside = found.attachment();
    if (object.size() > HOT_BYTES) {
      return new Found(object, null, beside);
    }
    return switch (object.content()) {
      case Content.Packed packed -> new Found(object, beside == null ? null : hot(beside), beside);
      case Content.Kept kept -> {
        var bytes = tables.kept.attached(tx, kept.id());
        yield new Found(
            object,
            bytes == null || bytes.attachment() == null ? null : hot(bytes.attachment()),
            null);
      }
      case Content.Inline inline -> new Found(object, tables.contents.get(tx, row), null);
      default -> new Found(object, null, null);
    };
  }

  /** Bytes to keep at hand; null where they move just now. */
  private static byte @Nullable [] hot(Attachment beside) {
    try {
      return beside.read();
    } catch (StoreException e) {
      if (e.kind() == StoreException.Kind.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /** The newest durable state of an object; null where there is none. */
  @Nullable ObjectRecord find(String bucket, String key) {
    return tables.objects.get(S3Tables.key(bucket, key));
  }

  /** The same, together with its row of the content table. */
  @Nullable Found findWithContent(String bucket, String key) {
    var row = S3Tables.key(bucket, key);
    var found = hot.get(row);
    if (found == null || found.content() != null || !found.record().content().hasRow()) {
      return found;
    }
    return store.read(tx -> Optional.ofNullable(findWithContent(tx, row))).orElse(null);
  }

  @Nullable ObjectRecord find(ReadTx tx, String bucket, String key) {
    // With what lies beside it, which a write that follows has to know.
    var found = tables.objects.attached(tx, S3Tables.key(bucket, key));
    return found == null ? null : found.value();
  }

  private @Nullable Found findWithContent(ReadTx tx, String row) {
    var found = tables.objects.attached(tx, row);
    if (found == null) {
      return null;
    }
    return new Found(found.value(), contentsOf(tx, row, found.value()), found.attachment());
  }

  private byte @Nullable [] contentsOf(ReadTx tx, String row, ObjectRecord object) {
    return object.content().hasRow() ? tables.contents.get(tx, row) : null;
  }

  // Versions

  /**
   * A version of an object, which may be a delete marker, with its row of the content table; null
   * where there is none.
   *
   * @param versionId null for the newest that is no delete marker
   */
  @Nullable Found findVersion(String bucket, String key, @Nullable String versionId) {
    var current = findWithContent(bucket, key);
    if (versionId == null || (current != null && isNamed(current.record(), versionId))) {
      return current;
    }
    return store
        .read(tx -> Optional.ofNullable(findVersion(tx, bucket, key, versionId)))
        .orElse(null);
  }

  private @Nullable Found findVersion(ReadTx tx, String bucket, String key, String versionId) {
    var current = findWithContent(tx, S3Tables.key(bucket, key));
    if (current != null && isNamed(current.record(), versionId)) {
      return current;
    }
    var row = versionRow(tx, bucket, key, versionId);
    var older = row == null ? null : tables.versions.get(tx, row);
    return row == null || older == null || !isNamed(older, versionId)
        ? null
        : new Found(older, contentsOf(tx, row, older), null);
  }

  /** The record of a version, in a transaction. */
  @Nullable ObjectRecord find(ReadTx tx, String bucket, String key, @Nullable String versionId) {
    var current = find(tx, bucket, key);
    if (versionId == null || (current != null && isNamed(current, versionId))) {
      return current;
    }
    var row = versionRow(tx, bucket, key, versionId);
    var older = row == null ? null : tables.versions.get(tx, row);
    return older != null && isNamed(older, versionId) ? older : null;
  }

  static boolean isNamed(ObjectRecord object, String versionId) {
    return object.versionName().equals(versionId);
  }

  /** The row of the table of versions that a version would have; null where it can have none. */
  @Nullable String versionRow(ReadTx tx, String bucket, String key, String versionId) {
    String rank;
    if (versionId.equals(ObjectRecord.NULL_VERSION)) {
      rank = tables.nullVersions.get(tx, S3Tables.key(bucket, key));
    } else {
      var foreign = tables.foreignVersions.get(tx, Key.of(bucket, key, versionId));
      rank = foreign != null ? foreign : VersionIds.rankOf(versionId);
    }
    return rank == null ? null : S3Tables.versionKey(bucket, key, rank);
  }

  /** The marker that an object was deleted, where that is the newest of its versions. */
  @Nullable ObjectRecord currentMarker(String bucket, String key) {
    return store
        .read(
            tx ->
                tables.objects.contains(tx, S3Tables.key(bucket, key))
                    ? Optional.<ObjectRecord>empty()
                    : newestOlder(tx, bucket, key))
        .orElse(null);
  }

  /** The newest of the versions that are in their own table. */
  Optional<ObjectRecord> newestOlder(ReadTx tx, String bucket, String key) {
    var rows = tables.versions.scan(tx, Scan.prefix(Key.prefix(bucket, key)).limit(1));
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst().value());
  }

  /** Whether a version is still there as it was found. */
  boolean isStill(String bucket, String key, ObjectRecord object) {
    var now = findVersion(bucket, key, object.versionName());
    return now != null && now.record().equals(object);
  }

  /** Files a version under an id that it brought along, where that does not tell its place. */
  void addForeign(WriteTx tx, String bucket, String key, ObjectRecord object) {
    if (isForeign(object)) {
      tables.foreignVersions.put(
          tx,
          Key.of(bucket, key, object.versionName()),
          VersionIds.rank(object.extras().sequence()));
    }
  }

  /** Forgets the id that a version brought along. */
  void dropForeign(WriteTx tx, String bucket, String key, ObjectRecord object) {
    if (isForeign(object)) {
      tables.foreignVersions.delete(tx, Key.of(bucket, key, object.versionName()));
    }
  }

  private static boolean isForeign(ObjectRecord object) {
    var id = object.extras().versionId();
    return id != null && !VersionIds.rank(object.extras().sequence()).equals(VersionIds.rankOf(id));
  }

  // Bytes

  /** Puts the sealed bytes of a small object on their way; null where there are none. */
  @Nullable Attachment attach(
      String bucket, String key, Content content, byte @Nullable [] sealed) {
    if (sealed == null) {
      return null;
    }
    return content instanceof Content.Kept kept
        ? tables.kept.attach(kept.id(), sealed)
        : tables.objects.attach(S3Tables.key(bucket, key), sealed);
  }

  /** The bytes of small content that has a row of its own; null where they are gone. */
  byte @Nullable [] read(Content.Kept content) {
    var row = tables.kept.attached(content.id());
    return row == null || row.attachment() == null ? null : row.attachment().read();
  }

  // Changes

  /**
   * Puts an object in the place of another.
   *
   * @param existing what is there now, as read in this transaction, and is not kept elsewhere; null
   *     for none
   * @param attachment its bytes; null where they are in a blob
   * @param orphans takes the blobs that nothing refers to any more, to be deleted after the commit
   */
  void put(
      WriteTx tx,
      String bucket,
      String key,
      @Nullable ObjectRecord existing,
      ObjectRecord object,
      @Nullable Attachment attachment,
      List<String> orphans) {
    var row = S3Tables.key(bucket, key);
    switch (object.content()) {
      case Content.Kept kept -> {
        tables.objects.put(tx, row, object, null);
        tables.kept.put(tx, kept.id(), row, attachment);
      }
      case Content.Blob blob -> {
        tables.objects.put(tx, row, object, attachment);
        tables.blobs.put(tx, blob.id(), row);
      }
      default -> tables.objects.put(tx, row, object, attachment);
    }
    if (existing != null) {
      releaseContent(tx, row, existing, orphans);
    }
  }

  /** Puts an object of parts, whose blobs are known since they were uploaded, in the place. */
  void put(
      WriteTx tx,
      String bucket,
      String key,
      @Nullable ObjectRecord existing,
      ObjectRecord object,
      PartList parts,
      List<String> orphans) {
    put(tx, bucket, key, existing, object, (Attachment) null, orphans);
    tables.contents.put(tx, S3Tables.key(bucket, key), parts.toBytes());
  }

  /** Makes the blobs of parts known that no upload brought: what is unknown is swept at a start. */
  void keepParts(WriteTx tx, String bucket, String key, PartList parts) {
    var row = S3Tables.key(bucket, key);
    parts.parts().forEach(part -> tables.blobs.put(tx, part.blobId(), row));
  }

  /** Deletes an object that is there. */
  void delete(WriteTx tx, String bucket, String key, ObjectRecord existing, List<String> orphans) {
    var row = S3Tables.key(bucket, key);
    tables.objects.delete(tx, row);
    dropForeign(tx, bucket, key, existing);
    releaseContent(tx, row, existing, orphans);
  }

  /** Replaces what is known of a version whose bytes stay. */
  void update(WriteTx tx, String bucket, String key, ObjectRecord object) {
    var row = S3Tables.key(bucket, key);
    var current = tables.objects.get(tx, row);
    if (current != null && isNamed(current, object.versionName())) {
      // What lies beside the row stays.
      tables.objects.put(tx, row, object);
    } else {
      tables.versions.put(
          tx,
          S3Tables.versionKey(bucket, key, VersionIds.rank(object.extras().sequence())),
          object);
    }
  }

  /** Gives up the bytes of an object whose row is gone, or another's now. */
  void releaseContent(WriteTx tx, String row, ObjectRecord object, List<String> orphans) {
    switch (object.content()) {
      case Content.Packed packed -> {}
      case Content.Marker marker -> {}
      case Content.Kept kept -> tables.kept.delete(tx, kept.id());
      case Content.Inline inline -> tables.contents.delete(tx, row);
      case Content.Blob blob -> release(tx, blob.id(), orphans);
      case Content.Parts parts -> {
        var list = tables.contents.get(tx, row);
        if (list != null) {
          PartList.ofBytes(list).parts().forEach(part -> release(tx, part.blobId(), orphans));
          tables.contents.delete(tx, row);
        }
      }
    }
  }

  private void release(WriteTx tx, String blob, List<String> orphans) {
    tables.blobs.delete(tx, blob);
    orphans.add(blob);
  }

  /** Names the object that a call concerns, for its event. */
  static void concerns(Call call, BucketRecord bucket, String key) {
    call.concerns(TYPE, bucket.arn() + '/' + key);
    call.concerns(Buckets.TYPE, bucket.arn());
  }
}
