package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.monitoring.cloudwatch.AlarmCondition.AlarmQuery;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The anomaly detectors that there are. */
final class Detectors {
  /** In an account's Region; AWS does not tell its limit. */
  static final int MOST = 5_000;

  private static final int MOST_SCANNED = 10_000;

  private final Store store;
  private final Table<DetectorRecord> table;

  Detectors(Store store) {
    this.store = store;
    table = store.table(TableSpec.json("cloudwatch_anomaly_detectors", DetectorRecord.class));
  }

  Store store() {
    return store;
  }

  Table<DetectorRecord> table() {
    return table;
  }

  List<DetectorRecord> all() {
    return store.read(tx -> table.scan(tx, Scan.all().limit(MOST_SCANNED))).stream()
        .map(row -> row.value())
        .toList();
  }

  @Nullable DetectorRecord find(MetricId metric, String statistic) {
    return table.get(DetectorRecord.key(metric, statistic));
  }

  /**
   * The detector of an expression: all that it is made of has to mean the same among these queries.
   */
  @Nullable DetectorRecord find(
      String accountId, String region, String id, List<AlarmQuery> queries) {
    var given = new HashMap<String, AlarmQuery>();
    queries.forEach(query -> given.put(query.id(), query));
    return store
        .read(
            tx ->
                table.scan(
                    tx, Scan.prefix(DetectorRecord.mathPrefix(accountId, region)).limit(MOST)))
        .stream()
        .map(row -> row.value())
        .filter(found -> found.queries().stream().allMatch(query -> isSame(query, id, given)))
        .findFirst()
        .orElse(null);
  }

  private static boolean isSame(
      AlarmQuery query, String id, java.util.Map<String, AlarmQuery> given) {
    var other = given.get(query.id());
    return other != null
        && query.returnsData() == query.id().equals(id)
        && java.util.Objects.equals(query.metric(), other.metric())
        && java.util.Objects.equals(query.expression(), other.expression());
  }

  /**
   * Makes or changes one.
   *
   * @throws dev.bulwark.schema.ApiException LimitExceeded
   */
  void put(WriteTx tx, DetectorRecord detector) {
    var key = detector.key();
    if (!table.contains(tx, key)
        && table.count(tx, Key.prefix(detector.accountId(), detector.region())) >= MOST) {
      throw CloudWatchErrors.tooManyDetectors();
    }
    table.put(tx, key, detector);
  }
}
