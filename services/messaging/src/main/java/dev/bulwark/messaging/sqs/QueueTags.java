package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.ListQueueTagsRequest;
import dev.bulwark.api.sqs.ListQueueTagsResult;
import dev.bulwark.api.sqs.TagQueueRequest;
import dev.bulwark.api.sqs.UntagQueueRequest;
import dev.bulwark.messaging.ResourceTags;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tags of queues. */
final class QueueTags {
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 256;

  private final QueueFinder finder;
  private final Queues queues;

  QueueTags(QueueFinder finder, Queues queues) {
    this.finder = finder;
    this.queues = queues;
  }

  /** The tags of a queue after some were added. */
  static Map<String, String> checked(
      Map<String, String> before, @Nullable Map<String, String> added, String queue) {
    var given = added == null ? Map.<String, String>of() : added;
    given.forEach(
        (key, value) -> {
          if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw invalidKey();
          }
          if (value.length() > LONGEST_VALUE) {
            throw SqsErrors.invalid("Tag values may not exceed 256 characters.");
          }
        });
    return ResourceTags.with(
        before, given, QueueTags::invalidKey, () -> SqsErrors.tooManyTags(queue));
  }

  private static ApiException invalidKey() {
    return SqsErrors.invalid(
        "Tag keys must be between 1 and 128 characters in length and must not begin with aws:.");
  }

  Unit tag(TagQueueRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var name = queue.record().name().name();
    return queues.change(
        queue, call, record -> record.withTags(checked(record.tags(), in.tags(), name)));
  }

  Unit untag(UntagQueueRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    return queues.change(
        queue, call, record -> record.withTags(ResourceTags.without(record.tags(), in.tagKeys())));
  }

  ListQueueTagsResult list(ListQueueTagsRequest in, Call call) {
    var tags = finder.byUrl(in.queueUrl(), call).record().tags();
    return ListQueueTagsResult.builder().tags(tags.isEmpty() ? null : tags).build();
  }
}
