package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.Grantee;
import dev.bulwark.api.s3.LoggingEnabled;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Delivers access logs: what has come of a bucket's log within some minutes becomes one object in
 * its target, written as {@code logging.s3.amazonaws.com}. Rows stay until their object is there,
 * so a crash between the two delivers some lines twice. What the target refuses is dropped.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html">Logging
 *     requests with server access logging</a>
 */
final class AccessLogWorker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AccessLogWorker.class.getName());
  private static final long FLUSH_SECONDS = 5;

  /** For so long lines wait for others, unless there are many. */
  private static final Duration PERIOD = Duration.ofMinutes(5);

  /** Rows of one object, each of some 256 KiB at most unless a burst made it. */
  private static final int ROWS_OF_OBJECT = 64;

  private static final int UNIQUE_BYTES = 8;
  private static final int SERVER_ERROR = 500;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd/").withZone(ZoneOffset.UTC);

  private final Store store;
  private final S3Tables tables;
  private final Configurations<LoggingEnabled> configurations;
  private final AccessLogBuffer buffer;
  private final ServiceCalls calls;
  private final BulwarkClock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("s3-access-logs").factory());

  AccessLogWorker(
      Store store,
      S3Tables tables,
      Configurations<LoggingEnabled> configurations,
      AccessLogBuffer buffer,
      ServiceCalls calls,
      BulwarkClock clock) {
    this.store = store;
    this.tables = tables;
    this.configurations = configurations;
    this.buffer = buffer;
    this.calls = calls;
    this.clock = clock;
  }

  void start() {
    thread.scheduleWithFixedDelay(this::runQuietly, FLUSH_SECONDS, FLUSH_SECONDS, TimeUnit.SECONDS);
    Runnable soon =
        () -> {
          if (!thread.isShutdown()) {
            thread.execute(this::runQuietly);
          }
        };
    buffer.onFull(soon);
    clock.onMove(soon);
  }

  private void runQuietly() {
    try {
      run();
    } catch (RuntimeException e) {
      if (!(e instanceof StoreException failed) || failed.kind() != StoreException.Kind.CLOSED) {
        LOG.log(
            System.Logger.Level.WARNING,
            "access logs wait until the next time; of the last seconds lines may be lost",
            e);
      }
    }
  }

  /** Delivers what is due. */
  void run() {
    buffer.flush();
    var waiting = new LinkedHashMap<String, Integer>();
    var due = new LinkedHashMap<String, Integer>();
    long before = clock.instant().minus(PERIOD).toEpochMilli();
    for (var row : store.read(tx -> tables.accessLogs.keys(tx, Scan.all().limit(Scan.MAX_LIMIT)))) {
      var log = AccessLogBuffer.logOf(row);
      int rows = waiting.merge(log, 1, Integer::sum);
      if (rows >= ROWS_OF_OBJECT || AccessLogBuffer.timeOf(row) <= before) {
        due.put(log, rows);
      }
    }
    for (var log : due.keySet()) {
      while (deliver(log)) {
        // The next object of the same log.
      }
    }
  }

  /** Delivers one object of a log; whether there is more. */
  private boolean deliver(String log) {
    var rows = store.read(tx -> tables.accessLogs.scan(tx, Scan.prefix(log).limit(ROWS_OF_OBJECT)));
    if (rows.isEmpty() || !put(log, rows)) {
      return false;
    }
    store.run(tx -> rows.forEach(row -> tables.accessLogs.delete(tx, row.key())));
    return rows.size() == ROWS_OF_OBJECT;
  }

  /** Whether rows are done with. */
  private boolean put(String log, List<Entry<byte[]>> rows) {
    var name = AccessLogBuffer.bucketOf(log);
    var bucket = tables.buckets.get(name);
    var target = bucket == null ? null : configurations.find(name);
    if (bucket == null || target == null || bucket.created() != AccessLogBuffer.createdOf(log)) {
      return true;
    }
    var content = new ByteArrayOutputStream();
    rows.forEach(row -> content.writeBytes(row.value()));
    var request =
        PutObjectRequest.builder()
            .bucket(target.targetBucket())
            .key(key(bucket, target, AccessLogBuffer.dayOf(log)))
            .contentType("text/plain")
            .body(Body.of(content.toByteArray()));
    grant(request, target);
    try {
      calls.call(BucketLogging.service(bucket), bucket.region(), S3Api.PUT_OBJECT, request.build());
      return true;
    } catch (ApiException e) {
      boolean later = e.httpStatus() >= SERVER_ERROR;
      LOG.log(
          System.Logger.Level.WARNING,
          () ->
              "the access log of "
                  + name
                  + (later ? " waits: " : " is lost: ")
                  + target.targetBucket()
                  + " answered "
                  + e.code());
      return !later;
    }
  }

  private String key(BucketRecord bucket, LoggingEnabled target, Instant day) {
    var now = clock.instant();
    var unique = Ids.hex(UNIQUE_BYTES).toUpperCase(Locale.ROOT);
    var format = target.targetObjectKeyFormat();
    var partitioned = format == null ? null : format.partitionedPrefix();
    if (partitioned == null) {
      return target.targetPrefix() + TIME.format(now) + '-' + unique;
    }
    var time = "EventTime".equals(partitioned.partitionDateSource()) ? day : now;
    return target.targetPrefix()
        + bucket.accountId()
        + '/'
        + bucket.region()
        + '/'
        + bucket.name()
        + '/'
        + DAY.format(time)
        + TIME.format(time)
        + '-'
        + unique;
  }

  private static void grant(PutObjectRequest.Builder request, LoggingEnabled target) {
    grant(target, "READ", request::grantRead);
    grant(target, "FULL_CONTROL", request::grantFullControl);
  }

  /** WRITE says nothing of objects. */
  private static void grant(LoggingEnabled target, String permission, Consumer<String> to) {
    var grantees =
        BucketLogging.grants(target).stream()
            .filter(grant -> permission.equals(grant.permission()))
            .map(grant -> grantee(grant.grantee()))
            .toList();
    if (!grantees.isEmpty()) {
      to.accept(String.join(", ", grantees));
    }
  }

  private static String grantee(Grantee grantee) {
    return grantee.id() == null ? "uri=\"" + grantee.uri() + '"' : "id=\"" + grantee.id() + '"';
  }

  /** What is in memory goes into rows, and is delivered after the next start. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      buffer.flush();
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "the last lines of access logs are lost", e);
    }
  }
}
