package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.logs.InputLogEvent;
import dev.bulwark.audit.cloudtrail.TrailTables.LogProgress;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of an account's events in a Region to a trail's log group. How far it has come is
 * kept apart from how far files have: what the log group does not take stays in the stream, and is
 * read again from there, ever more seldom while it fails.
 */
final class LogDelivery {
  private static final int MOST_WAITING = 20_000;
  private static final int BATCH_EVENTS = 5_000;
  private static final int BATCH_BYTES = 900_000;
  private static final int EVENT_OVERHEAD = 26;

  /** Larger ones are not for log groups, as at AWS. */
  private static final int LARGEST = 262_144 - EVENT_OVERHEAD;

  private static final long LONGEST_SPAN = Duration.ofHours(23).toMillis();
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofHours(1);

  private final String accountId;
  private final String region;
  private final String row;
  private final TrailTables tables;
  private final LogGroups logGroups;
  private final EventStreams events;
  private final List<InputLogEvent> waiting = new ArrayList<>();
  private LogProgress progress;
  private long newest;
  private Instant retryAt = Instant.EPOCH;
  private Duration retryAfter = FIRST_RETRY;

  /**
   * A delivery.
   *
   * @param filed up to where files have been delivered, where nothing is known of the log group
   */
  LogDelivery(
      String trailArn,
      String accountId,
      String region,
      long filed,
      TrailTables tables,
      LogGroups logGroups,
      EventStreams events) {
    this.accountId = accountId;
    this.region = region;
    this.row = Key.of(trailArn, accountId, region);
    this.tables = tables;
    this.logGroups = logGroups;
    this.events = events;
    var kept = tables.logProgress().get(row);
    this.progress = kept == null ? new LogProgress(filed, false) : kept;
  }

  /** Takes an event in that follows those before; one that was delivered is passed over. */
  void add(TrailRecord trail, ApiCall call) {
    if (trail.settings().logGroupArn() == null
        || progress.behind()
        || call.sequence() <= Math.max(progress.delivered(), newest)) {
      return;
    }
    newest = call.sequence();
    take(call);
    if (waiting.size() >= MOST_WAITING) {
      // The rest is in the stream.
      fallBehind();
    }
  }

  private void take(ApiCall call) {
    if (call.record().length <= LARGEST) {
      waiting.add(
          new InputLogEvent(
              call.time().toEpochMilli(), new String(call.record(), StandardCharsets.UTF_8)));
    }
  }

  private void fallBehind() {
    waiting.clear();
    keep(new LogProgress(progress.delivered(), true));
  }

  private void keep(LogProgress next) {
    tables.store().run(tx -> tables.logProgress().put(tx, row, next));
    progress = next;
  }

  boolean isBehind() {
    return progress.behind();
  }

  /** What has come of a delivery; null where none was due. */
  record Outcome(@Nullable String error) {}

  /** Delivers what waits, before the file that holds it is. */
  @Nullable Outcome deliver(TrailRecord trail) {
    if (waiting.isEmpty()) {
      return null;
    }
    var error = flush(trail);
    if (error == null) {
      keep(new LogProgress(newest, false));
    } else {
      fallBehind();
    }
    return new Outcome(error);
  }

  /**
   * Delivers what was not taken before, from the stream.
   *
   * @param place up to which the stream has been read
   */
  @Nullable Outcome catchUp(TrailRecord trail, Instant now, long place) {
    if (trail.settings().logGroupArn() == null) {
      keep(new LogProgress(place, false));
      return null;
    }
    if (now.isBefore(retryAt)) {
      return null;
    }
    long from = progress.delivered();
    while (from < place) {
      var calls = events.nextCalls(from);
      if (calls.isEmpty()) {
        break;
      }
      for (var call : calls) {
        if (call.sequence() > progress.delivered()
            && call.sequence() <= place
            && call.accountId().equals(accountId)
            && call.region().equals(region)
            && EventSelection.logs(trail, call)) {
          take(call);
        }
      }
      from = calls.getLast().sequence();
      if (waiting.size() >= BATCH_EVENTS || from >= place) {
        var error = flush(trail);
        if (error != null) {
          waiting.clear();
          retryAt = now.plus(retryAfter);
          var next = retryAfter.multipliedBy(2);
          retryAfter = next.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : next;
          return new Outcome(error);
        }
        keep(new LogProgress(Math.min(from, place), true));
      }
    }
    newest = place;
    retryAfter = FIRST_RETRY;
    keep(new LogProgress(place, false));
    return new Outcome(null);
  }

  /** The code of the error that kept some of what waits; null where all is there. */
  private @Nullable String flush(TrailRecord trail) {
    var all = new ArrayList<>(waiting);
    // Calls that overlapped stand in the order of their ends.
    all.sort(Comparator.comparingLong(InputLogEvent::timestamp));
    for (int from = 0, to; from < all.size(); from = to) {
      to = batchEnd(all, from);
      try {
        logGroups.put(trail, accountId, region, List.copyOf(all.subList(from, to)));
      } catch (ApiException e) {
        return e.code();
      }
    }
    waiting.clear();
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
