package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.AnalyticsConfiguration;
import dev.bulwark.api.s3.AnalyticsS3BucketDestination;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.storage.s3.AnalysisDay.AgeGroup;
import dev.bulwark.storage.s3.AnalysisDay.Counts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Storage class analysis: counts how objects are read and written by their age, and reports it once
 * a day. Counts are in memory for up to a minute, and lost with it in a crash.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/analytics-storage-class.html">Amazon
 *     S3 analytics – Storage Class Analysis</a>
 */
final class StorageAnalysis implements RequestListener, DailyWorker.Job {
  private static final System.Logger LOG = System.getLogger(StorageAnalysis.class.getName());
  private static final int CACHED = 10_000;
  private static final int SUCCESS = 200;
  private static final int PARTIAL = 206;

  /** Days of a configuration that are kept, and told of in its report. */
  private static final int DAYS = 400;

  /** A configuration that can be matched. */
  private record Analysed(String id, ObjectFilter objects) {}

  private final Store store;
  private final S3Tables tables;
  private final NamedConfigurations<AnalyticsConfiguration> configurations;
  private final StoreCache<List<Analysed>> analysed;
  private final ConfiguredBuckets configured;
  private final Buckets buckets;
  private final ObjectRows rows;
  private final BucketContents contents;
  private final ReportWriter reports;
  private Map<String, AnalysisDay> counted = new HashMap<>();

  StorageAnalysis(
      Store store,
      S3Tables tables,
      NamedConfigurations<AnalyticsConfiguration> configurations,
      ConfiguredBuckets configured,
      Buckets buckets,
      ObjectRows rows,
      BucketContents contents,
      ReportWriter reports) {
    this.store = store;
    this.tables = tables;
    this.configurations = configurations;
    this.analysed = store.cache(CACHED, this::load, tables.configurations);
    this.configured = configured;
    this.buckets = buckets;
    this.rows = rows;
    this.contents = contents;
    this.reports = reports;
  }

  private @Nullable List<Analysed> load(ReadTx tx, String bucket) {
    var found =
        configurations.all(tx, bucket).stream()
            .map(one -> new Analysed(one.id(), AnalyticsConfigurations.filter(one)))
            .toList();
    return found.isEmpty() ? null : found;
  }

  // Requests

  @Override
  public boolean listens(ReadTx tx, String bucket) {
    return load(tx, bucket) != null;
  }

  @Override
  public boolean listens(String bucket) {
    return analysed.get(bucket) != null;
  }

  @Override
  public void sent(Sent sent) {
    var found = analysed.get(sent.bucket());
    var key = sent.key();
    int status = sent.answer().status();
    if (found == null || key == null || (status != SUCCESS && status != PARTIAL)) {
      return;
    }
    var counts =
        switch (sent.served().operation().name()) {
          case "GetObject" -> new Counts(0, 0, 0, sent.bytes(), 1);
          case "PutObject" ->
              new Counts(0, 0, AccessLogs.sizeOf(sent.served().request().headers()), 0, 0);
          default -> null;
        };
    var object = counts == null ? null : rows.find(sent.bucket(), key);
    if (counts == null || object == null) {
      return;
    }
    var time = sent.served().time();
    for (var one : found) {
      if (one.objects().match(key, object.tags())) {
        count(row(sent.bucket(), one.id(), day(time)), group(object, time), counts);
      }
    }
  }

  private synchronized void count(String row, String group, Counts counts) {
    var day = new AnalysisDay(Map.of(group, counts));
    counted.merge(row, day, AnalysisDay::plus);
  }

  /** Puts what was counted into rows. */
  void flush() {
    Map<String, AnalysisDay> taken;
    synchronized (this) {
      taken = counted;
      counted = new HashMap<>();
    }
    if (!taken.isEmpty()) {
      store.run(tx -> taken.forEach((row, day) -> tables.analyses.put(tx, row, sum(tx, row, day))));
    }
  }

  private AnalysisDay sum(ReadTx tx, String row, AnalysisDay day) {
    var before = tables.analyses.get(tx, row);
    return before == null ? day : before.plus(day);
  }

  private static String row(String bucket, String id, LocalDate day) {
    return Key.of(bucket, id, day.toString());
  }

  private static LocalDate day(Instant time) {
    return time.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static String group(ObjectRecord object, Instant now) {
    long days = Duration.between(object.lastModifiedTime(), now).toDays();
    return AnalysisDay.name(object.headers().storageClassName(), AgeGroup.of(object.size(), days));
  }

  // Reports

  @Override
  public void run(Instant now) {
    flush();
    forget();
    DailyWorker.each(
        configured.with(configurations.kind()),
        name ->
            DailyWorker.each(
                configurations.all(name), configuration -> runOrTell(name, configuration, now)));
  }

  private void runOrTell(String name, AnalyticsConfiguration configuration, Instant now) {
    try {
      run(buckets.find(name, null).record(), configuration, now);
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "analysis " + configuration.id() + " of " + name + " was not written: " + e.code());
    }
  }

  /** Forgets what was counted for configurations that are gone. */
  private void forget() {
    var row = first(Scan.all());
    while (row != null) {
      var parts = Key.split(row, 3);
      var all = Key.prefix(parts.get(0), parts.get(1));
      var configuration =
          S3Tables.configurationKey(parts.get(0), configurations.kind() + parts.get(1));
      if (tables.configurations.get(configuration) == null) {
        store.run(tx -> tables.analyses.deleteAll(tx, all));
      }
      row = first(Scan.all().afterPrefix(all));
    }
  }

  private @Nullable String first(Scan scan) {
    var keys = store.read(tx -> tables.analyses.keys(tx, scan.limit(1)));
    return keys.isEmpty() ? null : keys.getFirst();
  }

  /** Reports of the day before, as far as that is not done. */
  private void run(BucketRecord bucket, AnalyticsConfiguration configuration, Instant now) {
    var yesterday = day(now).minusDays(1);
    var done = S3Tables.configurationKey(bucket.name(), "analytics-run/" + configuration.id());
    var mark = yesterday.toString().getBytes(StandardCharsets.UTF_8);
    var last = tables.configurations.get(done);
    if (last != null && new String(last, StandardCharsets.UTF_8).equals(yesterday.toString())) {
      return;
    }
    var held = held(bucket, AnalyticsConfigurations.filter(configuration), now);
    var row = row(bucket.name(), configuration.id(), yesterday);
    var oldest = yesterday.minusDays(DAYS).toString();
    var prefix = Key.prefix(bucket.name(), configuration.id());
    store.run(
        tx -> {
          buckets.current(tx, bucket);
          tables.analyses.put(tx, row, sum(tx, row, held));
          for (var key : tables.analyses.keys(tx, Scan.prefix(prefix).limit(DAYS))) {
            if (Key.last(key, 3).compareTo(oldest) < 0) {
              tables.analyses.delete(tx, key);
            }
          }
          tables.configurations.put(tx, done, mark);
        });
    var destination = AnalyticsConfigurations.destination(configuration);
    if (destination != null) {
      write(bucket, configuration, destination, yesterday);
    }
  }

  /** What is there at the end of a day. */
  private AnalysisDay held(BucketRecord bucket, ObjectFilter filter, Instant now) {
    var groups = new HashMap<String, Counts>();
    contents.records(
        bucket.name(),
        filter.prefix(),
        item -> {
          var object = item.object();
          if (item.latest() && !object.isMarker() && filter.match(item.key(), object.tags())) {
            groups.merge(group(object, now), new Counts(1, object.size(), 0, 0, 0), Counts::plus);
          }
          return true;
        });
    return new AnalysisDay(groups);
  }

  private void write(
      BucketRecord bucket,
      AnalyticsConfiguration configuration,
      AnalyticsS3BucketDestination destination,
      LocalDate yesterday) {
    var target = ReportWriter.bucket(destination.bucket());
    if (target == null) {
      return;
    }
    var days = new TreeMap<LocalDate, AnalysisDay>();
    var prefix = Key.prefix(bucket.name(), configuration.id());
    store
        .read(tx -> tables.analyses.scan(tx, Scan.prefix(prefix).limit(DAYS + 1)))
        .forEach(row -> days.put(LocalDate.parse(Key.last(row.key(), 3)), row.value()));
    var report =
        new AnalysisReport(
            configuration.id(),
            AnalysisReport.text(AnalyticsConfigurations.filter(configuration)),
            days.headMap(yesterday, true));
    reports.put(
        bucket,
        new ReportWriter.Target(target, destination.bucketAccountId()),
        key(bucket, configuration, destination),
        report.csv().getBytes(StandardCharsets.UTF_8),
        request -> request.contentType("text/csv"));
  }

  /** One file a configuration, which each day replaces; AWS does not document its name. */
  private static String key(
      BucketRecord bucket,
      AnalyticsConfiguration configuration,
      AnalyticsS3BucketDestination destination) {
    var prefix = destination.prefix();
    return (prefix == null || prefix.isEmpty() ? "" : prefix + '/')
        + bucket.name()
        + '/'
        + configuration.id()
        + ".csv";
  }
}
