package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.logs.InputLogEvent;
import dev.bulwark.events.ApiCall;
import dev.bulwark.schema.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to a trail's log group. What the log group does not take is tried again with
 * what comes next; beyond a bound the oldest are given up, which the trail's files still hold.
 */
final class LogQueue {
  private static final int MOST_WAITING = 20_000;
  private static final int BATCH_EVENTS = 5_000;
  private static final int BATCH_BYTES = 900_000;
  private static final int EVENT_OVERHEAD = 26;

  /** Larger ones are not for log groups, as at AWS. */
  private static final int LARGEST = 262_144 - EVENT_OVERHEAD;

  private static final long LONGEST_SPAN = Duration.ofHours(23).toMillis();

  private final LogGroups logGroups;
  private final ArrayDeque<InputLogEvent> waiting = new ArrayDeque<>();

  LogQueue(LogGroups logGroups) {
    this.logGroups = logGroups;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(ApiCall call) {
    if (call.record().length <= LARGEST) {
      if (waiting.size() == MOST_WAITING) {
        waiting.removeFirst();
      }
      waiting.add(
          new InputLogEvent(
              call.time().toEpochMilli(), new String(call.record(), StandardCharsets.UTF_8)));
    }
  }

  /**
   * Delivers what waits.
   *
   * @return the code of the error that kept some of it; null where all is there
   */
  @Nullable String flush(TrailRecord trail, String accountId, String region) {
    var events = new ArrayList<>(waiting);
    // Calls that overlapped stand in the order of their ends.
    events.sort(Comparator.comparingLong(InputLogEvent::timestamp));
    waiting.clear();
    for (int from = 0, to; from < events.size(); from = to) {
      to = batchEnd(events, from);
      try {
        logGroups.put(trail, accountId, region, List.copyOf(events.subList(from, to)));
      } catch (ApiException e) {
        waiting.addAll(events.subList(from, events.size()));
        return e.code();
      }
    }
    return null;
  }

  private static int batchEnd(List<InputLogEvent> events, int from) {
    long bytes = 0;
    int to = from;
    while (to < events.size() && to - from < BATCH_EVENTS) {
      var event = events.get(to);
      bytes += event.message().getBytes(StandardCharsets.UTF_8).length + (long) EVENT_OVERHEAD;
      boolean fits =
          bytes <= BATCH_BYTES && event.timestamp() - events.get(from).timestamp() <= LONGEST_SPAN;
      if (!fits && to > from) {
        break;
      }
      to++;
    }
    return to;
  }
}
