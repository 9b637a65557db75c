package dev.bulwark.storage.s3;

import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Stores new objects, whichever operation made them: in the one transaction of its call. */
final class ObjectCommits {
  /** Makes the answer to a write. */
  @FunctionalInterface
  interface Answer<O> {
    /**
     * The answer.
     *
     * @param expiration when the object will expire, as a header tells it; null for never
     */
    O of(ObjectRecord stored, @Nullable String expiration);
  }

  private final Buckets buckets;
  private final ObjectRows rows;
  private final Versions versions;
  private final Blobs blobs;
  private final Notifications notifications;
  private final Replications replications;

  ObjectCommits(
      Buckets buckets,
      ObjectRows rows,
      Versions versions,
      Blobs blobs,
      Notifications notifications,
      Replications replications) {
    this.buckets = buckets;
    this.rows = rows;
    this.versions = versions;
    this.blobs = blobs;
    this.notifications = notifications;
    this.replications = replications;
  }

  /** Stores an object, and answers. */
  <O extends Structure> O commit(Call call, NewObject wanted, Answer<O> answer) {
    return commit(call, wanted, (tx, orphans) -> {}, answer);
  }

  /**
   * Stores an object, and answers.
   *
   * @param before what is to be done first in the transaction
   */
  <O extends Structure> O commit(
      Call call, NewObject given, BiConsumer<WriteTx, List<String>> before, Answer<O> answer) {
    var orphans = new ArrayList<String>(0);
    var elsewhere = replications.ofObject(given.bucket(), given.key(), given.object());
    var wanted = elsewhere.isEmpty() ? given : given.toReplicate();
    var telling = notifications.of(wanted.bucket(), call);
    // Read before the transaction, which is not to wait for a look at the bucket's rules.
    var expiration = buckets.expiration(wanted.bucket(), wanted.key(), wanted.object());
    O output;
    if (wanted.bucket().rules().versioning().isKept()) {
      output =
          call.write(
              tx -> {
                var stored = store(tx, wanted, before, telling, orphans);
                replications.add(tx, wanted.bucket(), wanted.key(), stored, elsewhere, call.time());
                return answer.of(stored, expiration);
              });
    } else {
      // Nothing that the transaction finds changes the answer: so it is made before.
      output = answer.of(wanted.object(), expiration);
      call.write(
          output,
          tx -> {
            store(tx, wanted, before, telling, orphans);
          });
    }
    blobs.delete(orphans);
    notifications.sent(telling);
    replications.committed(wanted.bucket());
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
    boolean overtaken = wanted.overtaken().test(tx);
    before.accept(tx, orphans);
    var existing = rows.find(tx, bucket.name(), wanted.key());
    Preconditions.checkWrite(
        existing, wanted.key(), wanted.ifMatch(), wanted.ifNoneMatch(), overtaken);
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
