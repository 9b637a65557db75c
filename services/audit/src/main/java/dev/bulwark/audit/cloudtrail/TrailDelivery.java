package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.TrailTables.Place;
import dev.bulwark.audit.cloudtrail.TrailTables.Progress;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows the stream of API calls and delivers them to the destinations of trails: a consumer of
 * its own pace, which costs requests nothing but the processor's time.
 *
 * <p>Nothing is lost where the process ends: the place in the stream that is kept lies before all
 * that has not been delivered. Nothing is delivered twice: the key and the end of a file are noted
 * before it is written, so the next process writes the same file to the same key.
 */
final class TrailDelivery implements PacedReader.Work, AutoCloseable {
  /** The oldest event of a file waits no longer; that leaves time for the delivery itself. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(270);

  /** How much longer the reader rests than it works. */
  private static final int RESTS = 20;

  private static final long PLACE_KEPT_AFTER = 10_000;
  private static final String PLACE = "calls";

  private final TrailTables tables;
  private final EventStreams events;
  private final Deliverer deliverer;
  private final Digests digests;
  private final InsightDetector insights;
  private final InsightDelivery insightDelivery;
  private final Clock clock;
  private final LoggingTrails trails;
  private final Map<String, Delivery> deliveries = new HashMap<>();
  private final PacedReader reader;
  private long place = -1;
  private long keptPlace;
  private long readSinceKept;

  TrailDelivery(
      TrailTables tables,
      EventStreams events,
      LoggingTrails trails,
      Deliverer deliverer,
      Digests digests,
      InsightDetector insights,
      InsightDelivery insightDelivery,
      Clock clock) {
    this.tables = tables;
    this.events = events;
    this.deliverer = deliverer;
    this.digests = digests;
    this.insights = insights;
    this.insightDelivery = insightDelivery;
    this.clock = clock;
    this.trails = trails;
    this.reader = new PacedReader("cloudtrail-delivery", RESTS, clock, this);
  }

  /** Reads and delivers from time to time, until it is closed. */
  void start(Duration interval) {
    reader.start(interval);
  }

  /** Reads the stream to its end and delivers what is due at this time. */
  synchronized void catchUp() {
    events.flush();
    while (step() != null) {
      // All that was answered before is to be read.
    }
    due();
  }

  /** Reads some of the stream; null at its end, else the newest call that was read. */
  @Override
  public synchronized @Nullable ApiCall step() {
    open();
    if (trails.isEmpty()) {
      place = events.newestCall();
      keepPlace(false);
      return null;
    }
    var calls = events.nextCalls(place);
    if (calls.isEmpty()) {
      return null;
    }
    for (var call : calls) {
      for (var trail : trails.of(call)) {
        delivery(trail, call).add(trail, call, clock.instant());
      }
    }
    place = calls.getLast().sequence();
    readSinceKept += calls.size();
    keepPlace(false);
    return calls.getLast();
  }

  /** Goes on where the process before has left off. */
  private void open() {
    if (place >= 0) {
      return;
    }
    var kept = tables.place().get(PLACE);
    place = kept == null ? 0 : kept.sequence();
    keptPlace = place;
    var rows = tables.store().read(tx -> tables.progress().scan(tx, Scan.all()));
    for (var row : rows) {
      var parts = Key.split(row.key(), 3);
      var delivery =
          new Delivery(parts.get(0), parts.get(1), parts.get(2), row.value(), deliverer, events);
      deliveries.put(row.key(), delivery);
    }
  }

  private Delivery delivery(TrailRecord trail, ApiCall call) {
    return deliveries.computeIfAbsent(
        Key.of(trail.arn(), call.accountId(), call.region()),
        key ->
            new Delivery(
                trail.arn(), call.accountId(), call.region(), Progress.NONE, deliverer, events));
  }

  @Override
  public synchronized void due() {
    open();
    var now = clock.instant();
    var delivered = false;
    var gone = new ArrayList<String>();
    for (var entry : deliveries.entrySet()) {
      var delivery = entry.getValue();
      var trail = tables.trails().get(delivery.trailArn());
      if (trail == null) {
        gone.add(entry.getKey());
      } else {
        delivered |= delivery.deliverDue(trail, now, LONGEST_WAIT, place);
      }
    }
    gone.forEach(deliveries::remove);
    if (delivered) {
      keepPlace(true);
    }
    insights.catchUp();
    insightDelivery.deliverDue();
    digests.deliverDue(now);
  }

  /**
   * The place before all that has been read and not delivered; failed deliveries keep their own.
   */
  private void keepPlace(boolean soon) {
    if (!soon && readSinceKept < PLACE_KEPT_AFTER) {
      return;
    }
    var safe = place;
    for (var delivery : deliveries.values()) {
      safe = Math.min(safe, delivery.safePlace(place));
    }
    readSinceKept = 0;
    if (safe > keptPlace) {
      keptPlace = safe;
      var kept = new Place(safe);
      tables.store().run(tx -> tables.place().put(tx, PLACE, kept));
    }
  }

  /** For a laboratory that forgets everything. */
  synchronized void forget() {
    deliveries.clear();
    place = -1;
    digests.forget();
    insights.forget();
  }

  @Override
  public void close() {
    reader.close();
  }
}
