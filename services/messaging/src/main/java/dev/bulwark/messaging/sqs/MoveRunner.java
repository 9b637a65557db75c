package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.sqs.MoveTaskRecord.Status;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does the work of move tasks, each on a thread of its own; goes on with them after a restart. */
final class MoveRunner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(MoveRunner.class.getName());
  private static final int BATCH = 100;
  private static final String NO_SOURCE = "CouldNotDetermineMessageSource";
  private static final String NO_DESTINATION = "AWS.SimpleQueueService.NonExistentQueue";

  private final SqsTables tables;
  private final LiveQueues live;
  private final DeadLetters deadLetters;
  private final Clock clock;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  MoveRunner(SqsTables tables, LiveQueues live, DeadLetters deadLetters, Clock clock) {
    this.tables = tables;
    this.live = live;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /** Goes on with the tasks that a restart has interrupted. */
  void resume() {
    var active = new ArrayList<String>();
    tables
        .store()
        .read(
            tx -> {
              tables.moveTasks.forEach(
                  tx,
                  Scan.all(),
                  row -> {
                    if (row.value().isActive()) {
                      active.add(row.key());
                    }
                  });
              return true;
            });
    active.forEach(this::start);
  }

  /** Begins with the task of a key. */
  void start(String key) {
    if (running.add(key)) {
      Thread.ofVirtual().name("sqs-move").start(() -> run(key));
    }
  }

  private void run(String key) {
    try {
      boolean more = true;
      while (more && closed.getCount() > 0) {
        more = step(key);
      }
    } catch (StoreException e) {
      // Closed, or a failing disk: the task goes on with the next start.
      LOG.log(System.Logger.Level.WARNING, "a task that moves messages stopped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(key);
    }
  }

  /** Moves some messages; false at the end. */
  private boolean step(String key) throws InterruptedException {
    var task = tables.moveTasks.get(key);
    if (task == null) {
      return false;
    }
    var source = tables.findByArn(task.sourceArn()).orElse(null);
    if (task.status() == Status.CANCELLING) {
      return end(key, Status.CANCELLED, null);
    }
    if (source == null) {
      return end(key, Status.FAILED, NO_DESTINATION);
    }
    var working = live.of(source);
    long now = clock.millis();
    int most = task.rate() == null ? BATCH : Math.min(BATCH, task.rate());
    var found = working.take(most, 0, -1, now - source.retention() * 1000L, now).dead();
    if (found.isEmpty()) {
      return end(key, Status.COMPLETED, null);
    }
    var failure = move(task, source, working, found, now);
    if (failure != null) {
      return end(key, Status.FAILED, failure);
    }
    tables
        .store()
        .run(
            tx ->
                tables.moveTasks.update(
                    tx, key, before -> before.withMoved(before.moved() + found.size())));
    return task.rate() == null
        || !closed.await(found.size() * 1000L / task.rate(), TimeUnit.MILLISECONDS);
  }

  private @Nullable String move(
      MoveTaskRecord task,
      LoadedQueue source,
      LiveQueue working,
      List<LiveQueue.Taken> found,
      long now) {
    var byDestination = new LinkedHashMap<String, List<LiveQueue.Taken>>();
    for (var message : found) {
      var record = tables.messages.get(SqsTables.key(source.id(), message.number()));
      var arn =
          task.destinationArn() != null || record == null
              ? task.destinationArn()
              : record.deadLetterSource();
      byDestination.computeIfAbsent(arn == null ? "" : arn, any -> new ArrayList<>()).add(message);
    }
    String failure = null;
    for (Map.Entry<String, List<LiveQueue.Taken>> part : byDestination.entrySet()) {
      var destination = tables.findByArn(part.getKey());
      if (destination.isEmpty()) {
        working.putBack(part.getValue(), now);
        failure = part.getKey().isEmpty() ? NO_SOURCE : NO_DESTINATION;
        continue;
      }
      deadLetters.move(source, destination.get(), part.getValue(), null, now);
    }
    return failure;
  }

  private boolean end(String key, Status status, @Nullable String failure) {
    tables
        .store()
        .run(tx -> tables.moveTasks.update(tx, key, task -> task.withStatus(status, failure)));
    return false;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
