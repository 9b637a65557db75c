package dev.bulwark.audit.cloudtrail;

import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** What is stored of Insights. Minutes and hours are counted from 1970. */
final class InsightTables {
  static final int MINUTES_OF_HOUR = 60;
  private static final int DIGITS = 19;
  private static final String PLACE = "calls";

  /**
   * How far it is counted.
   *
   * @param sequence the place in the stream of API calls
   * @param evaluated the first minute that is not counted
   */
  record Place(long sequence, long evaluated) {}

  /**
   * A series in an hour.
   *
   * @param minutes counts of the minutes in which there was something
   */
  record HourCounts(
      Map<Integer, Long> minutes, long count, Map<String, Map<String, Long>> attributes) {
    HourCounts plus(int minute, MinuteCounts counts) {
      var changed = new HashMap<>(minutes);
      changed.merge(minute, counts.count(), Long::sum);
      var sum = new MinuteCounts(count, attributes).plus(counts);
      return new HourCounts(changed, sum.count(), sum.attributes());
    }
  }

  /**
   * Unusual activity that goes on.
   *
   * @param sharedEventId what the events of its start and its end have in common
   * @param start its first minute
   * @param last its newest minute that was unusual
   * @param threshold the count from which on a minute is unusual
   * @param activity what was counted from start to last
   * @param since what was counted after that
   */
  record OpenInsight(
      InsightSeries series,
      String sharedEventId,
      long start,
      long last,
      double threshold,
      InsightBaseline baseline,
      MinuteCounts activity,
      MinuteCounts since) {}

  /** An event of Insights, with its record as JSON. */
  record InsightEvent(
      String eventId,
      Instant time,
      String accountId,
      String region,
      String source,
      String name,
      String type,
      String record) {}

  /**
   * An event on its way to a trail.
   *
   * @param key of the file that is written, noted before it is; empty where it is there
   * @param logged whether the trail's log group has it
   * @param due when it is tried, in milliseconds
   */
  record Delivery(
      String trailArn, String eventKey, String key, boolean logged, int attempts, long due) {}

  private final Store store;

  /** By series and hour. */
  final Table<HourCounts> hours;

  /** By series. */
  final Table<OpenInsight> open;

  /** By account, Region and place. */
  final Table<InsightEvent> events;

  /** By trail and the event's key. */
  final Table<Delivery> deliveries;

  private final Table<Place> place;

  InsightTables(Store store) {
    this.store = store;
    hours = store.table(TableSpec.json("cloudtrail_insight_hours", HourCounts.class));
    open = store.table(TableSpec.json("cloudtrail_insight_open", OpenInsight.class));
    events = store.table(TableSpec.json("cloudtrail_insight_events", InsightEvent.class));
    deliveries = store.table(TableSpec.json("cloudtrail_insight_deliveries", Delivery.class));
    place = store.table(TableSpec.json("cloudtrail_insight_place", Place.class));
  }

  Store store() {
    return store;
  }

  /** The one row of the table of places. */
  Table<Place> places() {
    return place;
  }

  static String placeKey() {
    return PLACE;
  }

  static String hourKey(InsightSeries series, long hour) {
    return series.prefix() + digits(hour);
  }

  static long hourOf(String key) {
    return Long.parseLong(key.substring(key.length() - DIGITS));
  }

  /** A number that sorts as text. */
  static String digits(long number) {
    return ("%0" + DIGITS + "d").formatted(number);
  }

  /** The rows of a series from an hour on. */
  void eachHour(ReadTx tx, InsightSeries series, long from, BiConsumer<Long, HourCounts> consumer) {
    hours.forEach(
        tx,
        Scan.prefix(series.prefix()).after(hourKey(series, from - 1)),
        row -> consumer.accept(hourOf(row.key()), row.value()));
  }
}
