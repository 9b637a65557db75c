package dev.bulwark.monitoring.logs;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** CloudWatch Logs: its API, and the end of what is older than its group's retention. */
public final class Logs implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final System.Logger LOG = System.getLogger(Logs.class.getName());

  private final LogsTables tables;
  private final EventStore events;
  private final Clock clock;
  private final ExportRunner exports;
  private final LogsService service;
  private @Nullable ScheduledExecutorService timer;

  /**
   * All of it.
   *
   * @param sealer seals events at rest
   * @param sink takes the values that metric filters make
   * @param metrics takes those of Logs itself
   * @param calls how KMS is asked for keys, and S3 for room for exports
   */
  public Logs(
      Store store,
      Sealer sealer,
      MetricSink sink,
      MetricPublisher metrics,
      ServiceCalls calls,
      Clock clock) {
    this.clock = clock;
    tables = new LogsTables(store);
    var keys = new GroupKeys(calls, clock);
    events = new EventStore(tables, new SegmentCodec(sealer, keys));
    var groups = new Groups(tables, keys);
    var metricFilters = new MetricFilters(tables, groups, sink);
    var protections = new DataProtections(tables, groups);
    var bucket = new ExportBucket(calls);
    exports = new ExportRunner(tables, events, protections, bucket, clock);
    service =
        new LogsService(
            tables,
            groups,
            new LogStreams(tables, groups, events),
            new Ingestion(
                tables, groups, events, metricFilters, protections, new IngestionMetrics(metrics)),
            new LogEvents(tables, groups, events, protections),
            metricFilters,
            new Queries(groups, events, protections),
            new LogPolicies(tables),
            protections,
            new LogTags(groups),
            new QueryDefinitions(store),
            new GroupFields(groups, events),
            new ExportTasks(tables, groups, bucket, exports));
  }

  /** The operations. */
  public Service service() {
    return service;
  }

  /** Goes on with exports, and deletes from time to time what has expired, until it is closed. */
  public synchronized void start() {
    exports.resume();
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("logs-retention").factory());
    timer.scheduleWithFixedDelay(
        this::expireQuietly, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void expireQuietly() {
    try {
      expire();
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "Log events that have expired were not deleted", e);
    }
  }

  /** Deletes what has expired by now. */
  public void expire() {
    var now = clock.instant();
    for (var row : tables.store().read(tx -> tables.groups().scan(tx, Scan.all()))) {
      var group = row.value();
      if (group.retentionDays() != null) {
        while (events.expire(group, group.keptFrom(now))) {
          // As many as one transaction takes at a time.
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    exports.close();
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
  }
}
