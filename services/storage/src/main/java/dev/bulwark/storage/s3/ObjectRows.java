package dev.bulwark.storage.s3;

import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
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
    private volatile byte @Nullable [] plain;

    /**
     * An object.
     *
     * @param content the row of the content table; null where the object has none or it was not
     *     asked for
     */
    Found(ObjectRecord record, byte @Nullable [] content) {
      this.record = record;
      this.content = content;
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
     * The bytes of an object that lies in its row, opened once for all who read this view. Not to
     * be changed.
     */
    byte[] plain(UnaryOperator<byte[]> open) {
      var opened = plain;
      if (opened == null) {
        if (content == null) {
          throw new IllegalStateException("an object without its content");
        }
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
    var object = tables.objects.get(tx, row);
    if (object == null) {
      return null;
    }
    return new Found(
        object,
        object.content() instanceof Content.Inline && object.size() <= HOT_BYTES
            ? tables.contents.get(tx, row)
            : null);
  }

  /** The newest durable state of an object; null where there is none. */
  @Nullable ObjectRecord find(String bucket, String key) {
    return tables.objects.get(S3Tables.key(bucket, key));
  }

  /** The same, together with its row of the content table. */
  @Nullable Found findWithContent(String bucket, String key) {
    var row = S3Tables.key(bucket, key);
    var found = hot.get(row);
    if (found == null
        || found.content() != null
        || found.record().content() instanceof Content.Blob) {
      return found;
    }
    return store.read(tx -> Optional.ofNullable(findWithContent(tx, row))).orElse(null);
  }

  @Nullable ObjectRecord find(ReadTx tx, String bucket, String key) {
    return tables.objects.get(tx, S3Tables.key(bucket, key));
  }

  private @Nullable Found findWithContent(ReadTx tx, String row) {
    var object = tables.objects.get(tx, row);
    if (object == null) {
      return null;
    }
    return new Found(
        object, object.content() instanceof Content.Blob ? null : tables.contents.get(tx, row));
  }

  /**
   * Puts an object in the place of another.
   *
   * @param existing what is there now, as read in this transaction
   * @param content the row for the content table; null where one blob holds the bytes
   * @param orphans takes the blobs that nothing refers to any more, to be deleted after the commit
   */
  void put(
      WriteTx tx,
      String bucket,
      String key,
      @Nullable ObjectRecord existing,
      ObjectRecord object,
      byte @Nullable [] content,
      List<String> orphans) {
    var row = S3Tables.key(bucket, key);
    if (existing != null) {
      releaseBlobs(tx, row, existing, orphans);
    }
    tables.objects.put(tx, row, object);
    if (content != null) {
      tables.contents.put(tx, row, content);
    } else if (existing != null && !(existing.content() instanceof Content.Blob)) {
      tables.contents.delete(tx, row);
    }
    switch (object.content()) {
      case Content.Inline inline -> {}
      case Content.Blob blob -> tables.blobs.put(tx, blob.id(), row);
      case Content.Parts parts -> {
        // Their rows are there since the parts were uploaded.
      }
    }
  }

  /** Deletes an object that is there. */
  void delete(WriteTx tx, String bucket, String key, ObjectRecord existing, List<String> orphans) {
    var row = S3Tables.key(bucket, key);
    releaseBlobs(tx, row, existing, orphans);
    tables.objects.delete(tx, row);
    if (!(existing.content() instanceof Content.Blob)) {
      tables.contents.delete(tx, row);
    }
  }

  /** Replaces what is known of an object whose bytes stay. */
  void update(WriteTx tx, String bucket, String key, ObjectRecord object) {
    tables.objects.put(tx, S3Tables.key(bucket, key), object);
  }

  private void releaseBlobs(WriteTx tx, String row, ObjectRecord object, List<String> orphans) {
    switch (object.content()) {
      case Content.Inline inline -> {}
      case Content.Blob blob -> release(tx, blob.id(), orphans);
      case Content.Parts parts -> {
        var list = tables.contents.get(tx, row);
        if (list != null) {
          PartList.ofBytes(list).parts().forEach(part -> release(tx, part.blobId(), orphans));
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
