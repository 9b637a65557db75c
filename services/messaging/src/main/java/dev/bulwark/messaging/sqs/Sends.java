package dev.bulwark.messaging.sqs;

import dev.bulwark.base.Ids;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.service.Caller;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How messages get into a queue: they are checked and sealed, written in a transaction, and shown
 * to receivers once they are durable.
 */
final class Sends {
  /** How long a deduplication id keeps others of the same text away. */
  static final long DEDUPLICATION_MILLIS = 5 * 60_000;

  /**
   * What became of a message.
   *
   * @param number null in standard queues
   */
  record Sent(String messageId, @Nullable Long number, boolean duplicate) {
    @Nullable String sequenceNumber() {
      return number == null ? null : sequenceNumber(number);
    }

    /** AWS's sequence numbers have 20 digits. */
    static String sequenceNumber(long number) {
      return "1" + Sequence.text(number);
    }
  }

  private final SqsTables tables;
  private final LiveQueues live;
  private final MessageSeals seals;
  private final Sequence numbers;
  private final QueueMetrics metrics;

  Sends(
      SqsTables tables,
      LiveQueues live,
      MessageSeals seals,
      Sequence numbers,
      QueueMetrics metrics) {
    this.tables = tables;
    this.live = live;
    this.seals = seals;
    this.numbers = numbers;
    this.metrics = metrics;
  }

  /**
   * Checks and seals a message.
   *
   * @throws dev.bulwark.schema.ApiException where it cannot be sent
   */
  Outbound prepare(LoadedQueue queue, Outgoing message, Caller caller) {
    var content = message.content();
    MessageChecks.body(content.body());
    MessageChecks.attributes(content.attributes());
    if (content.size() > queue.maximumSize()) {
      throw SqsErrors.tooLong(queue.maximumSize());
    }
    MessageChecks.range(
        message.delay(),
        "DelaySeconds",
        QueueAttributes.LONGEST_DELAY,
        "DelaySeconds must be >= 0 and <= " + QueueAttributes.LONGEST_DELAY + ".");
    var deduplicationId = queue.fifo() ? checkFifo(queue, message) : checkStandard(message);
    // A FIFO queue's messages have no delay of their own: 0 stands for the queue's.
    var delay = queue.fifo() || message.delay() == null ? queue.delay() : message.delay();
    long now = caller.time().toEpochMilli();
    var record =
        new MessageRecord(
            Ids.uuid(),
            now,
            now,
            now + delay * 1000L,
            caller.principal().userId(),
            message.groupId(),
            deduplicationId,
            null,
            0,
            0);
    var sealed = seals.seal(content.encode(), record.messageId(), queue, caller);
    var working = live.of(queue);
    long number = numbers.next();
    return new Outbound(
        queue,
        working,
        number,
        record,
        tables.messages.attach(SqsTables.key(queue.id(), number), sealed),
        content.size(),
        deduplicationId == null || !queue.fifo()
            ? null
            : deduplicationKey(queue, record, deduplicationId),
        content.md5OfBody(),
        content.md5OfAttributes(),
        content.md5OfSystemAttributes());
  }

  private static @Nullable String checkStandard(Outgoing message) {
    if (message.deduplicationId() != null) {
      throw SqsErrors.unsupportedOfQueueType(message.deduplicationId(), "MessageDeduplicationId");
    }
    if (message.groupId() != null) {
      MessageChecks.fifoId(message.groupId(), "MessageGroupId");
    }
    return null;
  }

  private static String checkFifo(LoadedQueue queue, Outgoing message) {
    if (message.groupId() == null) {
      throw SqsErrors.missing("MessageGroupId");
    }
    MessageChecks.fifoId(message.groupId(), "MessageGroupId");
    if (message.delay() != null && message.delay() > 0) {
      throw SqsErrors.unsupportedOfQueueType(message.delay(), "DelaySeconds");
    }
    var given = message.deduplicationId();
    if (given != null) {
      MessageChecks.fifoId(given, "MessageDeduplicationId");
      return given;
    }
    if (!queue.contentDeduplication()) {
      throw SqsErrors.noDeduplicationId();
    }
    return sha256(message.content().body());
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }

  private static String deduplicationKey(
      LoadedQueue queue, MessageRecord record, String deduplicationId) {
    return queue.deduplicatesInGroups() && record.groupId() != null
        ? dev.bulwark.state.Key.of(queue.id(), record.groupId(), deduplicationId)
        : dev.bulwark.state.Key.of(queue.id(), deduplicationId);
  }

  /** Writes a message, unless one with its deduplication id came lately. */
  Sent write(WriteTx tx, Outbound message) {
    var record = message.record();
    var deduplicationKey = message.deduplicationKey();
    if (deduplicationKey != null) {
      var before = tables.deduplications.get(tx, deduplicationKey);
      if (before != null && before.time() > record.sent() - DEDUPLICATION_MILLIS) {
        return new Sent(before.messageId(), before.number(), true);
      }
      tables.deduplications.put(
          tx,
          deduplicationKey,
          new SqsTables.Deduplication(record.sent(), record.messageId(), message.number()));
    }
    tables.messages.put(tx, message.key(), record, message.content());
    return new Sent(record.messageId(), message.queue().fifo() ? message.number() : null, false);
  }

  /** A message was not written, since one with its deduplication id came lately. */
  void cameAgain(Outbound message) {
    metrics.deduplicated(message.live());
  }

  /** Shows messages to receivers, which are durable now. */
  void arrived(List<Outbound> messages, long now) {
    messages.forEach(message -> metrics.sent(message.live(), message.size()));
    messages.stream()
        .collect(Collectors.groupingBy(Outbound::live))
        .forEach(
            (queue, those) ->
                queue.arrive(
                    those.stream()
                        .map(one -> new QueueIndex.Held(one.number(), one.record(), null))
                        .toList(),
                    now));
  }
}
