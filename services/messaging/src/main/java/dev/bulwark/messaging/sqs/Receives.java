package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.Message;
import dev.bulwark.api.sqs.ReceiveMessageRequest;
import dev.bulwark.api.sqs.ReceiveMessageResult;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ReceiveMessage: chooses messages in memory, makes their receives durable, and hands them out.
 * Long polls wait for what comes, on their virtual threads.
 */
final class Receives {
  private static final int MOST_MESSAGES = 10;

  private final SqsTables tables;
  private final QueueFinder finder;
  private final LiveQueues live;
  private final DeadLetters deadLetters;
  private final MessageSeals seals;
  private final ReceiveAttempts attempts;
  private final MessageViews views;
  private final QueueMetrics metrics;
  private final Clock clock;

  Receives(
      SqsTables tables,
      QueueFinder finder,
      LiveQueues live,
      DeadLetters deadLetters,
      MessageSeals seals,
      MessageViews views,
      QueueMetrics metrics,
      Clock clock) {
    this.tables = tables;
    this.finder = finder;
    this.live = live;
    this.deadLetters = deadLetters;
    this.seals = seals;
    this.attempts = new ReceiveAttempts();
    this.views = views;
    this.metrics = metrics;
    this.clock = clock;
  }

  ReceiveMessageResult receive(ReceiveMessageRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    int most = Objects.requireNonNullElse(in.maxNumberOfMessages(), 1);
    if (most < 1 || most > MOST_MESSAGES) {
      throw SqsErrors.invalid(
          most, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.");
    }
    MessageChecks.range(
        in.visibilityTimeout(),
        "VisibilityTimeout",
        QueueAttributes.LONGEST_VISIBILITY,
        "Must be >= 0 and <= " + QueueAttributes.LONGEST_VISIBILITY + ", if provided.");
    MessageChecks.range(
        in.waitTimeSeconds(),
        "WaitTimeSeconds",
        QueueAttributes.LONGEST_WAIT,
        "Must be >= 0 and <= " + QueueAttributes.LONGEST_WAIT + ", if provided.");
    var attempt = attempt(in.receiveRequestAttemptId(), queue);
    int visibility = Objects.requireNonNullElse(in.visibilityTimeout(), queue.visibility());
    int wait = Objects.requireNonNullElse(in.waitTimeSeconds(), queue.waitSeconds());
    views.check(in);

    var working = live.of(queue);
    long until = call.time().toEpochMilli() + wait * 1000L;
    var again = attempts.again(attempt, working, visibility * 1000L, clock.millis());
    if (!again.isEmpty()) {
      return handOut(in, queue, working, again, attempt, call);
    }
    while (true) {
      long now = clock.millis();
      var target = deadLetters.target(queue);
      var found =
          working.take(
              most,
              visibility * 1000L,
              target.isPresent() ? queue.redrive().orElseThrow().maxReceiveCount() : 0,
              now - queue.retention() * 1000L,
              now);
      if (!found.dead().isEmpty() && target.isPresent()) {
        bury(queue, target.get(), working, found, now);
      }
      if (!found.taken().isEmpty()) {
        return handOut(in, queue, working, found.taken(), attempt, call);
      }
      if (found.full() && wait == 0 && !queue.fifo()) {
        throw SqsErrors.tooManyInFlight();
      }
      if (found.dead().isEmpty() && (now >= until || !await(working, found, until, now))) {
        metrics.received(working, 0);
        return ReceiveMessageResult.builder().build();
      }
    }
  }

  private static @Nullable String attempt(@Nullable String id, LoadedQueue queue) {
    if (id == null) {
      return null;
    }
    if (!queue.fifo()) {
      throw SqsErrors.unsupportedOfQueueType(id, "ReceiveRequestAttemptId");
    }
    MessageChecks.fifoId(id, "ReceiveRequestAttemptId");
    return queue.id() + " " + id;
  }

  private static boolean await(LiveQueue working, LiveQueue.Found found, long until, long now) {
    try {
      return working.await(found.version(), until, now);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void bury(
      LoadedQueue queue, LoadedQueue target, LiveQueue working, LiveQueue.Found found, long now) {
    try {
      deadLetters.move(queue, target, found.dead(), queue.arn(), now);
    } catch (StoreException e) {
      working.putBack(found.dead(), now);
      working.putBack(found.taken(), now);
      throw e;
    }
  }

  private ReceiveMessageResult handOut(
      ReceiveMessageRequest in,
      LoadedQueue queue,
      LiveQueue working,
      List<LiveQueue.Taken> taken,
      @Nullable String attempt,
      Call call) {
    try {
      var messages = new ArrayList<Message>(taken.size());
      for (var one : taken) {
        var stored = StoredContents.read(tables, SqsTables.key(queue.id(), one.number()));
        if (stored == null) {
          working.remove(List.of(one.number()));
          continue;
        }
        var content =
            MessageContent.decode(
                seals.open(stored.sealed(), stored.record().messageId(), queue, call));
        messages.add(views.message(in, queue, stored.record(), content, one));
      }
      var result = ReceiveMessageResult.builder().messages(messages).build();
      call.write(
          result,
          tx -> {
            for (var one : taken) {
              var key = SqsTables.key(queue.id(), one.number());
              if (tables.messages.contains(tx, key)) {
                tables.receipts.put(tx, key, one.receipt());
              }
            }
          });
      attempts.keep(attempt, taken, clock.millis());
      metrics.received(working, messages.size());
      return result;
    } catch (ApiException | StoreException e) {
      working.putBack(taken, clock.millis());
      throw e;
    }
  }
}
