package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Alarms and what has happened to them. */
final class AlarmStore {
  private static final Duration HISTORY = Duration.ofDays(30);
  private static final int MOST_SCANNED = 10_000;

  /** Something that happened to an alarm. */
  record HistoryRow(
      String alarmName,
      boolean composite,
      Instant time,
      String type,
      String summary,
      String data) {}

  private final Store store;
  private final Table<AlarmRecord> alarms;
  private final Table<HistoryRow> history;
  private final AtomicLong number = new AtomicLong(System.nanoTime());

  AlarmStore(Store store) {
    this.store = store;
    alarms = store.table(TableSpec.json("cloudwatch_alarms", AlarmRecord.class));
    history = store.table(TableSpec.json("cloudwatch_alarm_history", HistoryRow.class));
  }

  Store store() {
    return store;
  }

  /** Alarms by account, Region and name. */
  Table<AlarmRecord> alarms() {
    return alarms;
  }

  static String key(String accountId, String region, String name) {
    return Key.of(accountId, region, name);
  }

  void put(WriteTx tx, AlarmRecord alarm) {
    alarms.put(tx, key(alarm.accountId(), alarm.region(), alarm.name()), alarm);
  }

  List<AlarmRecord> of(ReadTx tx, String accountId, String region) {
    return alarms.scan(tx, Scan.prefix(Key.prefix(accountId, region))).stream()
        .map(row -> row.value())
        .toList();
  }

  List<AlarmRecord> all(ReadTx tx) {
    return alarms.scan(tx, Scan.all().limit(MOST_SCANNED)).stream()
        .map(row -> row.value())
        .toList();
  }

  void note(WriteTx tx, AlarmRecord alarm, Instant time, String type, String summary, String data) {
    var scope = Key.prefix(alarm.accountId(), alarm.region());
    history.put(
        tx,
        scope
            + Key.of(
                "%015d".formatted(time.toEpochMilli()),
                "%020d".formatted(number.incrementAndGet())),
        new HistoryRow(alarm.name(), alarm.isComposite(), time, type, summary, data));
    // What is too old goes with the next thing that happens.
    history
        .scan(tx, Scan.prefix(scope).limit(10))
        .forEach(
            row -> {
              if (row.value().time().isBefore(time.minus(HISTORY))) {
                history.delete(tx, row.key());
              }
            });
  }

  /** What has happened in an account's Region, in the order of time or against it. */
  List<HistoryRow> history(ReadTx tx, String accountId, String region, boolean ascending) {
    var scan = Scan.prefix(Key.prefix(accountId, region)).limit(MOST_SCANNED);
    return history.scan(tx, ascending ? scan : scan.reversed()).stream()
        .map(row -> row.value())
        .toList();
  }
}
