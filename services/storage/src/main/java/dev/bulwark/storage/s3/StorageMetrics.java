package dev.bulwark.storage.s3;

import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceMetric;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells CloudWatch once a day how much buckets hold.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html">Metrics
 *     and dimensions</a>
 */
final class StorageMetrics implements DailyWorker.Job {
  private static final String NAMESPACE = "AWS/S3";
  private static final ServiceMetric SIZE =
      new ServiceMetric(NAMESPACE, "BucketSizeBytes", "Bytes");
  private static final ServiceMetric COUNT =
      new ServiceMetric(NAMESPACE, "NumberOfObjects", "Count");

  /** The row that tells on which day they were told last. */
  private static final String LAST = "storage-metrics";

  private static final int BATCH = 1000;

  /** What storage classes are called here; Intelligent-Tiering is told by its tiers. */
  private static final Map<String, String> TYPES =
      Map.of(
          "STANDARD_IA",
          "StandardIAStorage",
          "ONEZONE_IA",
          "OneZoneIAStorage",
          "REDUCED_REDUNDANCY",
          "ReducedRedundancyStorage",
          "GLACIER_IR",
          "GlacierInstantRetrievalStorage",
          "GLACIER",
          "GlacierStorage",
          "DEEP_ARCHIVE",
          "DeepArchiveStorage",
          AccessTier.STORAGE_CLASS,
          AccessTier.FREQUENT.storageType());

  private final Store store;
  private final S3Tables tables;
  private final BucketContents contents;
  private final MetricPublisher metrics;

  StorageMetrics(Store store, S3Tables tables, BucketContents contents, MetricPublisher metrics) {
    this.store = store;
    this.tables = tables;
    this.contents = contents;
    this.metrics = metrics;
  }

  @Override
  public void run(Instant now) {
    var today = now.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    if (today.equals(tables.jobs.get(LAST))) {
      return;
    }
    var scan = Scan.all().limit(BATCH);
    while (true) {
      var current = scan;
      var batch = store.read(tx -> tables.buckets.scan(tx, current));
      batch.forEach(row -> tell(row.value(), now));
      if (batch.size() < BATCH) {
        break;
      }
      scan = Scan.all().limit(BATCH).after(batch.getLast().cursor());
    }
    store.run(tx -> tables.jobs.put(tx, LAST, today));
  }

  private void tell(BucketRecord bucket, Instant now) {
    var held = new Held();
    contents.records(
        bucket.name(),
        "",
        item -> {
          held.add(typeOf(item.object(), now), item.object().size());
          return true;
        });
    addUploads(bucket.name(), held);
    held.bytes.forEach((type, bytes) -> metrics.add(source(bucket, type), SIZE, bytes));
    if (held.count > 0) {
      metrics.add(source(bucket, "AllStorageTypes"), COUNT, held.count);
    }
  }

  private static MetricPublisher.Source source(BucketRecord bucket, String type) {
    return new MetricPublisher.Source(
        bucket.accountId(),
        bucket.region(),
        Map.of("BucketName", bucket.name(), "StorageType", type));
  }

  private static String typeOf(ObjectRecord object, Instant now) {
    var tier = AccessTier.of(object, now);
    return tier == null ? typeOf(object.headers().storageClass()) : tier.storageType();
  }

  private static String typeOf(@Nullable String storageClass) {
    return storageClass == null
        ? "StandardStorage"
        : TYPES.getOrDefault(storageClass, "StandardStorage");
  }

  /** Parts of uploads that go on count as objects of their own. */
  private void addUploads(String bucket, Held held) {
    store.read(
        tx -> {
          tables.uploads.forEach(
              tx,
              Scan.prefix(Key.prefix(bucket)),
              upload -> {
                var type = typeOf(upload.value().headers().storageClass());
                tables.parts.forEach(
                    tx,
                    Scan.prefix(Key.prefix(Key.last(upload.key(), 3))),
                    part -> held.add(type, part.value().size()));
              });
          return held;
        });
  }

  /** What a bucket holds. */
  private static final class Held {
    private final Map<String, Double> bytes = new HashMap<>();
    private long count;

    void add(String type, long size) {
      count++;
      bytes.merge(type, (double) size, Double::sum);
    }
  }
}
