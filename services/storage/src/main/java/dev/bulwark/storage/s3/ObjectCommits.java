package dev.bulwark.storage.s3;

import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stores new objects, whichever operation made them: in the one transaction of its call. */
final class ObjectCommits {
  private final Buckets buckets;
  private final ObjectRows rows;
  private final Versions versions;
  private final Blobs blobs;
  private final Notifications notifications;

  ObjectCommits(
      Buckets buckets,
      ObjectRows rows,
      Versions versions,
      Blobs blobs,
      Notifications notifications) {
    this.buckets = buckets;
    this.rows = rows;
    this.versions = versions;
    this.blobs = blobs;
    this.notifications = notifications;
  }

  /** Stores an object, and answers. */
  <O extends Structure> O commit(Call call, NewObject wanted, Function<ObjectRecord, O> answer) {
    return commit(call, wanted, (tx, orphans) -> {}, answer);
  }

  /**
   * Stores an object, and answers.
   *
   * @param before what is to be done first in the transaction
   */
  <O extends Structure> O commit(
      Call call,
      NewObject wanted,
      BiConsumer<WriteTx, List<String>> before,
      Function<ObjectRecord, O> answer) {
    var orphans = new ArrayList<String>(0);
    var telling = notifications.of(wanted.bucket(), call);
    O output;
    if (wanted.bucket().rules().versioning().isKept()) {
      output = call.write(tx -> answer.apply(store(tx, wanted, before, telling, orphans)));
    } else {
      // Nothing that the transaction finds changes the answer: so it is made before.
      output = answer.apply(wanted.object());
      call.write(
          output,
          tx -> {
            store(tx, wanted, before, telling, orphans);
          });
    }
    blobs.delete(orphans);
    notifications.sent(telling);
    return output;
  }

  private ObjectRecord store(
      WriteTx tx,
      NewObject wanted,
      BiConsumer<WriteTx, List<String>> before,
      Notifications.@Nullable Telling telling,
      List<String> orphans) {
    orphans.clear();
    var bucket = buckets.current(tx, wanted.bucket());
    if (bucket.rules().versioning() != wanted.bucket().rules().versioning()) {
      throw S3Errors.operationAborted();
    }
    before.accept(tx, orphans);
    var existing = rows.find(tx, bucket.name(), wanted.key());
    Preconditions.checkWrite(existing, wanted.key(), wanted.ifMatch(), wanted.ifNoneMatch());
    var stored =
        versions.put(
            tx,
            bucket,
            wanted.key(),
            existing,
            wanted.object(),
            wanted.attachment(),
            wanted.parts(),
            orphans);
    if (telling != null) {
      telling.changed(tx, wanted.key(), stored);
    }
    return stored;
  }
}
