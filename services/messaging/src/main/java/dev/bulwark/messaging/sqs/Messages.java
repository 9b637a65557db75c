package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.MessageAttributeValue;
import dev.bulwark.api.sqs.MessageSystemAttributeValue;
import dev.bulwark.api.sqs.SendMessageBatchRequest;
import dev.bulwark.api.sqs.SendMessageBatchRequestEntry;
import dev.bulwark.api.sqs.SendMessageBatchResult;
import dev.bulwark.api.sqs.SendMessageBatchResultEntry;
import dev.bulwark.api.sqs.SendMessageRequest;
import dev.bulwark.api.sqs.SendMessageResult;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SendMessage and SendMessageBatch. */
final class Messages {
  private final QueueFinder finder;
  private final Sends sends;

  Messages(QueueFinder finder, Sends sends) {
    this.finder = finder;
    this.sends = sends;
  }

  SendMessageResult send(SendMessageRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var message =
        sends.prepare(
            queue,
            new Outgoing(
                content(in.messageBody(), in.messageAttributes(), in.messageSystemAttributes()),
                in.delaySeconds(),
                in.messageGroupId(),
                in.messageDeduplicationId()),
            call);
    SendMessageResult result;
    if (queue.fifo()) {
      result = call.write(tx -> result(message, sends.write(tx, message)));
      if (!message.record().messageId().equals(result.messageId())) {
        sends.cameAgain(message);
        return result;
      }
    } else {
      result =
          call.write(
              result(message, new Sends.Sent(message.record().messageId(), null, false)),
              tx -> sends.write(tx, message));
    }
    sends.arrived(List.of(message), call.time().toEpochMilli());
    return result;
  }

  private static SendMessageResult result(Outbound message, Sends.Sent sent) {
    return SendMessageResult.builder()
        .messageId(sent.messageId())
        .md5OfMessageBody(message.md5OfBody())
        .md5OfMessageAttributes(message.md5OfAttributes())
        .md5OfMessageSystemAttributes(message.md5OfSystemAttributes())
        .sequenceNumber(sent.sequenceNumber())
        .build();
  }

  SendMessageBatchResult sendBatch(SendMessageBatchRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    Batches.check(in.entries(), "SendMessageBatchRequestEntry", SendMessageBatchRequestEntry::id);
    int bytes = in.entries().stream().mapToInt(entry -> content(entry).size()).sum();
    if (bytes > QueueAttributes.MOST_BYTES) {
      throw SqsErrors.batchTooLong(QueueAttributes.MOST_BYTES, bytes);
    }
    if (queue.fifo()) {
      in.entries().forEach(entry -> requireFifoIds(queue, entry));
    }
    var prepared =
        Batches.each(
            in.entries(), SendMessageBatchRequestEntry::id, entry -> prepare(queue, entry, call));
    var result =
        call.write(
            tx ->
                SendMessageBatchResult.builder()
                    .successful(
                        Batches.answers(
                            prepared,
                            (entry, message) ->
                                entryResult(entry.id(), message, sends.write(tx, message))))
                    .failed(prepared.failed())
                    .build());
    var sent = new ArrayList<Outbound>();
    for (var one : prepared.done()) {
      if (holds(result, one.result())) {
        sent.add(one.result());
      } else {
        sends.cameAgain(one.result());
      }
    }
    sends.arrived(sent, call.time().toEpochMilli());
    return result;
  }

  /** One entry without its ids fails the whole batch, unlike one whose ids are wrong. */
  private static void requireFifoIds(LoadedQueue queue, SendMessageBatchRequestEntry entry) {
    if (entry.messageGroupId() == null) {
      throw SqsErrors.invalid("The request must contain the parameter MessageGroupId.");
    }
    if (entry.messageDeduplicationId() == null && !queue.contentDeduplication()) {
      throw SqsErrors.noDeduplicationId();
    }
  }

  private Outbound prepare(LoadedQueue queue, SendMessageBatchRequestEntry entry, Call call) {
    var content = content(entry);
    if (content.size() > queue.maximumSize()) {
      throw SqsErrors.entryTooLong(queue.maximumSize());
    }
    return sends.prepare(
        queue,
        new Outgoing(
            content, entry.delaySeconds(), entry.messageGroupId(), entry.messageDeduplicationId()),
        call);
  }

  /** A message that came before is told by its old id. */
  private static boolean holds(SendMessageBatchResult result, Outbound message) {
    return result.successful().stream()
        .anyMatch(entry -> message.record().messageId().equals(entry.messageId()));
  }

  private static SendMessageBatchResultEntry entryResult(
      String id, Outbound message, Sends.Sent sent) {
    return SendMessageBatchResultEntry.builder()
        .id(id)
        .messageId(sent.messageId())
        .md5OfMessageBody(message.md5OfBody())
        .md5OfMessageAttributes(message.md5OfAttributes())
        .md5OfMessageSystemAttributes(message.md5OfSystemAttributes())
        .sequenceNumber(sent.sequenceNumber())
        .build();
  }

  private static MessageContent content(SendMessageBatchRequestEntry entry) {
    return content(entry.messageBody(), entry.messageAttributes(), entry.messageSystemAttributes());
  }

  private static MessageContent content(
      String body,
      @Nullable Map<String, MessageAttributeValue> attributes,
      @Nullable Map<String, MessageSystemAttributeValue> systemAttributes) {
    return new MessageContent(
        body,
        attributes == null ? Map.of() : attributes,
        MessageChecks.traceHeader(systemAttributes));
  }
}
