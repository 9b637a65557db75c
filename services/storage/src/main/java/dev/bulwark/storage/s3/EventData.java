package dev.bulwark.storage.s3;

import dev.bulwark.wire.JsonText;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What notifications of some events tell beside what they all tell.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html">Event
 *     message structure</a>
 */
final class EventData {
  private EventData() {}

  /** The version of the message's structure. */
  static String version(String event) {
    if (event.startsWith("s3:Replication:")) {
      return "2.2";
    }
    boolean later =
        event.startsWith("s3:Lifecycle")
            || event.startsWith("s3:ObjectTagging:")
            || event.equals("s3:IntelligentTiering")
            || event.equals("s3:ObjectAcl:Put")
            || event.equals("s3:ObjectRestore:Delete");
    return later ? "2.3" : "2.1";
  }

  /**
   * What is told of an event.
   *
   * @param object as it is after it; null where it is gone
   */
  static Consumer<JsonText> of(String event, @Nullable ObjectRecord object) {
    if (object == null) {
      return out -> {};
    }
    return switch (event) {
      case "s3:LifecycleTransition" ->
          out ->
              out.begin("lifecycleEventData")
                  .begin("transitionEventData")
                  .put("destinationStorageClass", object.headers().storageClassName())
                  .end()
                  .end();
      case "s3:IntelligentTiering" ->
          out ->
              out.begin("intelligentTieringEventData")
                  .put("destinationAccessTier", AccessTier.archiveOf(object))
                  .end();
      case "s3:ObjectRestore:Completed" -> out -> restored(out, object);
      default -> out -> {};
    };
  }

  private static void restored(JsonText out, ObjectRecord object) {
    var restore = object.extras().restore();
    out.begin("glacierEventData")
        .begin("restoreEventData")
        .put(
            "lifecycleRestorationExpiryTime",
            restore == null || restore.expires() == Restore.NEVER
                ? null
                : Notifications.TIME.format(Instant.ofEpochMilli(restore.expires())))
        .put("lifecycleRestoreStorageClass", object.headers().storageClassName())
        .end()
        .end();
  }
}
