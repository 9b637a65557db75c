package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.Sequence;
import dev.bulwark.state.Attachment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moves messages from one queue to another: dead letters there, and those redriven back. */
final class DeadLetters {
  private record Move(
      String from, String to, MessageRecord record, Attachment content, QueueIndex.Held held) {}

  private final SqsTables tables;
  private final LiveQueues live;
  private final Sequence numbers;

  DeadLetters(SqsTables tables, LiveQueues live, Sequence numbers) {
    this.tables = tables;
    this.live = live;
    this.numbers = numbers;
  }

  /** The queue that takes a queue's dead letters; empty where it has none, or it is gone. */
  Optional<LoadedQueue> target(LoadedQueue queue) {
    return queue.redrive().flatMap(redrive -> tables.findByArn(redrive.deadLetterTargetArn()));
  }

  /**
   * Moves messages that were taken out of their queue's index; they keep ids and contents.
   *
   * @param source whose dead letters they are; null where they are redriven
   */
  void move(
      LoadedQueue from,
      LoadedQueue to,
      List<LiveQueue.Taken> messages,
      @Nullable String source,
      long now) {
    var target = live.of(to);
    var moves = messages.stream().map(one -> prepare(from, to, one, source, now)).toList();
    var moved = new ArrayList<QueueIndex.Held>(moves.size());
    tables
        .store()
        .run(
            tx -> {
              moved.clear();
              for (var move : moves) {
                if (move != null && tables.messages.delete(tx, move.from())) {
                  tables.receipts.delete(tx, move.from());
                  tables.messages.put(tx, move.to(), move.record(), move.content());
                  moved.add(move.held());
                }
              }
            });
    target.arrive(moved, now);
  }

  /** Null where the message has been deleted meanwhile. */
  private @Nullable Move prepare(
      LoadedQueue from,
      LoadedQueue to,
      LiveQueue.Taken message,
      @Nullable String source,
      long now) {
    var key = SqsTables.key(from.id(), message.number());
    var row = StoredContents.read(tables, key);
    if (row == null) {
      return null;
    }
    var record = moved(row.record(), message.before(), to, source, now);
    long number = numbers.next();
    var newKey = SqsTables.key(to.id(), number);
    return new Move(
        key,
        newKey,
        record,
        tables.messages.attach(newKey, row.sealed()),
        new QueueIndex.Held(number, record, null));
  }

  /**
   * The age of a message in a standard queue counts from when it was first sent, in a FIFO queue
   * from its move.
   */
  private static MessageRecord moved(
      MessageRecord record,
      ReceiptRecord receipt,
      LoadedQueue to,
      @Nullable String source,
      long now) {
    boolean redriven = source == null;
    return new MessageRecord(
        record.messageId(),
        record.sent(),
        to.fifo() || redriven ? now : record.keptFrom(),
        now,
        record.senderId(),
        record.groupId(),
        record.deduplicationId(),
        redriven ? null : source,
        redriven ? 0 : receipt.received(),
        redriven ? 0 : receipt.firstReceived());
  }
}
