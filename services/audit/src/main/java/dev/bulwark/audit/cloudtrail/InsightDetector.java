package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.InsightCounter.Counted;
import dev.bulwark.audit.cloudtrail.InsightTables.Delivery;
import dev.bulwark.audit.cloudtrail.InsightTables.HourCounts;
import dev.bulwark.audit.cloudtrail.InsightTables.InsightEvent;
import dev.bulwark.audit.cloudtrail.InsightTables.OpenInsight;
import dev.bulwark.audit.cloudtrail.InsightTables.Place;
import dev.bulwark.base.Ids;
import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds unusual activity in the stream of management events: minutes in which an operation was
 * called, or failed with an error, far more often than in the seven days before. Activity goes on
 * until five minutes have passed without. For the first 36 hours after Insights were enabled it
 * learns what is usual.
 *
 * <p>What is counted of a minute goes into the store once the minute is over, together with the
 * place in the stream before the calls of later minutes; so a restart counts none twice and none
 * not at all.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html">Working
 *     with CloudTrail Insights</a>
 */
final class InsightDetector {
  static final Duration KEPT = Duration.ofDays(90);

  /** At AWS the first Insights come up to 36 hours after they were enabled. */
  private static final long LEARNING_MINUTES = 36L * 60;

  /** Calls are in the stream some time after they have begun. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final long QUIET_MINUTES = 5;
  private static final int MOST_WAITING = 50_000;
  private static final int SECONDS = 60;
  private static final int SWEPT_AT_ONCE = 1000;

  private final InsightTables tables;
  private final EventStreams events;
  private final InsightWatch watch;
  private final Clock clock;
  private final InsightCounter counter;
  private boolean open;
  private Place place = new Place(0, 0);
  private long read;
  private long sweptDay;

  InsightDetector(InsightTables tables, EventStreams events, InsightWatch watch, Clock clock) {
    this.tables = tables;
    this.events = events;
    this.watch = watch;
    this.clock = clock;
    this.counter = new InsightCounter(watch);
  }

  static long minute(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), SECONDS);
  }

  /** For a laboratory that forgets everything. */
  void forget() {
    open = false;
    counter.forgetBefore(Long.MAX_VALUE);
  }

  /** Where counting begins, in the transaction that enables the first Insights. */
  void begin(WriteTx tx, Instant now) {
    if (watch.isEmpty()) {
      tables.places().put(tx, InsightTables.placeKey(), new Place(events.end(), minute(now)));
    }
  }

  /** Reads the stream to its end, and evaluates the minutes that are over. */
  void catchUp() {
    if (watch.isEmpty()) {
      forget();
      return;
    }
    if (!open) {
      var kept = tables.places().get(InsightTables.placeKey());
      place = kept == null ? new Place(events.newestCall(), minute(clock.instant())) : kept;
      read = place.sequence();
      open = true;
    }
    long end = minute(clock.instant().minus(GRACE));
    while (true) {
      var calls = events.nextCalls(read);
      if (calls.isEmpty()) {
        break;
      }
      calls.forEach(call -> counter.count(call, place.evaluated()));
      read = calls.getLast().sequence();
      if (counter.waiting() > MOST_WAITING) {
        evaluate(minute(calls.getLast().time()));
      }
    }
    evaluate(end);
    sweep();
  }

  /** Evaluates the minutes before one, as far as the stream has been read. */
  private void evaluate(long end) {
    if (end <= place.evaluated()) {
      return;
    }
    var counted = counter.before(end);
    var next =
        tables
            .store()
            .write(
                tx -> {
                  counted.forEach(one -> evaluate(tx, one));
                  tables.open.scan(tx, Scan.all()).forEach(row -> endIfQuiet(tx, row.value(), end));
                  var after = new Place(counter.safePlace(end, read), end);
                  tables.places().put(tx, InsightTables.placeKey(), after);
                  return after;
                });
    counter.forgetBefore(end);
    place = next;
  }

  private void evaluate(WriteTx tx, Counted one) {
    var series = one.series();
    var running = tables.open.get(tx, series.key());
    if (running != null && one.minute() - running.last() > QUIET_MINUTES) {
      end(tx, running);
      running = null;
    }
    if (running != null) {
      proceed(tx, running, one);
    } else if (InsightBaseline.isWorthALook(one.counts().count())) {
      startIfUnusual(tx, one);
    }
    var key = InsightTables.hourKey(series, one.minute() / InsightTables.MINUTES_OF_HOUR);
    var before = tables.hours.get(tx, key);
    var hour = before == null ? new HourCounts(Map.of(), 0, Map.of()) : before;
    tables.hours.put(
        tx, key, hour.plus((int) (one.minute() % InsightTables.MINUTES_OF_HOUR), one.counts()));
  }

  private void proceed(WriteTx tx, OpenInsight running, Counted one) {
    boolean unusual = one.counts().count() >= running.threshold();
    var since = running.since().plus(one.counts());
    tables.open.put(
        tx,
        running.series().key(),
        new OpenInsight(
            running.series(),
            running.sharedEventId(),
            running.start(),
            unusual ? one.minute() : running.last(),
            running.threshold(),
            running.baseline(),
            unusual ? running.activity().plus(since) : running.activity(),
            unusual ? MinuteCounts.NONE : since));
  }

  private void startIfUnusual(WriteTx tx, Counted one) {
    var series = one.series();
    var since = watch.since(series.accountId(), series.region(), series.type());
    if (since == null || one.minute() - minute(since) < LEARNING_MINUTES) {
      return;
    }
    var baseline = InsightBaseline.read(tables, tx, series, one.minute(), minute(since));
    if (!baseline.isUnusual(one.counts().count())) {
      return;
    }
    var started =
        new OpenInsight(
            series,
            Ids.uuid(),
            one.minute(),
            one.minute(),
            baseline.threshold(),
            baseline,
            one.counts(),
            MinuteCounts.NONE);
    tables.open.put(tx, series.key(), started);
    tell(tx, InsightRecords.start(started));
  }

  private void endIfQuiet(WriteTx tx, OpenInsight running, long end) {
    if (end - running.last() > QUIET_MINUTES) {
      end(tx, running);
    }
  }

  private void end(WriteTx tx, OpenInsight running) {
    tables.open.delete(tx, running.series().key());
    tell(tx, InsightRecords.end(running));
  }

  /** Keeps an event, and sets it on its way to trails and to the account's event bus. */
  private void tell(WriteTx tx, InsightEvent event) {
    var trails = watch.trails(event.accountId(), event.region(), event.type());
    if (trails.isEmpty()) {
      return;
    }
    var key = Key.of(event.accountId(), event.region(), InsightTables.digits(events.end()));
    tables.events.insert(tx, key, event);
    long now = clock.millis();
    for (var trail : trails) {
      tables.deliveries.put(
          tx,
          Key.of(trail.arn(), key),
          new Delivery(
              trail.arn(),
              key,
              LogFile.key(
                  trail, LogFile.INSIGHTS, event.accountId(), event.region(), clock.instant()),
              trail.settings().logGroupArn() == null,
              0,
              now));
    }
    events.append(
        tx,
        new BusEvent(
            event.accountId(),
            event.region(),
            event.time(),
            "aws.cloudtrail",
            "AWS Insight via CloudTrail",
            List.of(),
            event.record()));
  }

  /** Deletes what is older than 90 days, once a day. */
  private void sweep() {
    var limit = clock.instant().minus(KEPT);
    long day = limit.getEpochSecond() / Duration.ofDays(1).toSeconds();
    if (day <= sweptDay) {
      return;
    }
    long oldest = minute(limit) / InsightTables.MINUTES_OF_HOUR;
    var hours = new ArrayList<String>();
    var old = new ArrayList<String>();
    tables
        .store()
        .read(
            tx -> {
              tables.hours.forEach(
                  tx,
                  Scan.all(),
                  row -> {
                    if (InsightTables.hourOf(row.key()) < oldest && hours.size() < SWEPT_AT_ONCE) {
                      hours.add(row.key());
                    }
                  });
              tables.events.forEach(
                  tx,
                  Scan.all(),
                  row -> {
                    if (row.value().time().isBefore(limit) && old.size() < SWEPT_AT_ONCE) {
                      old.add(row.key());
                    }
                  });
              return true;
            });
    tables
        .store()
        .run(
            tx -> {
              hours.forEach(key -> tables.hours.delete(tx, key));
              old.forEach(key -> tables.events.delete(tx, key));
            });
    if (hours.size() < SWEPT_AT_ONCE && old.size() < SWEPT_AT_ONCE) {
      sweptDay = day;
    }
  }
}
