package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.Sequence;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** The queues at work: each is read from the store when it is first asked for. */
final class LiveQueues {
  private final SqsTables tables;
  private final Sequence numbers;
  private final Clock clock;
  private final Map<String, LiveQueue> byId = new ConcurrentHashMap<>();

  LiveQueues(SqsTables tables, Sequence numbers, Clock clock) {
    this.tables = tables;
    this.numbers = numbers;
    this.clock = clock;
  }

  /**
   * A queue at work. To be asked for before messages are written to it: who asks first reads what
   * is there, and who writes adds what comes.
   */
  LiveQueue of(LoadedQueue queue) {
    var known = byId.get(queue.id());
    var live = known != null ? known : byId.computeIfAbsent(queue.id(), id -> read(queue));
    live.use(clock.millis());
    return live;
  }

  /** A queue at work; null where nobody has asked for it since the start. */
  @Nullable LiveQueue known(String queueId) {
    return byId.get(queueId);
  }

  private LiveQueue read(LoadedQueue queue) {
    var index = queue.fifo() ? new FifoIndex() : new QueueIndex.Standard();
    long now = clock.millis();
    var held = new ArrayList<QueueIndex.Held>();
    tables
        .store()
        .read(
            tx -> {
              tables.messages.forEach(
                  tx,
                  Scan.prefix(Key.prefix(queue.id())),
                  row -> {
                    long number = SqsTables.number(row.key());
                    if (number > queue.record().purgedThrough()) {
                      held.add(
                          new QueueIndex.Held(
                              number, row.value(), tables.receipts.get(tx, row.key())));
                    }
                  });
              return true;
            });
    held.forEach(message -> index.add(message, now));
    numbers.passed(index.lastNumber());
    return new LiveQueue(QueueMetrics.source(queue.record().name()), index);
  }

  /**
   * Goes over the queues that were asked for within that time.
   *
   * @param action is told the time as well
   */
  void forEachUsedWithin(long millis, ObjLongConsumer<LiveQueue> action) {
    long now = clock.millis();
    for (var live : byId.values()) {
      if (live.isUsedSince(now - millis)) {
        action.accept(live, now);
      }
    }
  }

  /** Forgets a queue that is deleted. */
  void close(String queueId) {
    var live = byId.remove(queueId);
    if (live != null) {
      live.close();
    }
  }

  /** Forgets all queues. */
  void clear() {
    byId.keySet().forEach(this::close);
  }

  /** Has all who wait look again. */
  void wake() {
    byId.values().forEach(LiveQueue::wake);
  }
}
