package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.LakeTables.Place;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.lake.LakeException;
import dev.bulwark.schema.ApiException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of the stream that an event data store is yet to keep in a file. Where they cannot be
 * kept, since KMS refuses the store's key for instance, they wait in the stream and are read from
 * there again, ever more seldom.
 */
final class LakeIntake {
  private static final System.Logger LOG = System.getLogger(LakeIntake.class.getName());
  private static final int FULL = 8 << 20;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofHours(1);

  private final String arn;
  private final LakeTables tables;
  private final LakeFiles files;
  private final EventStreams events;
  private List<byte[]> records = new ArrayList<>();
  private long bytes;
  private long first;
  private long last;
  private long kept;
  private @Nullable Instant oldest;
  private boolean behind;
  private Instant retryAt = Instant.EPOCH;
  private Duration retryAfter = FIRST_RETRY;

  LakeIntake(String arn, LakeTables tables, LakeFiles files, EventStreams events) {
    this.arn = arn;
    this.tables = tables;
    this.files = files;
    this.events = events;
    var place = tables.places().get(arn);
    this.kept = place == null ? 0 : place.sequence();
  }

  /** Takes an event in that the store selects; one that it has already is passed over. */
  void add(EventDataStoreRecord store, ApiCall call, Instant now) {
    if (behind || call.sequence() <= kept) {
      return;
    }
    take(call, now);
    if (bytes >= FULL) {
      keep(store, now);
    }
  }

  private void take(ApiCall call, Instant now) {
    if (records.isEmpty()) {
      first = call.sequence();
      oldest = now;
    }
    records.add(call.record());
    bytes += call.record().length;
    last = call.sequence();
  }

  /** A place in the stream before everything that would be read again. */
  long safePlace(long place) {
    return behind ? kept : records.isEmpty() ? place : first - 1;
  }

  /**
   * Keeps what must not wait longer.
   *
   * @param place up to which the stream has been read
   * @param all whether nothing is to wait
   */
  void keepDue(EventDataStoreRecord store, Instant now, long place, boolean all) {
    if (behind) {
      if (!now.isBefore(retryAt)) {
        catchUp(store, now, place);
      }
    } else if (oldest != null && (all || !oldest.plus(LONGEST_WAIT).isAfter(now))) {
      keep(store, now);
    }
  }

  private boolean keep(EventDataStoreRecord store, Instant now) {
    var through = new Place(last);
    try {
      files.write(store, records, tx -> tables.places().put(tx, arn, through));
      kept = last;
      clear();
      retryAfter = FIRST_RETRY;
      return true;
    } catch (LakeException | ApiException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "Events of " + arn + " cannot be kept, and wait: " + e.getMessage());
      behind = true;
      clear();
      retryAt = now.plus(retryAfter);
      var next = retryAfter.multipliedBy(2);
      retryAfter = next.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : next;
      return false;
    }
  }

  private void clear() {
    records = new ArrayList<>();
    bytes = 0;
    oldest = null;
  }

  private void catchUp(EventDataStoreRecord store, Instant now, long place) {
    long from = kept;
    while (from < place) {
      var calls = events.nextCalls(from);
      if (calls.isEmpty()) {
        break;
      }
      for (var call : calls) {
        if (call.sequence() > kept && call.sequence() <= place && Lake.selects(store, call)) {
          take(call, now);
        }
      }
      from = calls.getLast().sequence();
      if (bytes >= FULL && !keep(store, now)) {
        return;
      }
    }
    behind = records.isEmpty() ? false : !keep(store, now);
  }
}
