package dev.bulwark.messaging.sqs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receives of FIFO queues by their attempt ids, which hand out the same messages again for five
 * minutes, as long as nobody has touched them. Forgotten by a restart, after which such a retry
 * finds the messages in flight. Thread-safe.
 */
final class ReceiveAttempts {
  private static final long KEPT_MILLIS = 5 * 60_000;
  private static final int MOST = 10_000;

  private record Attempt(List<LiveQueue.Taken> taken, long time) {}

  private final Map<String, Attempt> attempts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempt> eldest) {
          return size() > MOST;
        }
      };

  synchronized void keep(@Nullable String attempt, List<LiveQueue.Taken> taken, long now) {
    if (attempt != null) {
      attempts.put(attempt, new Attempt(taken, now));
    }
  }

  /** The messages of an attempt, hidden anew; none where it is unknown or they were touched. */
  synchronized List<LiveQueue.Taken> again(
      @Nullable String attempt, LiveQueue queue, long visibility, long now) {
    var before = attempt == null ? null : attempts.get(attempt);
    if (before == null || before.time() + KEPT_MILLIS <= now) {
      return List.of();
    }
    var again = new ArrayList<LiveQueue.Taken>(before.taken().size());
    for (var one : before.taken()) {
      var receipt = queue.find(one.number());
      if (receipt == null || !receipt.equals(one.receipt()) || receipt.visibleFrom() <= now) {
        return List.of();
      }
      again.add(
          new LiveQueue.Taken(
              one.held(),
              receipt,
              new ReceiptRecord(
                  receipt.received(),
                  receipt.firstReceived(),
                  receipt.lastReceived(),
                  now + visibility)));
    }
    again.forEach(one -> queue.hide(one.number(), one.receipt().visibleFrom(), now));
    return again;
  }
}
