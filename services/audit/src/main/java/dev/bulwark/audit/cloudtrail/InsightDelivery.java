package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.logs.InputLogEvent;
import dev.bulwark.audit.cloudtrail.InsightTables.Delivery;
import dev.bulwark.audit.cloudtrail.InsightTables.InsightEvent;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Scan;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Delivers events of Insights to the buckets and log groups of trails: a file each, whose key was
 * noted with the event, so that a crash leads to the same file again. What fails is tried for 30
 * days, ever more seldom.
 */
final class InsightDelivery {
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LAST_RETRY = Duration.ofHours(1);
  private static final Duration GIVEN_UP_AFTER = Duration.ofDays(30);
  private static final int MOST_DOUBLINGS = 6;
  private static final int AT_ONCE = 500;

  private final InsightTables tables;
  private final TrailTables trails;
  private final Deliverer deliverer;
  private final Clock clock;

  InsightDelivery(InsightTables tables, TrailTables trails, Deliverer deliverer, Clock clock) {
    this.tables = tables;
    this.trails = trails;
    this.deliverer = deliverer;
    this.clock = clock;
  }

  /** Delivers what is due. */
  void deliverDue() {
    String after = null;
    while (true) {
      var from = after;
      var rows =
          tables
              .store()
              .read(tx -> tables.deliveries.scan(tx, Scan.all().after(from).limit(AT_ONCE)));
      for (var row : rows) {
        if (row.value().due() <= clock.millis()) {
          attempt(row);
        }
      }
      if (rows.size() < AT_ONCE) {
        return;
      }
      after = rows.getLast().cursor();
    }
  }

  private void attempt(Entry<Delivery> row) {
    var delivery = row.value();
    var now = clock.instant();
    var trail = trails.trails().get(delivery.trailArn());
    var event = tables.events.get(delivery.eventKey());
    if (trail == null || event == null || event.time().plus(GIVEN_UP_AFTER).isBefore(now)) {
      tables.store().run(tx -> tables.deliveries.delete(tx, row.key()));
      return;
    }
    var target = new Deliverer.Target(trail, event.accountId(), event.region(), delivery.key());
    if (!delivery.key().isEmpty()) {
      var filed = keep(delivery, "", delivery.logged());
      if (!deliverer.deliverInsight(
          target, file(event), now, tx -> tables.deliveries.put(tx, row.key(), filed))) {
        later(row.key(), delivery, now);
        return;
      }
      delivery = filed;
    }
    if (!delivery.logged() && trail.settings().logGroupArn() != null) {
      var line = new InputLogEvent(event.time().toEpochMilli(), event.record());
      if (!deliverer.logInsight(target, line, now)) {
        later(row.key(), delivery, now);
        return;
      }
    }
    tables.store().run(tx -> tables.deliveries.delete(tx, row.key()));
  }

  private static LogFile file(InsightEvent event) {
    var file = new LogFile();
    file.add(event.record().getBytes(StandardCharsets.UTF_8), event.time());
    return file;
  }

  private static Delivery keep(Delivery delivery, String key, boolean logged) {
    return new Delivery(
        delivery.trailArn(), delivery.eventKey(), key, logged, delivery.attempts(), delivery.due());
  }

  private void later(String rowKey, Delivery delivery, Instant now) {
    var wait = FIRST_RETRY.multipliedBy(1L << Math.min(delivery.attempts(), MOST_DOUBLINGS));
    var due = now.plus(wait.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : wait);
    var failed =
        new Delivery(
            delivery.trailArn(),
            delivery.eventKey(),
            delivery.key(),
            delivery.logged(),
            delivery.attempts() + 1,
            due.toEpochMilli());
    tables.store().run(tx -> tables.deliveries.put(tx, rowKey, failed));
  }
}
