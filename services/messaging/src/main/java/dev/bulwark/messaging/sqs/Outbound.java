package dev.bulwark.messaging.sqs;

import dev.bulwark.state.Attachment;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a queue: checked, sealed, and ready to be written.
 *
 * @param size in bytes, as SQS counts them
 * @param deduplicationKey under which the store knows its deduplication id; null in standard queues
 */
record Outbound(
    LoadedQueue queue,
    LiveQueue live,
    long number,
    MessageRecord record,
    Attachment content,
    int size,
    @Nullable String deduplicationKey,
    String md5OfBody,
    @Nullable String md5OfAttributes,
    @Nullable String md5OfSystemAttributes) {

  String key() {
    return SqsTables.key(queue.id(), number);
  }
}
