package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.TrailTables.Progress;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of an account's events in a Region for one trail: files, one after the other. Where
 * a file cannot be delivered it is tried again, ever more seldom, and later events wait in the
 * stream, from which they are read again.
 */
final class Delivery {
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofHours(1);

  /** As long as CloudTrail tries. */
  private static final Duration GIVEN_UP_AFTER = Duration.ofDays(30);

  private final String trailArn;
  private final String accountId;
  private final String region;
  private final Deliverer deliverer;
  private final EventStreams events;
  private final LogDelivery logs;
  private Progress progress;
  private LogFile file = new LogFile();
  private LogFile.@Nullable Finished failed;
  private boolean behind;
  private Instant retryAt = Instant.EPOCH;
  private Duration retryAfter = FIRST_RETRY;

  Delivery(
      String trailArn,
      String accountId,
      String region,
      Progress progress,
      Deliverer deliverer,
      EventStreams events) {
    this.trailArn = trailArn;
    this.accountId = accountId;
    this.region = region;
    this.progress = progress;
    this.deliverer = deliverer;
    this.events = events;
    this.logs = deliverer.newLogDelivery(trailArn, accountId, region, progress.delivered(), events);
    this.behind = progress.behind() || progress.pendingKey() != null;
  }

  String trailArn() {
    return trailArn;
  }

  /** Takes an event in; one that was delivered already is passed over. */
  void add(TrailRecord trail, ApiCall call, Instant now) {
    if (behind || call.sequence() <= progress.delivered()) {
      return;
    }
    take(trail, call);
    if (file.isFull()) {
      deliver(trail, now);
    }
  }

  private void take(TrailRecord trail, ApiCall call) {
    file.add(call);
    logs.add(trail, call);
  }

  /** A place in the stream before everything that would be read again. */
  long safePlace(long place) {
    return behind || file.isEmpty() ? place : file.first() - 1;
  }

  /**
   * Delivers what must not wait longer.
   *
   * @param place up to which the stream has been read
   * @return whether something was delivered
   */
  boolean deliverDue(TrailRecord trail, Instant now, Duration longestWait, long place) {
    if (logs.isBehind()) {
      deliverer.note(target(trail, ""), logs.catchUp(trail, now, place), now);
    }
    if (behind) {
      return !now.isBefore(retryAt) && catchUp(trail, now, place);
    }
    return !file.isEmpty() && !file.oldest().plus(longestWait).isAfter(now) && deliver(trail, now);
  }

  /** Delivers the file that failed, then what has come since. */
  private boolean catchUp(TrailRecord trail, Instant now, long place) {
    var delivered = false;
    while (behind) {
      if (failed == null && !fill(trail, place)) {
        behind = false;
        progress = new Progress(place, null, 0, false);
        return delivered;
      }
      if (!deliver(trail, now)) {
        return delivered;
      }
      delivered = true;
    }
    return delivered;
  }

  /** Reads a file's worth of events again; false where there are none. */
  private boolean fill(TrailRecord trail, long place) {
    file = new LogFile();
    long end = progress.pendingKey() == null ? place : progress.pendingThrough();
    long from = progress.delivered();
    while (from < end && !file.isFull()) {
      var calls = events.nextCalls(from);
      if (calls.isEmpty()) {
        break;
      }
      for (var call : calls) {
        // The end of a file whose delivery was interrupted is where it was before.
        if (call.sequence() <= end
            && call.sequence() > progress.delivered()
            && call.accountId().equals(accountId)
            && call.region().equals(region)
            && (progress.pendingKey() != null || !file.isFull())
            && EventSelection.logs(trail, call)) {
          take(trail, call);
        }
      }
      from = calls.getLast().sequence();
    }
    if (file.isEmpty() && progress.pendingKey() != null) {
      // The trail's selectors have changed meanwhile, and none of its events is left.
      progress = new Progress(progress.pendingThrough(), null, 0, true);
      return fill(trail, place);
    }
    return !file.isEmpty();
  }

  private boolean deliver(TrailRecord trail, Instant now) {
    if (failed != null && file.oldest().plus(GIVEN_UP_AFTER).isBefore(now)) {
      giveUp();
      return true;
    }
    boolean hasMore = behind;
    var finished = failed == null ? file.finish() : failed;
    // Until it is there it counts as failed, also where the store fails on the way.
    failed = finished;
    behind = true;
    var key =
        progress.pendingKey() == null
            ? LogFile.key(trail, LogFile.EVENTS, accountId, region, now)
            : progress.pendingKey();
    var target = target(trail, key);
    deliverer.note(target, logs.deliver(trail), now);
    progress = progress.pending(key, file.last());
    var done = new Progress(file.last(), null, 0, hasMore);
    if (deliverer.deliver(target, file, finished, progress, done, now)) {
      progress = done;
      behind = hasMore;
      file = new LogFile();
      failed = null;
      retryAfter = FIRST_RETRY;
      return true;
    }
    retryAt = now.plus(retryAfter);
    var next = retryAfter.multipliedBy(2);
    retryAfter = next.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : next;
    return false;
  }

  private Deliverer.Target target(TrailRecord trail, String key) {
    return new Deliverer.Target(trail, accountId, region, key);
  }

  private void giveUp() {
    progress = new Progress(file.last(), null, 0, true);
    file = new LogFile();
    failed = null;
    behind = true;
  }
}
