package dev.bulwark.storage.s3;

import dev.bulwark.state.Attachment;
import dev.bulwark.state.ReadTx;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An object that is to be stored, with the conditions on what it replaces.
 *
 * @param bucket as the call was authorized
 * @param attachment the bytes of a small one, sealed
 * @param parts of one in parts
 * @param overtaken whether an object of that key was deleted meanwhile
 */
record NewObject(
    BucketRecord bucket,
    String key,
    ObjectRecord object,
    @Nullable Attachment attachment,
    @Nullable PartList parts,
    @Nullable String ifMatch,
    @Nullable String ifNoneMatch,
    Predicate<ReadTx> overtaken) {

  /** The same object as one that waits for its way to other buckets. */
  NewObject toReplicate() {
    return new NewObject(
        bucket,
        key,
        object.withReplication(ReplicationStatus.PENDING),
        attachment,
        parts,
        ifMatch,
        ifNoneMatch,
        overtaken);
  }
}
