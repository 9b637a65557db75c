package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.Event;
import dev.bulwark.audit.cloudtrail.InsightTables.InsightEvent;
import dev.bulwark.events.EventStreams.Query;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of Insights, newest first: LookupEvents with {@code insight} as category. */
final class InsightHistory {
  private static final int SCAN = 200;

  private final InsightTables tables;

  InsightHistory(InsightTables tables) {
    this.tables = tables;
  }

  /**
   * Some of them.
   *
   * @param next where to go on; null at the end
   */
  record Page(List<Event> events, @Nullable String next) {}

  Page lookup(Query query, @Nullable String from, int limit) {
    var found = new ArrayList<Event>();
    var scan = Scan.prefix(Key.prefix(query.accountId(), query.region())).reversed().limit(SCAN);
    var after = from;
    while (true) {
      var cursor = after;
      List<Entry<InsightEvent>> rows =
          tables.store().read(tx -> tables.events.scan(tx, scan.after(cursor)));
      for (var row : rows) {
        if (fits(row.value(), query)) {
          if (found.size() == limit) {
            return new Page(found, after);
          }
          found.add(event(row.value()));
        }
        after = row.cursor();
      }
      if (rows.size() < SCAN) {
        return new Page(found, null);
      }
    }
  }

  private static boolean fits(InsightEvent event, Query query) {
    if (event.time().isBefore(query.from()) || event.time().isAfter(query.to())) {
      return false;
    }
    return switch (query.attribute()) {
      case EVENT_ID -> event.eventId().equals(query.value());
      case EVENT_NAME -> event.name().equals(query.value());
      case EVENT_SOURCE -> event.source().equals(query.value());
      case null, default -> true;
    };
  }

  private static Event event(InsightEvent event) {
    return Event.builder()
        .eventId(event.eventId())
        .eventName(event.name())
        .eventTime(event.time())
        .eventSource(event.source())
        .resources(List.of())
        .cloudTrailEvent(event.record())
        .build();
  }
}
