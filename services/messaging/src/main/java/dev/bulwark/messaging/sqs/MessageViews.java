package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.Message;
import dev.bulwark.api.sqs.MessageAttributeValue;
import dev.bulwark.api.sqs.ReceiveMessageRequest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Messages as receivers ask for them. */
final class MessageViews {
  private static final String ALL = "All";

  private static final Set<String> SYSTEM_ATTRIBUTES =
      Set.of(
          ALL,
          "SenderId",
          "SentTimestamp",
          "ApproximateReceiveCount",
          "ApproximateFirstReceiveTimestamp",
          "SequenceNumber",
          "MessageDeduplicationId",
          "MessageGroupId",
          "AWSTraceHeader",
          "DeadLetterQueueSourceArn");

  private final ReceiptHandles handles;

  MessageViews(ReceiptHandles handles) {
    this.handles = handles;
  }

  /**
   * Checks the names of attributes that are asked for. Among the older of the two lists the names
   * of queue attributes are passed over, as AWS does.
   */
  void check(ReceiveMessageRequest in) {
    for (var name : systemNames(in)) {
      if (!SYSTEM_ATTRIBUTES.contains(name)
          && !QueueAttributes.isKnown(name)
          && !QueueAttributes.COMPUTED.contains(name)) {
        throw SqsErrors.unknownAttribute(name);
      }
    }
  }

  private static Set<String> systemNames(ReceiveMessageRequest in) {
    var names = new HashSet<String>();
    names.addAll(or(in.attributeNames()));
    names.addAll(or(in.messageSystemAttributeNames()));
    return names;
  }

  private static List<String> or(@Nullable List<String> names) {
    return names == null ? List.of() : names;
  }

  Message message(
      ReceiveMessageRequest in,
      LoadedQueue queue,
      MessageRecord record,
      MessageContent content,
      LiveQueue.Taken taken) {
    var attributes = attributes(or(in.messageAttributeNames()), content);
    return Message.builder()
        .messageId(record.messageId())
        .receiptHandle(handles.write(queue, taken.number(), taken.receipt().received()))
        .body(content.body())
        .md5OfBody(content.md5OfBody())
        .attributes(systemAttributes(systemNames(in), queue, record, content, taken))
        .messageAttributes(attributes.isEmpty() ? null : attributes)
        .md5OfMessageAttributes(attributes.isEmpty() ? null : MessageContent.md5Of(attributes))
        .build();
  }

  private static @Nullable Map<String, String> systemAttributes(
      Set<String> names,
      LoadedQueue queue,
      MessageRecord record,
      MessageContent content,
      LiveQueue.Taken taken) {
    var all = new LinkedHashMap<String, @Nullable String>();
    all.put("SenderId", record.senderId());
    all.put("SentTimestamp", Long.toString(record.sent()));
    all.put("ApproximateReceiveCount", Integer.toString(taken.receipt().received()));
    all.put("ApproximateFirstReceiveTimestamp", Long.toString(taken.receipt().firstReceived()));
    all.put("MessageGroupId", record.groupId());
    all.put("MessageDeduplicationId", record.deduplicationId());
    all.put("SequenceNumber", queue.fifo() ? Sends.Sent.sequenceNumber(taken.number()) : null);
    all.put("AWSTraceHeader", content.traceHeader());
    all.put("DeadLetterQueueSourceArn", record.deadLetterSource());
    var asked = new LinkedHashMap<String, String>();
    all.forEach(
        (name, value) -> {
          if (value != null && (names.contains(ALL) || names.contains(name))) {
            asked.put(name, value);
          }
        });
    return asked.isEmpty() ? null : asked;
  }

  private static Map<String, MessageAttributeValue> attributes(
      List<String> names, MessageContent content) {
    var asked = new TreeMap<String, MessageAttributeValue>();
    content
        .attributes()
        .forEach(
            (name, value) -> {
              if (names.stream().anyMatch(pattern -> matches(pattern, name))) {
                asked.put(name, value);
              }
            });
    return asked;
  }

  private static boolean matches(String pattern, String name) {
    return pattern.equals(ALL)
        || pattern.equals(name)
        || (pattern.endsWith(".*") && name.startsWith(pattern.substring(0, pattern.length() - 2)));
  }
}
