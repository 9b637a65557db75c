package dev.bulwark.storage.s3;

import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes what is known of an object whose bytes stay, in the one transaction of a call. */
final class ObjectChanges {
  private final Buckets buckets;
  private final ObjectRows rows;
  private final Notifications notifications;
  private final Replications replications;

  ObjectChanges(
      Buckets buckets, ObjectRows rows, Notifications notifications, Replications replications) {
    this.buckets = buckets;
    this.rows = rows;
    this.notifications = notifications;
    this.replications = replications;
  }

  /**
   * Changes an object, and answers.
   *
   * @param versionId null for the newest
   */
  <O extends Structure> O change(
      BucketRecord bucket,
      String key,
      @Nullable String versionId,
      Call call,
      UnaryOperator<ObjectRecord> change,
      Function<ObjectRecord, O> answer) {
    var telling = notifications.of(bucket, call);
    var rules = replications.rules(bucket);
    var output =
        call.write(
            tx -> {
              var current = buckets.current(tx, bucket);
              var object = rows.find(tx, bucket.name(), key, versionId);
              if (object == null) {
                throw versionId == null
                    ? S3Errors.noSuchKey(key)
                    : S3Errors.noSuchVersion(key, versionId);
              }
              if (object.isMarker()) {
                throw S3Errors.isDeleteMarker(call.http().method(), object);
              }
              var changed =
                  replications.addChange(
                      tx, current, key, object, change.apply(object), rules, call.time());
              rows.update(tx, bucket.name(), key, changed);
              if (telling != null) {
                telling.changed(tx, key, changed);
              }
              return answer.apply(changed);
            });
    notifications.sent(telling);
    replications.committed(bucket);
    return output;
  }
}
