package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.MetricsConfiguration;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceMetric;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells CloudWatch of requests to buckets with metrics configurations: for each configuration of
 * those requests that its filter lets through.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html#s3-request-cloudwatch-metrics">Amazon
 *     S3 request metrics in CloudWatch</a>
 */
final class RequestMetrics implements RequestListener {
  private static final int CACHED = 10_000;
  private static final double NANOS_IN_MILLI = 1_000_000;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  private static final ServiceMetric ALL = count("AllRequests");
  private static final ServiceMetric GET = count("GetRequests");
  private static final ServiceMetric PUT = count("PutRequests");
  private static final ServiceMetric DELETE = count("DeleteRequests");
  private static final ServiceMetric HEAD = count("HeadRequests");
  private static final ServiceMetric POST = count("PostRequests");
  private static final ServiceMetric LIST = count("ListRequests");
  private static final ServiceMetric CLIENT_ERRORS = count("4xxErrors");
  private static final ServiceMetric SERVER_ERRORS = count("5xxErrors");
  private static final ServiceMetric DOWNLOADED = metric("BytesDownloaded", "Bytes");
  private static final ServiceMetric UPLOADED = metric("BytesUploaded", "Bytes");
  private static final ServiceMetric FIRST_BYTE = metric("FirstByteLatency", "Milliseconds");
  private static final ServiceMetric TOTAL = metric("TotalRequestLatency", "Milliseconds");

  private static final Set<String> LISTINGS =
      Set.of("ListObjects", "ListObjectsV2", "ListObjectVersions");

  /** A configuration that can be matched. */
  private record Filter(String id, ObjectFilter objects) {}

  private final NamedConfigurations<MetricsConfiguration> configurations;
  private final StoreCache<List<Filter>> filters;
  private final Buckets buckets;
  private final ObjectRows rows;
  private final MetricPublisher metrics;

  RequestMetrics(
      Store store,
      S3Tables tables,
      NamedConfigurations<MetricsConfiguration> configurations,
      Buckets buckets,
      ObjectRows rows,
      MetricPublisher metrics) {
    this.configurations = configurations;
    this.filters = store.cache(CACHED, this::load, tables.configurations);
    this.buckets = buckets;
    this.rows = rows;
    this.metrics = metrics;
  }

  private static ServiceMetric count(String name) {
    return metric(name, "Count");
  }

  private static ServiceMetric metric(String name, String unit) {
    return new ServiceMetric("AWS/S3", name, unit);
  }

  private @Nullable List<Filter> load(ReadTx tx, String bucket) {
    var found =
        configurations.all(tx, bucket).stream()
            .map(one -> new Filter(one.id(), MetricsConfigurations.filter(one)))
            .toList();
    return found.isEmpty() ? null : found;
  }

  @Override
  public boolean listens(ReadTx tx, String bucket) {
    return load(tx, bucket) != null;
  }

  @Override
  public boolean listens(String bucket) {
    return filters.get(bucket) != null;
  }

  @Override
  public void sent(Sent sent) {
    var found = filters.get(sent.bucket());
    if (found == null || sent.copySource() || !buckets.exists(sent.bucket())) {
      return;
    }
    var bucket = buckets.find(sent.bucket(), null).record();
    for (var filter : found) {
      if (matches(filter.objects(), sent)) {
        tell(
            new MetricPublisher.Source(
                bucket.accountId(),
                bucket.region(),
                Map.of("BucketName", bucket.name(), "FilterId", filter.id())),
            sent);
      }
    }
  }

  /** Requests about a bucket as a whole are of configurations without a filter alone. */
  private boolean matches(ObjectFilter filter, Sent sent) {
    if (filter.equals(ObjectFilter.ALL)) {
      return true;
    }
    var key = sent.key();
    if (key == null || !key.startsWith(filter.prefix())) {
      return false;
    }
    if (filter.tags().isEmpty()) {
      return true;
    }
    var object = rows.find(sent.bucket(), key);
    return object != null && filter.match(key, object.tags());
  }

  private void tell(MetricPublisher.Source source, Sent sent) {
    metrics.add(source, ALL, 1);
    var kind = kind(sent);
    if (kind != null) {
      metrics.add(source, kind, 1);
    }
    int status = sent.answer().status();
    metrics.add(source, CLIENT_ERRORS, status >= CLIENT_ERROR && status < SERVER_ERROR ? 1 : 0);
    metrics.add(source, SERVER_ERRORS, status >= SERVER_ERROR ? 1 : 0);
    if (sent.bytes() > 0) {
      metrics.add(source, DOWNLOADED, sent.bytes());
    }
    long uploaded = AccessLogs.sizeOf(sent.served().request().headers());
    if (uploaded > 0) {
      metrics.add(source, UPLOADED, uploaded);
    }
    metrics.add(source, FIRST_BYTE, sent.turnAround() / NANOS_IN_MILLI);
    metrics.add(source, TOTAL, sent.total() / NANOS_IN_MILLI);
  }

  private static @Nullable ServiceMetric kind(Sent sent) {
    var operation = sent.served().operation();
    if (LISTINGS.contains(operation.name())) {
      return LIST;
    }
    if (operation.name().equals("DeleteObjects")) {
      return DELETE;
    }
    boolean ofObject = sent.key() != null;
    return switch (operation.http().method()) {
      case "GET" -> ofObject ? GET : null;
      case "PUT" -> ofObject ? PUT : null;
      case "DELETE" -> ofObject ? DELETE : null;
      case "HEAD" -> HEAD;
      case "POST" -> POST;
      default -> null;
    };
  }
}
