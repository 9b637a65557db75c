package dev.bulwark.messaging.sqs;

import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Deletes what has been kept long enough: messages, deduplication ids, what queues left behind. */
final class Janitor implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Janitor.class.getName());
  private static final long PERIOD_SECONDS = 5;
  private static final int CHUNK = 500;

  private final SqsTables tables;
  private final LiveQueues live;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sqs-janitor").factory());

  Janitor(SqsTables tables, LiveQueues live, Clock clock) {
    this.tables = tables;
    this.live = live;
    this.clock = clock;
  }

  void start() {
    thread.scheduleWithFixedDelay(
        this::sweepQuietly, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  private void sweepQuietly() {
    try {
      sweep();
    } catch (RuntimeException e) {
      if (!(e instanceof StoreException failed) || failed.kind() != StoreException.Kind.CLOSED) {
        LOG.log(System.Logger.Level.WARNING, "expired messages stay until the next time", e);
      }
    }
  }

  /** Once over everything. */
  void sweep() {
    long now = clock.millis();
    tables
        .store()
        .read(tx -> tables.queues.scan(tx, Scan.all()))
        .forEach(row -> expire(LoadedQueue.of(row.value()), now));
    tables
        .store()
        .read(tx -> tables.deduplicationsUntil(tx, now - Sends.DEDUPLICATION_MILLIS, CHUNK))
        .forEach(key -> tables.store().append(tx -> tables.deduplications.delete(tx, key)));
    tables
        .store()
        .read(tx -> tables.garbage.scan(tx, Scan.all().limit(100)))
        .forEach(row -> collect(row.key(), row.value()));
  }

  /** Of queues that nobody has asked for since the start, what is too old goes when they are. */
  private void expire(LoadedQueue queue, long now) {
    long since = now - queue.retention() * 1000L;
    var working = live.known(queue.id());
    if (working == null) {
      return;
    }
    var expired = working.expire(since);
    for (int from = 0; from < expired.size(); from += CHUNK) {
      var chunk = List.copyOf(expired.subList(from, Math.min(from + CHUNK, expired.size())));
      tables
          .store()
          .append(
              tx ->
                  chunk.forEach(
                      number -> {
                        var key = SqsTables.key(queue.id(), number);
                        tables.messages.delete(tx, key);
                        tables.receipts.delete(tx, key);
                      }));
    }
  }

  /** Rows of a queue that was deleted or purged, some at a time so that others can write. */
  private void collect(String queueId, long through) {
    while (true) {
      var keys =
          tables
              .store()
              .read(tx -> tables.messages.keys(tx, Scan.prefix(Key.prefix(queueId)).limit(CHUNK)))
              .stream()
              .filter(key -> SqsTables.number(key) <= through)
              .toList();
      if (keys.isEmpty()) {
        tables
            .store()
            .run(
                tx -> {
                  if (through == Long.MAX_VALUE) {
                    tables.receipts.deleteAll(tx, Key.prefix(queueId));
                    tables.deduplications.deleteAll(tx, Key.prefix(queueId));
                  }
                  var current = tables.garbage.get(tx, queueId);
                  if (current != null && current == through) {
                    tables.garbage.delete(tx, queueId);
                  }
                });
        return;
      }
      tables
          .store()
          .run(
              tx ->
                  keys.forEach(
                      key -> {
                        tables.messages.delete(tx, key);
                        tables.receipts.delete(tx, key);
                      }));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
