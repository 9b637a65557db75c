package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.ChangeMessageVisibilityBatchRequest;
import dev.bulwark.api.sqs.ChangeMessageVisibilityBatchRequestEntry;
import dev.bulwark.api.sqs.ChangeMessageVisibilityBatchResult;
import dev.bulwark.api.sqs.ChangeMessageVisibilityBatchResultEntry;
import dev.bulwark.api.sqs.ChangeMessageVisibilityRequest;
import dev.bulwark.api.sqs.DeleteMessageBatchRequest;
import dev.bulwark.api.sqs.DeleteMessageBatchRequestEntry;
import dev.bulwark.api.sqs.DeleteMessageBatchResult;
import dev.bulwark.api.sqs.DeleteMessageBatchResultEntry;
import dev.bulwark.api.sqs.DeleteMessageRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is done with a receipt handle: deleting, and changing the visibility. */
final class Receipts {
  /** A message that is hidden until another time. */
  private record Hidden(long number, ReceiptRecord receipt) {}

  private final SqsTables tables;
  private final QueueFinder finder;
  private final LiveQueues live;
  private final ReceiptHandles handles;
  private final QueueMetrics metrics;

  Receipts(
      SqsTables tables,
      QueueFinder finder,
      LiveQueues live,
      ReceiptHandles handles,
      QueueMetrics metrics) {
    this.tables = tables;
    this.finder = finder;
    this.live = live;
    this.handles = handles;
    this.metrics = metrics;
  }

  Unit delete(DeleteMessageRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var number = deletable(queue, in.receiptHandle(), call);
    if (number.isPresent()) {
      call.write(Unit.UNIT, tx -> delete(tx, queue, number.get()));
      live.of(queue).remove(List.of(number.get()));
    }
    metrics.deleted(live.of(queue), 1);
    return Unit.UNIT;
  }

  DeleteMessageBatchResult deleteBatch(DeleteMessageBatchRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    Batches.check(
        in.entries(), "DeleteMessageBatchRequestEntry", DeleteMessageBatchRequestEntry::id);
    var outcome =
        Batches.each(
            in.entries(),
            DeleteMessageBatchRequestEntry::id,
            entry -> deletable(queue, entry.receiptHandle(), call));
    var numbers =
        outcome.done().stream().map(Batches.Done::result).flatMap(Optional::stream).toList();
    var result =
        DeleteMessageBatchResult.builder()
            .successful(
                Batches.answers(
                    outcome,
                    (entry, number) ->
                        DeleteMessageBatchResultEntry.builder().id(entry.id()).build()))
            .failed(outcome.failed())
            .build();
    call.write(result, tx -> numbers.forEach(number -> delete(tx, queue, number)));
    live.of(queue).remove(numbers);
    metrics.deleted(live.of(queue), outcome.done().size());
    return result;
  }

  /**
   * The message to delete; empty where a handle says nothing of it any more, which a standard queue
   * passes over.
   */
  private Optional<Long> deletable(LoadedQueue queue, String handle, Call call) {
    var receipt = handles.read(queue, handle);
    var known = live.of(queue).find(receipt.number());
    if (known == null) {
      return Optional.empty();
    }
    boolean newest = known.received() == receipt.received();
    if (queue.fifo() && (!newest || known.visibleFrom() <= call.time().toEpochMilli())) {
      throw SqsErrors.handleHasExpired(handle);
    }
    return newest ? Optional.of(receipt.number()) : Optional.empty();
  }

  private void delete(WriteTx tx, LoadedQueue queue, long number) {
    var key = SqsTables.key(queue.id(), number);
    tables.messages.delete(tx, key);
    tables.receipts.delete(tx, key);
  }

  Unit changeVisibility(ChangeMessageVisibilityRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var hidden = hidden(queue, in.receiptHandle(), in.visibilityTimeout(), call);
    call.write(Unit.UNIT, tx -> hide(tx, queue, hidden));
    hide(queue, List.of(hidden), call);
    return Unit.UNIT;
  }

  ChangeMessageVisibilityBatchResult changeVisibilityBatch(
      ChangeMessageVisibilityBatchRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    Batches.check(
        in.entries(),
        "ChangeMessageVisibilityBatchRequestEntry",
        ChangeMessageVisibilityBatchRequestEntry::id);
    var outcome =
        Batches.each(
            in.entries(),
            ChangeMessageVisibilityBatchRequestEntry::id,
            entry -> hidden(queue, entry.receiptHandle(), entry.visibilityTimeout(), call));
    var all = outcome.done().stream().map(Batches.Done::result).toList();
    var result =
        ChangeMessageVisibilityBatchResult.builder()
            .successful(
                Batches.answers(
                    outcome,
                    (entry, done) ->
                        ChangeMessageVisibilityBatchResultEntry.builder().id(entry.id()).build()))
            .failed(outcome.failed())
            .build();
    call.write(result, tx -> all.forEach(one -> hide(tx, queue, one)));
    hide(queue, all, call);
    return result;
  }

  private Hidden hidden(LoadedQueue queue, String handle, @Nullable Integer timeout, Call call) {
    if (timeout == null) {
      throw SqsErrors.missing("VisibilityTimeout");
    }
    MessageChecks.range(
        timeout,
        "VisibilityTimeout",
        QueueAttributes.LONGEST_VISIBILITY,
        "Must be >= 0 and <= " + QueueAttributes.LONGEST_VISIBILITY + ", if provided.");
    var receipt = handles.read(queue, handle);
    var known = live.of(queue).find(receipt.number());
    long now = call.time().toEpochMilli();
    if (known == null || known.received() != receipt.received()) {
      throw SqsErrors.notAvailable(handle);
    }
    // A standard queue hides it again; AWS documents MessageNotInflight, and answers 200.
    if (queue.fifo() && known.visibleFrom() <= now) {
      throw SqsErrors.notAvailable(handle);
    }
    long until = now + timeout * 1000L;
    if (until - known.lastReceived() > QueueAttributes.LONGEST_VISIBILITY * 1000L) {
      throw SqsErrors.invalid(
          timeout,
          "VisibilityTimeout",
          "Total VisibilityTimeout for the message is beyond the limit ["
              + QueueAttributes.LONGEST_VISIBILITY
              + " seconds].");
    }
    return new Hidden(
        receipt.number(),
        new ReceiptRecord(known.received(), known.firstReceived(), known.lastReceived(), until));
  }

  private void hide(WriteTx tx, LoadedQueue queue, Hidden hidden) {
    var key = SqsTables.key(queue.id(), hidden.number());
    if (tables.messages.contains(tx, key)) {
      tables.receipts.put(tx, key, hidden.receipt());
    }
  }

  private void hide(LoadedQueue queue, List<Hidden> all, Call call) {
    long now = call.time().toEpochMilli();
    all.forEach(one -> live.of(queue).hide(one.number(), one.receipt().visibleFrom(), now));
  }
}
