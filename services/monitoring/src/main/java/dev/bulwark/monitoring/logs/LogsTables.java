package dev.bulwark.monitoring.logs;

import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What CloudWatch Logs stores. */
final class LogsTables {

  /** How much a group holds. */
  record Size(long bytes) {}

  /**
   * Events that were put together.
   *
   * @param last the newest timestamp
   */
  record Segment(long last, int events, long ingestion, long bytes) {}

  /** Where a segment is, for those who look for it by another order. */
  record Place(String segmentKey) {}

  /** A metric filter, whose transformation makes metrics of what matches. */
  record MetricFilterRecord(
      String groupName,
      String name,
      String pattern,
      String metricName,
      String metricNamespace,
      String metricValue,
      @Nullable Double defaultValue,
      Map<String, String> dimensions,
      @Nullable String unit,
      long created) {
    MetricFilterRecord {
      dimensions = Map.copyOf(dimensions);
    }
  }

  /** A policy on the log groups of an account in a Region. */
  record PolicyRecord(String name, String document, long updated) {}

  /**
   * A data protection policy of a group, or of all groups of an account in a Region.
   *
   * @param since when it was first put: what came before is not masked
   */
  record ProtectionRecord(String name, String document, long updated, long since) {
    ProtectionRecord replacing(@Nullable ProtectionRecord before) {
      return before == null ? this : new ProtectionRecord(name, document, updated, before.since);
    }
  }

  private final Store store;
  private final Table<LogGroupRecord> groups;
  private final Table<LogStreamRecord> streams;
  private final Table<Size> sizes;
  private final Table<Segment> segments;
  private final Table<Place> byEnd;
  private final Table<Place> byTime;
  private final Table<MetricFilterRecord> metricFilters;
  private final Table<PolicyRecord> policies;
  private final Table<ProtectionRecord> protections;
  private final Table<ProtectionRecord> accountProtections;
  private final Table<ExportRecord> exports;

  LogsTables(Store store) {
    this.store = store;
    groups = store.table(TableSpec.json("logs_groups", LogGroupRecord.class));
    streams = store.table(TableSpec.json("logs_streams", LogStreamRecord.class));
    sizes = store.table(TableSpec.json("logs_sizes", Size.class));
    segments = store.table(TableSpec.json("logs_segments", Segment.class).withAttachments());
    byEnd = store.table(TableSpec.json("logs_segments_by_end", Place.class));
    byTime = store.table(TableSpec.json("logs_segments_by_time", Place.class));
    metricFilters = store.table(TableSpec.json("logs_metric_filters", MetricFilterRecord.class));
    policies = store.table(TableSpec.json("logs_policies", PolicyRecord.class));
    protections = store.table(TableSpec.json("logs_protections", ProtectionRecord.class));
    accountProtections =
        store.table(TableSpec.json("logs_account_protections", ProtectionRecord.class));
    exports = store.table(TableSpec.json("logs_exports", ExportRecord.class));
  }

  Store store() {
    return store;
  }

  /** Export tasks by account, Region and id. */
  Table<ExportRecord> exports() {
    return exports;
  }

  /** Groups by account, Region and name. */
  Table<LogGroupRecord> groups() {
    return groups;
  }

  /** Streams by group and name. */
  Table<LogStreamRecord> streams() {
    return streams;
  }

  /** By group. */
  Table<Size> sizes() {
    return sizes;
  }

  /** Events by group, stream, oldest timestamp and the order of arrival. */
  Table<Segment> segments() {
    return segments;
  }

  /** Segments by group, stream, newest timestamp and the order of arrival. */
  Table<Place> byEnd() {
    return byEnd;
  }

  /** Segments by group, oldest timestamp and the order of arrival. */
  Table<Place> byTime() {
    return byTime;
  }

  /** By account, Region, group and name. */
  Table<MetricFilterRecord> metricFilters() {
    return metricFilters;
  }

  /** By account, Region and name. */
  Table<PolicyRecord> policies() {
    return policies;
  }

  /** Data protection policies, by account, Region and group. */
  Table<ProtectionRecord> protections() {
    return protections;
  }

  /** Data protection policies of accounts, by account, Region and name. */
  Table<ProtectionRecord> accountProtections() {
    return accountProtections;
  }

  /** All tables whose keys begin with a group's id. */
  List<Table<?>> ofGroup() {
    return List.of(streams, segments, byEnd, byTime);
  }

  /**
   * The group of that name.
   *
   * @throws dev.bulwark.schema.ApiException ResourceNotFoundException
   */
  Optional<LogGroupRecord> find(ReadTx tx, String accountId, String region, String name) {
    return Optional.ofNullable(groups.get(tx, Key.of(accountId, region, name)));
  }

  LogGroupRecord require(ReadTx tx, String accountId, String region, String name) {
    return find(tx, accountId, region, name).orElseThrow(LogsErrors::noGroup);
  }
}
