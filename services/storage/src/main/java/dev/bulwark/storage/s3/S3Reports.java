package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.AnalyticsConfiguration;
import dev.bulwark.api.s3.IntelligentTieringConfiguration;
import dev.bulwark.api.s3.InventoryConfiguration;
import dev.bulwark.api.s3.LoggingEnabled;
import dev.bulwark.api.s3.MetricsConfiguration;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.service.AnswerObserver;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Store;
import java.util.List;

/**
 * What buckets report of themselves and what is done with them by the clock, put together: access
 * logs, inventories, metrics, lifecycle rules and tiers.
 */
final class S3Reports {
  private final Store store;
  private final S3Tables tables;
  private final S3Needs needs;
  private final Configurations<LoggingEnabled> logging;
  private final AccessLogBuffer lines;
  private final ReportOperations operations;
  private final AnswerObserver observer;
  private final List<DailyWorker.Job> jobs;

  S3Reports(
      Store store,
      S3Tables tables,
      Buckets buckets,
      ObjectRows rows,
      Versions versions,
      Blobs blobs,
      Notifications notifications,
      S3Permissions permissions,
      S3Needs needs) {
    this.store = store;
    this.tables = tables;
    this.needs = needs;
    this.logging = BucketLogging.configurations(buckets, tables);
    this.lines = new AccessLogBuffer(store, tables);
    var tierings =
        new NamedConfigurations<IntelligentTieringConfiguration>(
            store, buckets, tables, "intelligent-tiering", "IntelligentTieringConfiguration");
    var inventories =
        new NamedConfigurations<InventoryConfiguration>(
            store, buckets, tables, "inventory", "InventoryConfiguration");
    var measured =
        new NamedConfigurations<MetricsConfiguration>(
            store, buckets, tables, "metrics", "MetricsConfiguration");
    var analytics =
        new NamedConfigurations<AnalyticsConfiguration>(
            store, buckets, tables, "analytics", "AnalyticsConfiguration");
    this.operations =
        new ReportOperations(
            new BucketLogging(buckets, logging, permissions, needs.callers()),
            new IntelligentTiering(tierings),
            new Inventories(inventories),
            new MetricsConfigurations(measured),
            new AnalyticsConfigurations(analytics),
            permissions);
    var logs = new AccessLogs(buckets, logging, lines);
    var requests = new RequestMetrics(store, tables, measured, buckets, rows, needs.metrics());
    var configured = new ConfiguredBuckets(store, tables);
    var contents = new BucketContents(store);
    var reports = new ReportWriter(buckets, needs.calls());
    var analysis =
        new StorageAnalysis(store, tables, analytics, configured, buckets, rows, contents, reports);
    needs.metrics().everyMinute(analysis::flush);
    this.observer =
        new RequestCharges(
            buckets, new BucketWatch(store, tables, buckets, List.of(logs, requests, analysis)));
    this.jobs =
        List.of(
            new LifecycleJob(
                configured,
                new LifecycleRun(
                    store, tables, buckets, rows, versions, blobs, notifications, logs)),
            new TieringJob(store, configured, tierings, contents, buckets, rows, notifications),
            new InventoryJob(store, tables, configured, inventories, contents, buckets, reports),
            analysis,
            new StorageMetrics(store, tables, contents, needs.metrics()));
  }

  void addTo(ServiceTable.Builder table) {
    operations.addTo(table);
    table.observer(observer);
  }

  S3Workers workers(BulwarkClock clock) {
    return new S3Workers(
        new DailyWorker(jobs, clock),
        new AccessLogWorker(store, tables, logging, lines, needs.calls(), clock));
  }
}
